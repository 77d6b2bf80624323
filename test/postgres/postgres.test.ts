import { engine } from '../engine.ts'
import { servedStoreSuite } from '../served-store.ts'

servedStoreSuite({
  product: 'PostgreSQL',
  driver: 'postgres',
  engine: 'postgres',
  variable: 'PG',
  skip: engine('initdb').skip,
  durability: /PostgreSQL \d+[^"]*: fsync on, synchronous_commit on/,
  insert: /insert into "tasks"/,
})
