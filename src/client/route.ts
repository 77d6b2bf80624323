/** Where a method of the client goes. */
export interface Route {
  /** `bookings.book`: the group and the method. */
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With the version and the parameters in braces: `/v1/bookings/{id}/confirm`. */
  readonly path: string
  /** What generated method it is; undefined: an operation. */
  readonly generated: Generated | undefined
  readonly isKeyed: boolean
  /** What the body is sent as; undefined: the route takes none. */
  readonly contentType: string | undefined
}

export type Generated = 'list' | 'create' | 'batch' | 'get' | 'replace' | 'update' | 'delete'
