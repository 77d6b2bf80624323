/** Where a file of vega-datasets lies. The package exports only its code, so the way leads from there to its data. */
export function datasetFile(name: string): URL {
  return new URL(`../data/${name}`, import.meta.resolve('vega-datasets'))
}
