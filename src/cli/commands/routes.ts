export async function routes(..._args: unknown[]): Promise<void> {}
