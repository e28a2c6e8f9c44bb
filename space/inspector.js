// Point at a token, or walk to it with the arrow keys: what it is. Click it or press Enter: the merges that made it.
// Python draws both; this asks for them, puts them in place and lights the token in both views.
const peek = element.querySelector('.peek');
const sheet = element.querySelector('.sheet');
const asked = new Map(); // what was answered before
let lit = [];
let cursor = null;
let wanted = '';
let timer = 0;

const tokenAt = (target) => target.closest?.('[data-t] .t, [data-t] .chip');
const viewOf = (token) => token.closest('[data-t]');
const listIn = (view) => (view.closest('.view') || view).parentElement.querySelector('.cv');
const textIn = (view) => (view.closest('.view') || view).parentElement.querySelector('.tv');
const walkable = (view) => [...view.querySelectorAll('.t, .chip')];

// The first and the last token of a run; a chip is one token.
function range(token) {
  if (!token.classList.contains('chip')) return [+token.dataset.i, +(token.dataset.j ?? token.dataset.i)];
  const at = [].indexOf.call(token.parentElement.children, token);
  return [at, at];
}

function runsOf(view, first, last) {
  return [...(textIn(view)?.querySelectorAll('.t') ?? [])].filter((run) => {
    const [from, to] = range(run);
    return from <= last && first <= to;
  });
}

function light(token) {
  lit.forEach((one) => one.classList.remove('on'));
  lit = [];
  if (!token) return;
  const [first, last] = range(token);
  const chips = [].slice.call(listIn(viewOf(token)).children, first, last + 1);
  lit = [...runsOf(viewOf(token), first, last), ...chips];
  lit.forEach((one) => one.classList.add('on'));
}

function question(token, trees) {
  const view = viewOf(token);
  const [first, last] = range(token);
  const ids = [].slice.call(listIn(view).children, first, Math.min(last + 1, first + 6))
    .map((chip) => +chip.querySelector('small').textContent);
  const shared = textIn(view) && runsOf(view, first, last).filter((run) => run.dataset.j)
    .map((run) => [run.textContent, +run.dataset.i + 1, +run.dataset.j + 1]);
  return JSON.stringify({data: [view.dataset.t, ids, first + 1, shared, trees, view.dataset.l]});
}

async function answer(body) {
  if (asked.has(body)) return asked.get(body);
  const got = await fetch('gradio_api/run/inspect', {method: 'POST', headers: {'Content-Type': 'application/json'}, body});
  if (!got.ok) throw new Error(got.statusText);
  const drawn = (await got.json()).data[0];
  if (asked.size > 2000) asked.clear();
  asked.set(body, drawn);
  return drawn;
}

function hide() {
  clearTimeout(timer);
  wanted = '';
  peek.hidden = true;
  light(null);
}

function show(token) {
  clearTimeout(timer);
  light(token);
  const body = wanted = question(token, false);
  timer = setTimeout(async () => {
    try {
      const drawn = await answer(body);
      if (wanted !== body || !token.isConnected) return;
      peek.innerHTML = drawn;
      peek.hidden = false;
      place(token);
    } catch { hide(); }
  }, asked.has(body) ? 0 : 70);
}

// Under the token, or over it where there is no room.
function place(token) {
  const box = token.getClientRects()[0];
  const left = Math.max(8, Math.min(box.left, innerWidth - peek.offsetWidth - 8));
  const over = box.bottom + peek.offsetHeight + 8 > innerHeight && box.top > peek.offsetHeight + 8;
  peek.style.left = `${left}px`;
  peek.style.top = `${over ? box.top - peek.offsetHeight - 8 : box.bottom + 8}px`;
}

async function open(token) {
  try {
    sheet.innerHTML = await answer(question(token, true));
  } catch { return; }
  hide();
  sheet.querySelector('.who').id = 'looked-at';
  sheet.showModal();
  // On hf.co the page stands in a frame as tall as itself, of which only a part is seen: stay near the token.
  if (window.parent === window) return;
  const top = token.getBoundingClientRect().top - sheet.offsetHeight / 3;
  sheet.style.bottom = 'auto';
  sheet.style.top = `${Math.max(12, Math.min(top, innerHeight - sheet.offsetHeight - 12))}px`;
}

// Screen readers follow the marked chip while the list keeps the focus.
function mark(token) {
  cursor?.removeAttribute('id');
  cursor = token;
  if (!token?.classList.contains('chip')) return;
  token.id = 'walked';
  viewOf(token).setAttribute('aria-activedescendant', 'walked');
}

const MOVES = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -1e9, End: 1e9};

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !peek.hidden && !sheet.open) { hide(); return; }
  const view = event.target.closest?.('[data-t]');
  if (!view || event.ctrlKey || event.altKey || event.metaKey) return;
  const all = walkable(view);
  const at = all.indexOf(cursor);
  if (event.key in MOVES) {
    mark(all[Math.max(0, Math.min(all.length - 1, at + MOVES[event.key]))]);
    cursor.scrollIntoView({block: 'nearest', inline: 'nearest'});
    show(cursor);
  } else if ((event.key === 'Enter' || event.key === ' ') && at >= 0) {
    open(cursor);
  } else return;
  event.preventDefault();
});

document.addEventListener('focusin', (event) => {
  const view = event.target.matches('[data-t]:focus-visible') ? event.target : null;
  if (!view) return;
  const all = walkable(view);
  if (!all.includes(cursor)) mark(all[0]);
  if (cursor) show(cursor);
});

document.addEventListener('focusout', (event) => { if (event.target.matches('[data-t]')) hide(); });

document.addEventListener('pointerover', (event) => {
  if (event.pointerType === 'touch') return;
  const token = tokenAt(event.target);
  if (token) show(token);
  else if (!peek.hidden || lit.length) hide();
});

document.addEventListener('scroll', () => { if (!peek.hidden && lit[0]) hide(); }, {capture: true, passive: true});

document.addEventListener('click', (event) => {
  const token = tokenAt(event.target);
  if (event.target === sheet) sheet.close(); // beside the sheet
  if (!token || getSelection().toString()) return;
  mark(token);
  open(token);
});
