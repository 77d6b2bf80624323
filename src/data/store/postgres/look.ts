import type { Position } from '../../../core/bookmark.ts'
import { dataErrors } from '../../errors.ts'
import type { EngineProblem } from '../store.ts'
import type { Connection } from './connection.ts'
import { lsnOf } from './position.ts'

/** What a server says of itself. */
export interface Look {
  /** The same for a primary and all copies of it. */
  readonly system: string
  /** Which of its histories it is in; a promotion begins a later one. As eight digits, in base 16: later ones are greater. */
  readonly timeline: string
  readonly role: 'primary' | 'replica' | 'readOnly'
  /** How far it has come, or applied; 0 for a replica that has applied nothing yet. */
  readonly lsn: number
  readonly durability: string
  /** When it was started, in its own words. */
  readonly started: string
  /** What an acknowledged commit does not survive there. */
  readonly weaknesses: readonly EngineProblem[]
}

/**
 * A replica knows for sure which history it follows while it streams, and tells it to roles that may read the server's statistics;
 * otherwise it is known from what it has last made durable, which may be minutes old: until then it is taken for one that has not followed.
 */
const timelineOfReplica = `lpad(upper(to_hex(greatest(
  (select received_tli from pg_stat_wal_receiver),
  (select timeline_id from pg_control_checkpoint()),
  (select min_recovery_end_timeline from pg_control_recovery())))), 8, '0')`

const statement = {
  text: `select s.system_identifier,
    case when pg_is_in_recovery() then ${timelineOfReplica} else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end,
    case when pg_is_in_recovery() then 'replica' when current_setting('transaction_read_only') = 'on' then 'readOnly' else 'primary' end,
    case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end,
    current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit'),
    current_setting('full_page_writes'), current_setting('data_checksums'), current_setting('synchronous_standby_names'),
    pg_postmaster_start_time()
    from pg_control_system() as s`,
  values: [],
}

export async function look(connection: Connection): Promise<Look> {
  const { rows } = await connection.run(statement)
  const [system, timeline, role, lsn, ...settings] = rows[0] as [
    string,
    string,
    Look['role'],
    string | null,
    ...string[],
  ]
  const started = settings.pop()!
  const weaknesses = weaknessesOf(settings)
  const durability = [durabilityOf(settings), ...weaknesses.map(({ reason }) => reason)].join('; ')
  return { system, timeline, role, lsn: lsn === null ? 0 : lsnOf(lsn), durability, started, weaknesses }
}

function durabilityOf([version, fsync, commits, pages, checksums, standbys]: readonly string[]): string {
  const local = `PostgreSQL ${version}: fsync ${fsync}, synchronous_commit ${commits}, full_page_writes ${pages}, data checksums ${checksums}`
  if (standbys === '') return `${local}, no synchronous standby`
  const isHeld = ['on', 'remote_write', 'remote_apply'].includes(commits!)
  const held = isHeld
    ? 'an acknowledged write has reached them, and a failover to one of them loses none'
    : 'which this synchronous_commit does not wait for'
  return `${local}; synchronous_standby_names ${standbys}: ${held}`
}

function weaknessesOf([, fsync, synchronousCommit, fullPageWrites]: readonly string[]): readonly EngineProblem[] {
  const found: (readonly [isWrong: boolean, reason: string, mend: string])[] = [
    [
      fsync !== 'on',
      'a loss of power loses commits and may damage the whole database, because fsync is off',
      'Set fsync = on in postgresql.conf, and reload.',
    ],
    [
      fullPageWrites !== 'on',
      'a loss of power may damage pages that were being written, because full_page_writes is off',
      'Set full_page_writes = on in postgresql.conf, and reload.',
    ],
    [
      synchronousCommit === 'off',
      'a crash of the server loses the commits of the last moments, because synchronous_commit is off',
      'Set synchronous_commit = on for the database, the role and the address.',
    ],
  ]
  return found.flatMap(([isWrong, reason, mend]) => (isWrong ? [{ kind: 'durability', reason, mend } as const] : []))
}

/** What bookmarks call a history of a system. */
export function epochOf({ system, timeline }: Pick<Look, 'system' | 'timeline'>): string {
  return `${system}/${timeline}`
}

/**
 * Of a replica, behind a read: what the read may have shown at most. A commit is shown a moment before it is counted as applied, so
 * where more has arrived than is applied, the record that is being applied is counted too.
 */
export async function shownAtMost(connection: Connection, epoch: string): Promise<Position> {
  const { rows } = await connection.run(shown)
  const [replayed, arrived, timeline] = rows[0]!
  if (replayed === null) throw dataErrors.STORE_UNAVAILABLE('this PostgreSQL is a replica no longer')
  if (timeline !== null && !epoch.endsWith(`/${timeline}`))
    throw dataErrors.STORE_UNAVAILABLE('this replica follows another history now')
  const applied = lsnOf(replayed!)
  const next = applied + recordMax
  return { epoch, position: arrived === null ? next : Math.max(applied, Math.min(next, lsnOf(arrived!))) }
}

/** The record of a commit, with the header of a page in it; one of ours has a few dozen bytes. */
const recordMax = 256

// What has arrived is read last: where it is all applied, nothing was being applied before.
const shown = {
  text: `select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() end, pg_last_wal_receive_lsn(),
    (select lpad(upper(to_hex(received_tli)), 8, '0') from pg_stat_wal_receiver)`,
  values: [],
}
