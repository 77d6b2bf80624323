import { registryOf } from '../../src/runtime/drivers.ts'
import { topologySchema } from '../../src/topology/schema.ts'
import { cliPage } from './cli.ts'
import { configurationPage } from './configuration.ts'
import { errorsPage } from './errors.ts'
import { fieldsPage } from './fields.ts'
import { topologyPage } from './topology.ts'

/** What is written from the code, by its file: `npm run reference` writes it, and the test holds it. */
export async function reference(): Promise<Readonly<Record<string, string>>> {
  const registry = await registryOf()
  return {
    'docs/reference/fields.md': fieldsPage(),
    'docs/reference/cli.md': cliPage(),
    'docs/reference/configuration.md': configurationPage(),
    'docs/reference/topology.md': topologyPage(registry),
    'docs/reference/errors.md': errorsPage(),
    'topology.schema.json': `${JSON.stringify(topologySchema(registry), null, 2)}\n`,
  }
}
