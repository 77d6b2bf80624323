import type { SeedProgress } from '../runtime/seed.ts'

const barWidth = 30

/** Shows an import: on a terminal a bar for each part that redraws itself, elsewhere a line for each part when it is done. */
export function progressBar(output: NodeJS.WritableStream & { readonly isTTY?: boolean }): {
  readonly show: (progress: SeedProgress) => void
  readonly end: () => void
} {
  let part: SeedProgress | undefined
  // A part is over when the next begins: how many rows it has is known only then.
  const endPart = () => {
    if (part === undefined) return
    output.write(output.isTTY ? '\n' : `imported ${part.done.toLocaleString('en')} ${part.resource}\n`)
    part = undefined
  }
  return {
    show(progress) {
      if (progress.resource !== part?.resource) endPart()
      part = progress
      if (output.isTTY) output.write(`\r\u001b[2K${barText(progress)}`)
    },
    end: endPart,
  }
}

function barText({ resource, done, total }: SeedProgress): string {
  const filled = done >= total ? barWidth : Math.floor((done / total) * barWidth)
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
  return `importing ${resource.padEnd(12)} ${bar} ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`
}
