// Runs a child on our terminal, passes each signal on once, and answers with the exit code to leave with.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Ctrl-C reaches a child several times over: from the terminal, which signals the whole foreground group, from npm,
 * which signals what it started, and from us. For a server the second one may mean "stop at once". With `ownGroup`
 * the child therefore leaves our group, and hears only us: one signal, however many of them came within a second.
 * Rejects when the program cannot be started at all.
 */
export function runChild(command, args, { cwd, env, ownGroup = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit', detached: ownGroup })
    const stopForwarding = forwardSignals(child)
    child.once('error', (error) => {
      stopForwarding()
      reject(error)
    })
    child.once('exit', (code, signal) => {
      stopForwarding()
      // A shell reports a death by signal as 128 + its number.
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
}

const sameKeystrokeMs = 1000

function forwardSignals(child) {
  const passedAt = new Map()
  const pass = (signal) => {
    const now = performance.now()
    const last = passedAt.get(signal)
    if (last !== undefined && now - last < sameKeystrokeMs) return
    passedAt.set(signal, now)
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  return () => {
    for (const signal of signals) process.off(signal, pass)
  }
}
