import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { untilStopped } from '../signals.ts'

/** Serves the app in a child process and starts it again when a file of the project changes. */
export async function dev(options: { readonly topology?: string }): Promise<void> {
  const stopped = untilStopped()
  const args = [
    ...process.execArgv,
    process.argv[1]!,
    'start',
    ...(options.topology === undefined ? [] : ['--topology', options.topology]),
  ]
  let child = spawn(process.execPath, args, { stdio: 'inherit' })
  let timer: NodeJS.Timeout | undefined
  let isStopping = false

  const ended = (process: typeof child) =>
    process.exitCode !== null || process.signalCode !== null
      ? Promise.resolve()
      : new Promise((resolve) => process.once('exit', resolve))
  const restart = async () => {
    const old = child
    old.kill('SIGTERM')
    await ended(old)
    if (isStopping) return
    console.log('\nA file changed: starting again.\n')
    child = spawn(process.execPath, args, { stdio: 'inherit' })
  }
  const watcher = watch(process.cwd(), { recursive: true }, (_event, file) => {
    if (
      file === null ||
      !/\.(ts|js|mjs|json|env)$|^\.env$/.test(file) ||
      /(^|[/\\])(node_modules|\.banyan|\.git|dist)[/\\]/.test(file)
    )
      return
    clearTimeout(timer)
    // Editors write a file in several steps.
    timer = setTimeout(() => void restart(), 100)
  })
  await stopped
  isStopping = true
  clearTimeout(timer)
  watcher.close()
  child.kill('SIGTERM')
  await ended(child)
}
