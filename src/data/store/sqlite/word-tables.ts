import { quoteName } from './column.ts'

/** The two tables of a word index. */
export function wordTables(name: string): { readonly words: string; readonly places: string } {
  return { words: quoteName(name), places: quoteName(`${name}.places`) }
}

/**
 * Words leave with their place, by a trigger: what FTS5 writes for a deletion leaves behind a last row number that is too large
 * for JavaScript, and that of a trigger is forgotten.
 */
export function createWordTables(name: string): string {
  const { words, places } = wordTables(name)
  return `
    create table ${places} (place integer primary key, id text not null unique) strict;
    create virtual table ${words} using fts5(${options});
    create trigger ${quoteName(`${name}.leave`)} after delete on ${places}
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

export function dropWordTables(name: string): string {
  const { words, places } = wordTables(name)
  return `drop table ${words}; drop table ${places}`
}
