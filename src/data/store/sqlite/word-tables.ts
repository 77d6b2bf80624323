import type { ResourceManifest } from '../../../app/manifest.ts'
import { quoteName } from './column.ts'

/** The two tables of a word index. Names of resources have no parentheses, so neither these nor what FTS5 adds to them meets one. */
export function wordTables({ name }: Pick<ResourceManifest, 'name'>): {
  readonly words: string
  readonly places: string
} {
  return { words: quoteName(`_banyan_search(${name})`), places: quoteName(`_banyan_search(${name}).places`) }
}

/**
 * Words leave with their place, by a trigger: what FTS5 writes for a deletion leaves behind a last row number that is too large
 * for JavaScript, and that of a trigger is forgotten.
 */
export function createWordTables(resource: ResourceManifest): string {
  const { words, places } = wordTables(resource)
  return `
    create table ${places} (place integer primary key, id text not null unique) strict;
    create virtual table ${words} using fts5(${options});
    create trigger ${quoteName(`_banyan_search(${resource.name}).leave`)} after delete on ${places}
      begin delete from ${words} where rowid = old.place; end;
  `
}

/**
 * The words come as they are to be found, separated by spaces, so the tokenizer has nothing to decide: to `ascii` every character
 * beyond ASCII is part of a word. `=` is in no word, and begins what stands for a filter. No text is kept: the row has it.
 */
const options = [
  'first',
  'others',
  'filters',
  "content=''",
  'contentless_delete=1',
  'detail=column',
  `tokenize="ascii tokenchars '='"`,
  // What is typed while one searches: short beginnings, which many words have.
  "prefix='1 2 3'",
].join(', ')

export function dropWordTables(resource: Pick<ResourceManifest, 'name'>): string {
  const { words, places } = wordTables(resource)
  return `drop table if exists ${words}; drop table if exists ${places}`
}
