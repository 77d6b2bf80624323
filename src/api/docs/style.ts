/** The look of the page: light or dark as the system is, one column on a phone, three on a wide screen. */
export const style = `
:root {
  --page: #fbfbf9; --card: #fff; --line: #dedfd8; --text: #1c211d; --quiet: #5b645d; --accent: #1b6b45; --code: #f2f3ee;
  --get: #1d5fa8; --post: #1b6b45; --put: #8a5a00; --patch: #6b4aa0; --delete: #b3261e;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131614; --card: #1a1e1b; --line: #30362f; --text: #e4e8e3; --quiet: #9ba69c; --accent: #6fcf9b; --code: #0f1210;
    --get: #7db4f0; --post: #6fcf9b; --put: #e0b25a; --patch: #bfa2ee; --delete: #f2938c;
  }
}
* { box-sizing: border-box }
[hidden] { display: none !important }
html { scroll-padding-top: 5rem }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
a { color: var(--accent) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px }
code, pre, .try input, textarea, .method { font-family: var(--mono) }
code { font-size: .875em; overflow-wrap: anywhere }
.skip { position: absolute; left: -99rem }
.skip:focus { left: 1rem; top: .5rem; z-index: 3; background: var(--card); padding: .25rem .75rem }

header {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem;
  padding: .75rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line);
}
h1 { font-size: 1.25rem; line-height: 1.3; margin: 0 }
.version { color: var(--quiet); font-weight: 400 }
.versions { color: var(--quiet); font-size: .875rem }
.controls { display: none; flex: 1; justify-content: flex-end; gap: .5rem 1rem; flex-wrap: wrap }
.active .controls { display: flex }
label { color: var(--quiet); font-size: .875rem }
input, textarea {
  font-size: .875rem; color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 5px; padding: .375rem .5rem;
}
.controls label { display: flex; align-items: center; gap: .5rem; white-space: nowrap }
.controls input { width: 9rem }
::placeholder { color: var(--quiet); opacity: .8 }

.layout { display: grid; grid-template-columns: minmax(0, 1fr); max-width: 92rem; margin: auto }
nav { display: none }
main { padding: .5rem 1.25rem 6rem; outline: none }
h2 { font-size: 1.125rem; margin: 2.25rem 0 .5rem }
h3 { font-size: .875rem; margin: 1.25rem 0 .375rem }
p { margin: .5rem 0; max-width: 46rem }
.note { border-left: 3px solid var(--accent); padding-left: .75rem; color: var(--quiet) }

.route, .schema { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0 }
.route > summary, .schema > summary { cursor: pointer; padding: .625rem .875rem; list-style: none; border-radius: 8px }
summary::-webkit-details-marker { display: none }
.route > summary:hover, .schema > summary:hover { background: var(--code) }
.route > summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: .125rem .75rem }
.method { flex: none; display: inline-block; width: 4.25em; font-size: .8125rem; font-weight: 700 }
.get { color: var(--get) } .post { color: var(--post) } .put { color: var(--put) }
.patch { color: var(--patch) } .delete { color: var(--delete) }
.path { font-size: .9375rem; font-weight: 600; overflow-wrap: normal }
.deprecated .path { text-decoration: line-through }
.title { color: var(--quiet); font-size: .875rem }
.access { margin-left: auto; color: var(--quiet); font-size: .8125rem }
.body { padding: .25rem .875rem 1rem; border-top: 1px solid var(--line) }
.route .body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 2rem }
.about > :first-child, .use > :first-child { margin-top: .75rem }

.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .875rem }
th { text-align: left; color: var(--quiet); font-weight: 500 }
th, td { padding: .375rem .75rem .375rem 0; vertical-align: top; border-bottom: 1px solid var(--line) }
td:first-child { white-space: nowrap }
td:nth-child(2) { min-width: 8rem }
td:nth-child(3) { width: 50% }
td:last-child, th:last-child { padding-right: 0 }
.required { color: var(--quiet); font-size: .75rem }
.place, .media { color: var(--quiet); font-size: .8125rem }
.operators { display: block; color: var(--quiet); white-space: normal; max-width: 12rem; font-size: .8125rem; line-height: 1.4 }
.values summary, .problems summary { cursor: pointer; list-style: revert; color: var(--quiet) }
.problems > summary { font-size: .875rem; margin-top: .25rem }
.answers { list-style: none; margin: 0; padding: 0; font-size: .875rem }
.answers li { padding: .25rem 0 }
.status { font-weight: 700; margin-right: .25rem }

.code, output pre { background: var(--code); border: 1px solid var(--line); border-radius: 6px }
.code { margin: .75rem 0 }
.bar { display: flex; justify-content: space-between; align-items: center; padding: .375rem .75rem 0 }
.bar h3 { margin: 0; color: var(--quiet); font-weight: 500 }
pre { margin: 0; padding: .5rem .75rem .75rem; font-size: .8125rem; line-height: 1.5; overflow: auto; max-height: 26rem }
button { font: inherit; font-size: .875rem; cursor: pointer; border: 1px solid var(--line); border-radius: 5px; background: var(--card); color: var(--text); padding: .25rem .75rem }
button:hover { border-color: var(--accent) }
button:disabled { opacity: .6; cursor: default }
.try [type=submit] { background: var(--accent); border-color: var(--accent); color: var(--page); font-weight: 600; padding: .375rem 1.25rem }
.try, [data-copy] { display: none }
.active .try { display: grid; grid-template-columns: minmax(0, 1fr); gap: .5rem; margin: .75rem 0 }
.active [data-copy] { display: inline-block }
.try input, textarea { display: block; width: 100%; font-size: .8125rem; margin-top: .125rem }
textarea { resize: vertical; line-height: 1.5; field-sizing: content; min-height: 4rem; max-height: 24rem }
.try button { justify-self: start }
output p { font-weight: 600; font-size: .875rem }

@media (min-width: 1000px) {
  .route .body { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr) }
}
@media (min-width: 1200px) {
  .layout { grid-template-columns: 17rem minmax(0, 1fr) }
  nav { display: block; position: sticky; top: 3.5rem; align-self: start; max-height: calc(100vh - 3.5rem); overflow-y: auto; padding: 1rem 0 2rem 1.25rem; font-size: .8125rem }
  nav ul { list-style: none; margin: .25rem 0 1rem; padding: 0 }
  nav a { display: block; color: var(--text); text-decoration: none; padding: .125rem .375rem; border-radius: 4px; overflow-wrap: anywhere }
  nav a:hover { background: var(--code) }
  nav .group { font-weight: 600 }
  nav .method { font-size: .6875rem; width: 4em }
}
@media (max-width: 999px) {
  html { scroll-padding-top: 7rem }
  .controls { flex-basis: 100% }
  .controls label { flex: 1 1 0 }
  .controls input { flex: 1; min-width: 0 }
}
@media (max-width: 600px) {
  header { position: static }
  html { scroll-padding-top: 1rem }
  header, main { padding-left: .875rem; padding-right: .875rem }
  .controls label { flex-basis: 100% }
  .access { margin-left: 0 }
  .path { flex: 1 1 60% }
  .route > summary .title::after { content: ' ·' }
  thead { position: absolute; left: -99rem }
  table, tbody, tr { display: block }
  tr { padding: .375rem 0; border-bottom: 1px solid var(--line) }
  td, td:nth-child(n) { display: block; width: auto; padding: 0; border: 0; white-space: normal }
  .operators { max-width: none }
}
`
