import { rules } from './rules.ts'
import { type File, treeOf } from './tree.ts'

/** Holds the files against every rule. One entry a breach, as it is printed; none means tidy. */
export function tidy(files: readonly File[]): string[] {
  const tree = treeOf(files)
  return rules.flatMap(({ rule, find }) =>
    files.flatMap((file) =>
      find(file, tree).map(
        ({ line, found, mend }) => `${file.path}:${line} ${found}\n  rule: ${rule}\n  mend: ${mend}`,
      ),
    ),
  )
}
