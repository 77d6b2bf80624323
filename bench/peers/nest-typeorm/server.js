import 'reflect-metadata'
import { Catch, HttpException, Module, ValidationPipe } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm'
import { answersOver } from '../shared/answers.js'
import { cursors } from '../shared/cursor.js'
import { answerOf, contentRefused } from '../shared/problems.js'
import { answersToken, controllers } from './controllers.js'
import { decorateClass } from './decorate.js'
import { Airport, Booking, Flight, Order } from './entities.js'
import { storeWithTypeorm } from './store.js'

class App {}
decorateClass(
  App,
  Module({
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url: process.env.PG,
        entities: [Airport, Booking, Flight, Order],
        poolSize: 10,
        extra: { idleTimeoutMillis: 0 },
      }),
    ],
    controllers,
    providers: [
      {
        provide: answersToken,
        inject: [getDataSourceToken()],
        useFactory: async (source) => answersOver(await storeWithTypeorm(source), cursors(process.env.DATA)),
      },
    ],
  }),
)

class Problems {
  catch(error, host) {
    const known = error instanceof HttpException ? Object.assign(error, { statusCode: error.getStatus() }) : error
    const { status, headers, body } = answerOf(known, host.switchToHttp().getRequest().id)
    return host.switchToHttp().getResponse().code(status).headers(headers).send(body)
  }
}
decorateClass(Problems, Catch())

const app = await NestFactory.create(App, new FastifyAdapter({ bodyLimit: 1_000_000 }), { logger: false })
app.useGlobalPipes(
  new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    exceptionFactory: (errors) => contentRefused(errors.map(String).join('; ')),
  }),
)
app.useGlobalFilters(new Problems())
await app.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', async () => {
  await app.close()
  process.exit(0)
})
