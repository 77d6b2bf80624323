import { nullServer } from '../subjects/null-server.ts'
import type { Side, Work } from './work.ts'

const side = (name: string): Side => ({ subject: nullServer(name), plan: { method: 'GET', path: '/', expects: 200 } })

/** Checks the harness: every interval should hold the ratio one, and its width is what a comparison can resolve here. */
export const nullPair: Work = {
  kind: 'pair',
  name: 'null',
  title: 'The harness on two equal servers',
  data: 'none',
  a: side('null server'),
  b: side('its twin'),
  connections: 64,
  compare: 'answers',
  goals: [],
}
