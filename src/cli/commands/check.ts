export async function check(..._args: unknown[]): Promise<void> {}
