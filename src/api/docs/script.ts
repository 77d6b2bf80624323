import { curlOf } from './curl.ts'

/** What the page does in a browser. Without it the page still reads; it only cannot find, copy and send. */
export function script(): string {
  return `'use strict';
const curlOf = ${String(curlOf)};
${behaviour}`
}

// Plain JavaScript for browsers, in strings without backticks. Nothing is stored: a token lives as long as the page.
const behaviour = String.raw`
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const token = document.getElementById('token');
const find = document.getElementById('find');
document.documentElement.classList.add('active');

function requestOf(form, placeholder) {
  const headers = {};
  const bearer = token.value.trim() || form.dataset.token || placeholder;
  if (bearer) headers.Authorization = 'Bearer ' + bearer;
  for (const input of all('[name=header]', form)) if (input.value.trim()) headers[input.dataset.name] = input.value.trim();
  const body = form.elements.body;
  if (body) headers['Content-Type'] = body.dataset.type;
  const url = new URL(form.elements.url.value.trim(), location.origin);
  return { method: form.dataset.method, url: url.href, headers, body: body ? body.value : undefined };
}

function showCommand(form) {
  const command = form.parentElement.querySelector('pre');
  try {
    command.textContent = curlOf(requestOf(form, form.dataset.placeholder));
  } catch {
    command.textContent = 'The address is not valid.';
  }
}

async function send(form) {
  const output = form.querySelector('output');
  const button = form.querySelector('[type=submit]');
  const show = (status, text) => {
    const line = document.createElement('p');
    line.textContent = status;
    const body = document.createElement('pre');
    body.tabIndex = 0;
    body.textContent = text;
    output.replaceChildren(line, ...(text === '' ? [] : [body]));
  };
  button.disabled = true;
  try {
    const { method, url, headers, body } = requestOf(form);
    if (new URL(url).origin !== location.origin) throw new Error('Only addresses of this server can be asked.');
    const started = performance.now();
    const answer = await fetch(url, { method, headers, body });
    const text = await answer.text();
    const spent = Math.round(performance.now() - started);
    const told = ['etag', 'location', 'link', 'retry-after', 'allow', 'www-authenticate']
      .filter((name) => answer.headers.has(name))
      .map((name) => name + ': ' + answer.headers.get(name));
    const isJson = /json/.test(answer.headers.get('content-type') || '');
    show(answer.status + ' ' + answer.statusText + ', ' + spent + ' ms',
      [...told, ...(told.length && text ? [''] : []), isJson ? JSON.stringify(JSON.parse(text), null, 2) : text].join('\n').trim());
  } catch (error) {
    show('No answer', String(error.message || error));
  }
  button.disabled = false;
}

for (const form of all('form.try')) {
  showCommand(form);
  form.addEventListener('input', () => showCommand(form));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form);
  });
}
token.addEventListener('input', () => all('form.try').forEach(showCommand));

for (const button of all('[data-copy]')) {
  button.addEventListener('click', async () => {
    const command = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(command.textContent);
      button.textContent = 'Copied';
    } catch {
      // Without https there is no clipboard: what is selected can be copied by hand.
      getSelection().selectAllChildren(command);
      button.textContent = 'Selected';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
}

find.addEventListener('input', () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const route of all('details.route')) {
    route.hidden = !words.every((word) => route.dataset.words.includes(word));
    if (!route.hidden) shown++;
    const link = document.querySelector('nav a[href="#' + route.id + '"]');
    if (link) link.parentElement.hidden = route.hidden;
  }
  for (const section of all('main section')) {
    section.hidden = words.length > 0 && all('details.route:not([hidden])', section).length === 0;
  }
  for (const group of all('nav .group')) group.hidden = document.querySelector(group.getAttribute('href')).hidden;
  document.getElementById('nothing').hidden = shown > 0;
});

addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
  event.preventDefault();
  find.focus({ preventScroll: true });
});

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || target.tagName !== 'DETAILS') return;
  target.open = true;
  target.scrollIntoView();
}
addEventListener('hashchange', openTarget);
openTarget();

for (const route of all('details.route')) {
  route.addEventListener('toggle', () => {
    if (route.open) history.replaceState(null, '', '#' + route.id);
  });
}
`
