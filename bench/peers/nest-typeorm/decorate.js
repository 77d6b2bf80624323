import 'reflect-metadata'

/** Decorators applied as functions, which is what the compiler makes of them. Of a class: */
export const decorateClass = (target, ...decorators) => Reflect.decorate(decorators, target)

/** Of a field of a class, in the order in which they would be written. */
export const decorateField = (target, name, ...decorators) => Reflect.decorate(decorators, target.prototype, name)

/** Of a method; `parameters` has the decorator and the type of each of its parameters. */
export const decorateMethod = (target, name, parameters, ...decorators) => {
  for (const [at, [decorator]] of parameters.entries()) decorator(target.prototype, name, at)
  Reflect.defineMetadata(
    'design:paramtypes',
    parameters.map(([, type]) => type ?? Object),
    target.prototype,
    name,
  )
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name)
  Object.defineProperty(
    target.prototype,
    name,
    Reflect.decorate(decorators, target.prototype, name, descriptor) ?? descriptor,
  )
}
