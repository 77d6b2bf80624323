/** A code of the server or one of the client's own. A standalone client has another file here, which names those that it knows. */
export type ErrorCode = string
