import type { Opponent } from './work.ts'

export const generatedOpponents = (_name: string): readonly Opponent[] => []
