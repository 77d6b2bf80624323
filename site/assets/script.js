// What the site does beyond being read: it finds things by their names, and copies code. Without it every page still reads.
// The build puts `searchEntries` in front: [name, place, address].
;(() => {
  const root = new URL('.', document.currentScript.src)
  const field = document.getElementById('find')
  const found = document.getElementById('found')
  const search = field.closest('.search')
  const status = search.querySelector('[role=status]')
  const shownMost = 12

  function matches() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean)
    if (words.length === 0) return []
    return searchEntries
      .map((entry, at) => ({ entry, at, score: scoreOf(entry, words) }))
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score || left.at - right.at)
      .map(({ entry }) => entry)
  }

  /** Every word has to be in a name or in its place; the name says more, and most where it begins so. */
  function scoreOf([name, place], words) {
    const [inName, inPlace] = [name.toLowerCase(), place.toLowerCase()]
    let score = inName === words.join(' ') ? 20 : 0
    for (const word of words) {
      const at = inName.indexOf(word)
      const isStart = at === 0 || (at > 0 && /[^a-z0-9]/.test(inName[at - 1]))
      if (at === -1 && !inPlace.includes(word)) return 0
      score += at === -1 ? 1 : isStart ? 8 : 4
    }
    // Where only the place is called so, the place itself is meant.
    return words.some((word) => inName.includes(word)) ? score : 0
  }

  function show() {
    const all = matches()
    const isAsked = field.value.trim() !== ''
    found.replaceChildren(...all.slice(0, shownMost).map(itemOf))
    found.hidden = all.length === 0
    status.textContent = !isAsked ? '' : all.length === 0 ? 'Nothing found' : `${all.length} found`
    status.classList.toggle('nothing', isAsked && all.length === 0)
  }

  function itemOf([name, place, address]) {
    const link = document.createElement('a')
    link.href = new URL(address, root).href
    link.textContent = name
    const where = document.createElement('small')
    where.textContent = place
    link.append(where)
    const item = document.createElement('li')
    item.append(link)
    return item
  }

  function close() {
    found.hidden = true
    status.classList.remove('nothing')
  }

  function step(by) {
    const stops = [field, ...found.querySelectorAll('a')]
    const at = stops.indexOf(document.activeElement)
    if (at !== -1) stops[(at + by + stops.length) % stops.length].focus()
  }

  search.hidden = false
  field.addEventListener('input', show)
  field.addEventListener('focus', show)
  search.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      step(event.key === 'ArrowDown' ? 1 : -1)
    } else if (event.key === 'Escape') {
      field.focus()
      close()
    } else if (event.key === 'Enter' && event.target === field) found.querySelector('a')?.click()
  })
  found.addEventListener('click', close)
  document.addEventListener('click', (event) => {
    if (!search.contains(event.target)) close()
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
    if (/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return
    event.preventDefault()
    field.focus()
  })

  // What a command prints is not to be copied.
  for (const figure of document.querySelectorAll('figure.code:not([data-language=text])')) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = 'Copy'
    button.addEventListener('click', async () => {
      button.textContent = await copied(figure.querySelector('code'))
      setTimeout(() => {
        button.textContent = 'Copy'
      }, 1500)
    })
    figure.append(button)
  }

  async function copied(code) {
    try {
      await navigator.clipboard.writeText(code.textContent)
      return 'Copied'
    } catch {
      // Without https there is no clipboard: what is selected can be copied by hand.
      getSelection().selectAllChildren(code)
      return 'Selected'
    }
  }
})()
