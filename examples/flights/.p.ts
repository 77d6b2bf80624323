import { caller, newFlight } from './test/callers.ts'
import { dataFolder, startServer } from './test/server.ts'
await using f = await dataFolder()
for (let i=0;i<6;i++){
const s = await startServer(f.path)
const op=caller(s.url,'op','operator').api
const flight=await newFlight(op,500)
const {api}=caller(s.url,'p')
const all=Array.from({length:150},()=>api.bookings.book({flight:flight.id,seats:1}).catch(e=>e.code))
await new Promise(r=>setTimeout(r,20+i*15))
const t=Date.now(); await s[Symbol.asyncDispose](); console.log('stopped after',Date.now()-t)
const r=await Promise.race([Promise.all(all),new Promise(r=>setTimeout(r,100))]) as any
console.log(Array.isArray(r)?Object.entries(Object.groupBy(r,(x:any)=>typeof x==='string'?x:'ok')).map(([k,v])=>k+v!.length):'pending')
}
process.exit()
