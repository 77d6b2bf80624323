export async function explain(..._args: unknown[]): Promise<void> {}
