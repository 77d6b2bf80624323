/** The pages by what a reader wants. Those of a folder that are not named here follow by their names. */
export interface Section {
  readonly title: string
  /** What one finds there, in a sentence. */
  readonly about: string
  readonly folder: string
  readonly first: readonly string[]
}

export const sections: readonly Section[] = [
  {
    title: 'Learn',
    about: 'From nothing to an app that takes bookings, step by step.',
    folder: 'docs/learn',
    first: ['tutorial'],
  },
  {
    title: 'Guides',
    about: 'One job each, with code that works as it stands.',
    folder: 'docs/guides',
    first: ['model', 'operations', 'access', 'errors', 'topology', 'postgres', 'testing', 'versions', 'load'],
  },
  {
    title: 'Reference',
    about: 'Every field, command, variable, option, error and limit.',
    folder: 'docs/reference',
    first: ['fields', 'cli', 'configuration', 'topology', 'errors', 'limits'],
  },
  {
    title: 'Understand',
    about: 'How it works, what it costs, and why it is so.',
    folder: 'docs/understand',
    first: ['what-you-give-up'],
  },
  {
    title: 'Decisions',
    about: 'What could have been otherwise, and why it is not.',
    folder: 'docs/decisions',
    first: ['README'],
  },
]
