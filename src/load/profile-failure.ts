/** A function of the profile failed, for no reason that the server gave under load. */
export class ProfileFailure extends Error {
  constructor(place: string, cause: unknown) {
    super(`${place} failed`, { cause })
  }
}

/** Runs a function of the profile. Rejects with a ProfileFailure that names its place. */
export async function within<Value>(place: string, run: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await run()
  } catch (cause) {
    throw new ProfileFailure(place, cause)
  }
}
