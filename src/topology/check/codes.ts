import { findingTable } from '../../app/review/finding.ts'

/** Everything that can be wrong with a topology, and every promise of an app that a topology can fail to keep. */
export const topologyFindings = findingTable({
  TOPOLOGY_FORM: { severity: 'error', mend: 'A topology has stores, resources and identity.' },
  TOPOLOGY_DRIVER: { severity: 'error', mend: 'Name a driver that there is.' },
  TOPOLOGY_OPTION: {
    severity: 'error',
    mend: "Look the option up in topology.schema.json, in the driver's own words.",
  },
  TOPOLOGY_STORE: { severity: 'error', mend: 'Name a store of this topology.' },
  TOPOLOGY_RESOURCE: { severity: 'error', mend: 'Name a resource of the app.' },
  TOPOLOGY_STORE_TWICE: { severity: 'error', mend: 'Give each store data of its own, or use one store.' },
  TOPOLOGY_STORE_UNUSED: { severity: 'warning', mend: 'Take the store out, or say which resources live in it.' },

  STORE_REPLICAS_UNUSED: {
    severity: 'warning',
    mend: "Declare it where readers may lag: .freshness({ staleFor: '2s' }), or take the replicas out.",
  },
  STORE_VARIABLE: {
    severity: 'error',
    mend: 'Set it in the environment, or in .env while developing.',
  },
  STORE_ADDRESS: { severity: 'error', mend: 'Write postgres://user:password@host:5432/database.' },
  STORE_PLAINTEXT: {
    severity: 'error',
    mend: 'Give an address that is encrypted; in a network that nobody else reaches, accept it with plaintext: true.',
  },
  STORE_VOLATILE: {
    severity: 'error',
    mend: 'Say that this may be: volatile: true, or choose a driver that keeps it.',
  },
  NEED_ADOPTION: { severity: 'error', mend: 'Choose a driver that serves tables of others.' },
  NEED_ONE_STORE: {
    severity: 'error',
    mend: 'Let them live in one store, or give them to services that call each other.',
  },
  NEED_REFERENCE_STORE: {
    severity: 'error',
    mend: 'Let both live in one store, or keep the id in a plain t.id() or t.text().',
  },
  NEED_ATOMICITY: { severity: 'error', mend: 'Choose a driver that commits several rows at once.' },
  NEED_ISOLATION: { severity: 'error', mend: 'Choose a driver whose commits are serialisable.' },
  NEED_SLOTS: { severity: 'error', mend: "Choose a driver that commits across slots, or take out slots: 'many'." },
  NEED_SCANS: { severity: 'error', mend: 'Choose a driver that asserts scans, or list before the transaction.' },
  NEED_IDEMPOTENCY: { severity: 'error', mend: 'Choose a driver that commits several rows at once.' },
  NEED_ENGINE: { severity: 'error', mend: 'Put the resources of the service on that engine, or declare no native.' },
  NEED_CASCADE: { severity: 'error', mend: 'Refuse the deletion instead: leave onDelete out.' },
  NEED_UNIQUE: { severity: 'error', mend: 'Choose a driver that keeps fields unique.' },
  NEED_REFERENCES: { severity: 'error', mend: 'Choose a driver that checks references.' },
  NEED_ORDER: { severity: 'error', mend: 'Choose a driver whose access paths have an order.' },
  NEED_SEARCH: { severity: 'error', mend: 'Choose a driver that finds rows by their words.' },
  NEED_FRESHNESS: { severity: 'error', mend: 'Choose a fresher driver, or declare that readers may lag.' },

  EXTERNAL_ADDRESS: {
    severity: 'error',
    mend: 'Give scheme, host and the path below which its paths lie: "https://pricing.example/v2".',
  },
  EXTERNAL_PLAINTEXT: {
    severity: 'error',
    mend: 'Give its https address; in a network that nobody else reaches, accept http with "plaintext": true.',
  },
  EXTERNAL_TOKEN: { severity: 'error', mend: 'Give printable ASCII characters without spaces, or leave it out.' },
  EXTERNAL_UNKNOWN: { severity: 'error', mend: 'Name an external service that the app calls.' },

  IDENTITY_DEVELOPMENT: {
    severity: 'error',
    mend: 'Name an identity that proves who is calling, or leave it out if everybody may do everything.',
  },
  IDENTITY_MISSING: { severity: 'error', mend: 'Name an identity in the topology: nobody could be let in.' },
  IDENTITY_NOBODY: { severity: 'warning', mend: "Name one: identity: { driver: 'development' }." },
})

/** Everything that can be found wrong by reaching the engines that a topology names. */
export const contactFindings = findingTable({
  CONNECT_REACH: { severity: 'error', mend: 'Mend the address, or what is behind it.' },
  CONNECT_ENGINE: { severity: 'error', mend: 'Mend the engine, or name another.' },
  CONNECT_SCHEMA: { severity: 'error', mend: 'banyan migrate plan shows every step, banyan migrate apply does them.' },
  CONNECT_DURABILITY: {
    severity: 'error',
    mend: 'Mend the settings of the engine, or say that data may be lost: volatile: true.',
  },
  CONNECT_REPLICA: { severity: 'warning', mend: 'Mend it, or take it out of the topology.' },
  CONNECT_ROOM: { severity: 'warning', mend: 'Ask for less, or give the engine more.' },
})
