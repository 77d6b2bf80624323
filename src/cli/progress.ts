import type { WriteStream } from 'node:tty'
import type { SeedProgress } from '../runtime/seed.ts'

const barWidth = 30

/** Shows an import: a bar that redraws itself on a terminal, a line a part elsewhere. */
export function progressBar(output: WriteStream & NodeJS.WritableStream): {
  readonly show: (progress: SeedProgress) => void
  readonly end: () => void
} {
  let isOpen = false
  let lastLine = ''
  return {
    show({ resource, done, total }) {
      const isWhole = done >= total
      if (!output.isTTY) {
        const line = `imported ${done.toLocaleString('en')} ${resource}\n`
        if (isWhole && line !== lastLine) output.write(line)
        lastLine = line
        return
      }
      const filled = total === 0 ? barWidth : Math.round((Math.min(done, total) / total) * barWidth)
      output.write(
        `\r\u001b[2Kimporting ${resource.padEnd(12)} ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${done.toLocaleString('en')} of ${total.toLocaleString('en')}${isWhole ? '\n' : ''}`,
      )
      isOpen = !isWhole
    },
    end() {
      if (isOpen) output.write('\n')
    },
  }
}
