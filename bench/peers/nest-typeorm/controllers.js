import { Body, Controller, Get, Headers, Inject, Param, Patch, Post, Query, Req, Res } from '@nestjs/common'
import { decorateClass, decorateMethod } from './decorate.js'
import { FlightList, IdParams, NewBooking, NewOrder, OrderChange } from './inputs.js'

/** The token of the answers that all servers by hand share, over TypeORM. */
export const answersToken = Symbol('answers')

class Airports {
  constructor(answers) {
    this.answers = answers
  }
  async get(id, reply) {
    return send(reply, await this.answers.airport(id))
  }
}

class Flights {
  constructor(answers) {
    this.answers = answers
  }
  async get({ id }, reply) {
    return send(reply, await this.answers.flight(id))
  }
  async list(query, request, reply) {
    return send(reply, await this.answers.flights(request.url, query))
  }
}

class Orders {
  constructor(answers) {
    this.answers = answers
  }
  async create(authorization, body, reply) {
    return send(reply, await this.answers.createOrder(authorization, body))
  }
  async change(authorization, ifMatch, { id }, body, reply) {
    return send(reply, await this.answers.changeOrder(authorization, ifMatch, id, body))
  }
}

class Bookings {
  constructor(answers) {
    this.answers = answers
  }
  async create(authorization, body, reply) {
    return send(reply, await this.answers.book(authorization, body))
  }
}

/** The status and the headers are set on the reply, and the body is Nest's to send. */
const send = (reply, { status, headers, body }) => {
  reply.code(status).headers(headers)
  return body
}

const reply = [Res({ passthrough: true })]
const authorization = [Headers('authorization')]

export const controllers = [
  [Airports, 'v1/airports'],
  [Flights, 'v1/flights'],
  [Orders, 'v1/orders'],
  [Bookings, 'v1/bookings'],
].map(([controller, path]) => {
  Inject(answersToken)(controller, undefined, 0)
  return decorateClass(controller, Controller(path))
})

decorateMethod(Airports, 'get', [[Param('id')], reply], Get(':id'))
decorateMethod(Flights, 'get', [[Param(), IdParams], reply], Get(':id'))
decorateMethod(Flights, 'list', [[Query(), FlightList], [Req()], reply], Get())
decorateMethod(Orders, 'create', [authorization, [Body(), NewOrder], reply], Post())
decorateMethod(
  Orders,
  'change',
  [authorization, [Headers('if-match')], [Param(), IdParams], [Body(), OrderChange], reply],
  Patch(':id'),
)
decorateMethod(Bookings, 'create', [authorization, [Body(), NewBooking], reply], Post())
