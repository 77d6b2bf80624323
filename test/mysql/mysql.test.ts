import { engine } from '../engine.ts'
import { servedStoreSuite } from '../served-store.ts'

servedStoreSuite({
  product: 'MariaDB',
  driver: 'mysql',
  engine: 'mariadb',
  variable: 'MYSQL',
  skip: engine('mariadbd').skip,
  durability: /MariaDB \d+[^"]*: innodb_flush_log_at_trx_commit 1, sync_binlog 1, innodb_doublewrite 1/,
  insert: /insert into "tasks"/,
})
