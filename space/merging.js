// The stepper: Python has drawn every merge; this puts them in, up to the one the slider is at.
const read = new WeakMap();
let timer = 0;

const slider = () => element.querySelector('input[type=range]');

function lanes() {
  return [...element.querySelectorAll('[data-steps]')].map((lane) => {
    if (!read.has(lane)) read.set(lane, JSON.parse(lane.dataset.steps));
    return [lane, read.get(lane)];
  });
}

function draw() {
  const at = +slider().value;
  element.querySelector('.at').textContent = `${at} / ${slider().max}`;
  for (const [lane, data] of lanes()) {
    const chips = [...data.start];
    const done = data.steps.slice(0, at);
    for (const [place, chip] of done) chips.splice(place, 2, chip);
    const list = lane.querySelector('.cv');
    list.innerHTML = chips.join('');
    list.removeAttribute('aria-activedescendant');
    if (done.length && at <= data.steps.length) list.children[done.at(-1)[0]].classList.add('new');
    lane.querySelector('h2').textContent = data.tokens.replace('\0', chips.length);
    const said = lane.querySelector('.said');
    const words = done.length ? done.at(-1)[2] : data.none;
    if (said.innerHTML !== words) said.innerHTML = words;
  }
}

function go(at) {
  slider().value = at;
  draw();
}

function stop() {
  clearInterval(timer);
  timer = 0;
  const button = element.querySelector('[data-do=play]');
  button?.classList.remove('playing');
  if (button) button.textContent = '▶\ufe0e';
}

function play(button) {
  if (timer) { stop(); return; }
  const most = +slider().max;
  if (+slider().value >= most) go(0);
  button.classList.add('playing');
  button.textContent = '❚❚';
  timer = setInterval(() => {
    // The text may have changed, or the tab may be closed.
    if (!button.isConnected || !button.offsetParent) { stop(); return; }
    go(+slider().value + 1);
    if (+slider().value >= most) stop();
  }, Math.max(150, Math.min(900, 15000 / most)));
}

element.addEventListener('input', (event) => {
  if (event.target !== slider()) return;
  stop();
  draw();
});

element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-do]');
  if (!button) return;
  const what = button.dataset.do;
  if (what === 'play') { play(button); return; }
  stop();
  go({first: 0, back: +slider().value - 1, on: +slider().value + 1, last: slider().max}[what]);
});
