// The compile cache has to be on before the first module is loaded, so the server is a module of its own.
import { enableCompileCache } from 'node:module'

enableCompileCache()
await import('./server.js')
