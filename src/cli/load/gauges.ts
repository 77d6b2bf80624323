import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Readings } from '../../load/report.ts'
import { cpuMicroseconds } from './process-cpu.ts'

const resolutionMs = 10

/** What this process and the server are busy with, each time since it was last asked. */
export function gauges(serverPids: readonly number[]): Disposable & { readonly read: () => Readings } {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  let loop = performance.eventLoopUtilization()
  let server = serverUse(serverPids)
  return {
    read() {
      const nowLoop = performance.eventLoopUtilization()
      const nowServer = serverUse(serverPids)
      const readings: Readings = {
        loopBusy: rounded(performance.eventLoopUtilization(nowLoop, loop).utilization),
        // What is recorded is the time between two timers, the one that was meant included.
        loopLagMs: rounded(Math.max(0, delay.max / 1e6 - resolutionMs)),
        serverCores: coresBetween(server, nowServer),
      }
      delay.reset()
      loop = nowLoop
      server = nowServer
      return readings
    },
    [Symbol.dispose]: () => delay.disable(),
  }
}

interface Use {
  readonly cpuUs: number
  readonly atMs: number
}

/** Undefined where nothing is known of the server's processes. */
function serverUse(pids: readonly number[]): Use | undefined {
  const cpuUs = cpuMicroseconds(pids)
  return cpuUs === null ? undefined : { cpuUs, atMs: performance.now() }
}

/** A process that ended in between takes its time with it: then nothing is below zero. */
function coresBetween(before: Use | undefined, now: Use | undefined): number | null {
  if (before === undefined || now === undefined || now.atMs === before.atMs) return null
  return rounded(Math.max(0, now.cpuUs - before.cpuUs) / 1000 / (now.atMs - before.atMs))
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
