import type { Position } from '../../../core/bookmark.ts'
import { dataErrors } from '../../errors.ts'

/** Where the products that speak this protocol differ. */
export interface Dialect {
  /** `MariaDB 10.11.19`. */
  readonly version: string
  /** Compares texts by code point, to the last space. */
  readonly collation: string
  /** Locks the rows that are read against others who would change them. */
  readonly forShare: string
  /** What a session is set to, beside what is the same for all. */
  settings(statementTimeoutMs: number): Readonly<Record<string, string>>
  /** Whether the server keeps a log that replicas follow, what its commits are numbered within, all GTIDs, and who it is. */
  readonly logNow: string
  /** How far the history is that is `within` this, among GTIDs. */
  positionIn(gtids: string, within: string): Position | undefined
  /** What it does to keep commits, as names and values. */
  readonly durability: string
}

/** What makes of a version, as the server tells it, a dialect. Throws STORE_UNREACHABLE for one that is too old. */
export function dialectOf(version: string, server: string): Dialect {
  const [major, minor] = version.split(/[.-]/).map(Number) as [number, number]
  const isMariaDb = version.includes('MariaDB')
  const product = `${isMariaDb ? 'MariaDB' : 'MySQL'} ${/\d+(\.\d+)*/.exec(version)?.[0] ?? version}`
  // JSON_TABLE and SKIP LOCKED are what a commit is made of.
  const isOldEnough = isMariaDb ? major > 10 || (major === 10 && minor >= 6) : major >= 8
  if (!isOldEnough)
    throw dataErrors.STORE_UNREACHABLE(
      `the database at ${server} is ${product}, which is too old: MariaDB 10.6 or MySQL 8.0 is the least`,
    )
  return { ...(isMariaDb ? mariadb : mysql), version: product }
}

const durability = `select 'innodb_flush_log_at_trx_commit', @@innodb_flush_log_at_trx_commit,
  'sync_binlog', if(@@log_bin, @@sync_binlog, 'without log_bin'), 'innodb_doublewrite', @@innodb_doublewrite`

const mariadb: Omit<Dialect, 'version'> = {
  collation: 'utf8mb4_nopad_bin',
  forShare: 'lock in share mode',
  settings: (statementTimeoutMs) => ({
    max_statement_time: String(statementTimeoutMs / 1000),
    tx_isolation: "'READ-COMMITTED'",
    // A process that stops in the middle of a commit holds locks no longer than this.
    idle_transaction_timeout: '10',
    session_track_system_variables: "'last_gtid'",
  }),
  logNow: "select @@log_bin, concat(@@gtid_domain_id, '-', @@server_id), @@gtid_current_pos, @@server_uid",
  // Of `0-1-27,1-2-5` the member of the domain, whose server has made 27 commits.
  positionIn(gtids, within) {
    const domain = within.slice(0, within.indexOf('-') + 1)
    const gtid = gtids.split(',').find((one) => one.startsWith(domain))
    if (gtid === undefined) return undefined
    const end = gtid.lastIndexOf('-')
    return { epoch: gtid.slice(0, end), position: Number(gtid.slice(end + 1)) }
  },
  durability,
}

const mysql: Omit<Dialect, 'version'> = {
  collation: 'utf8mb4_0900_bin',
  forShare: 'for share',
  settings: (statementTimeoutMs) => ({
    max_execution_time: String(statementTimeoutMs),
    transaction_isolation: "'READ-COMMITTED'",
    session_track_gtids: "'OWN_GTID'",
  }),
  logNow: "select @@log_bin and @@gtid_mode = 'ON', @@server_uuid, @@gtid_executed, @@server_uuid",
  // Of `uuid:1-27`, or `uuid:27`, the last number of the server.
  positionIn(gtids, within) {
    const set = gtids.split(/,\s*/).find((one) => one.startsWith(within))
    return set === undefined ? undefined : { epoch: within, position: Number(/\d+$/.exec(set)![0]) }
  },
  durability,
}
