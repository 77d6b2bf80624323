import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The processes of this machine that listen on a port, as far as the system tells: Linux does, of processes of the same user. */
export function listeningOn(port: number): readonly number[] {
  const sockets = new Set(['tcp', 'tcp6'].flatMap((family) => listeners(family, port)))
  if (sockets.size === 0) return []
  const pids = namesIn('/proc').filter((name) => /^\d+$/.test(name))
  const holders = pids.filter((pid) =>
    namesIn(`/proc/${pid}/fd`).some((file) => sockets.has(linkAt(`/proc/${pid}/fd/${file}`))),
  )
  return holders.map(Number)
}

/** `socket:[INODE]` of each listener: columns 2 (address:port, hexadecimal), 4 (state, 0A listens) and 10 (inode) of proc(5). */
function listeners(family: string, port: number): readonly string[] {
  try {
    return readFileSync(`/proc/net/${family}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === '0A' && Number.parseInt(local!.split(':')[1]!, 16) === port)
      .map((columns) => `socket:[${columns[9]}]`)
  } catch {
    return []
  }
}

/** What a folder of the system's own holds; nothing where it cannot be read. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // Another system, another user's process, or one that has ended.
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
