import { peer } from './peer.ts'

/** The server that an expert writes by hand with Fastify and `node:sqlite`, on the same data file. */
export const fastifySqlite = peer('Fastify + node:sqlite', 'fastify-sqlite', { script: 'start.js' })

/** By hand on PostgreSQL: they share their statements and the shape of their answers, and differ in the packages that carry them. */
export const nodePg = peer('node:http + pg', 'node-pg')
export const nodePgPipelined = peer('node:http + pg, pipelined', 'node-pg-pipelined')
export const nodePostgres = peer('node:http + postgres', 'node-postgres')
export const fastifyPg = peer('Fastify + pg', 'fastify-pg')
export const fastifyPostgres = peer('Fastify + postgres', 'fastify-postgres')
export const honoDrizzle = peer('Hono + Drizzle', 'hono-drizzle')

export const nestTypeorm = peer('NestJS + TypeORM', 'nest-typeorm')
export const moleculer = peer('Moleculer + pg', 'moleculer')

/** Their interfaces are made from the tables. */
export const postgraphile = peer('PostGraphile', 'postgraphile', { probe: '/graphql?query=%7B__typename%7D' })
export const platformatic = peer('Platformatic DB', 'platformatic-db', { probe: '/airports' })
