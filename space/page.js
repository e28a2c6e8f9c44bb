// What happens in the browser alone: the language, the address, copying and downloading.
// page.py puts the translations of the sentences said here where it reads WORDS.
window.page = (() => {
  const words = WORDS;
  const LONGEST = 1200; // characters of text in a link: other programs cut longer ones
  const root = document.documentElement;
  let spoken = 'en'; // Gradio sets the document's language by the browser's, so it is no place to look it up
  const asked = () => new URL(location.href).searchParams;
  const tab = asked().get('tab') || '';

  const say = (english, values = {}) => {
    const said = (words[english] || {})[spoken] || english;
    return said.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  // --- The language: what the address asks for, else what was chosen before, else the browser's ---

  const kept = () => {
    try { return localStorage.getItem('language'); } catch { return null; } // refused in some frames
  };

  function language() {
    const wanted = [asked().get('lang'), kept(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
    return wanted.find((tag) => ['en', 'hi', 'kn'].includes(tag)) || 'en';
  }

  function speak(tag) {
    spoken = root.lang = tag;
    try { localStorage.setItem('language', tag); } catch { /* then the address alone keeps it */ }
    return tag;
  }

  // Until the words have come the page is hidden, so that nobody sees it in the wrong language first.
  function start() {
    spoken = root.lang = language();
    if (asked().get('embed') === '1') document.body.classList.add('embed');
    if (spoken === 'en') return;
    root.classList.add('waiting');
    setTimeout(ready, 4000);
  }

  const ready = () => root.classList.remove('waiting');

  // --- The address keeps the text, the choices and the open tab, so that it can be sent on ---

  function keep(choices) {
    const url = new URL(location.href);
    url.searchParams.set('lang', root.lang = spoken);
    const open = document.querySelector('#tabs [role=tab][aria-selected=true]');
    const tab = open && /^tab-(\w+)-button$/.exec(open.id);
    for (const [name, value] of Object.entries({...choices, tab: tab && tab[1]})) {
      if (value && value.length <= LONGEST) url.searchParams.set(name, value); else url.searchParams.delete(name);
    }
    history.replaceState(null, '', url);
    // On hf.co the page is in a frame, and the address a visitor sees is the frame's parent's.
    if (window.parent !== window) {
      window.parent.postMessage({queryString: url.searchParams.toString()}, 'https://huggingface.co');
    }
  }

  // --- Sending on ---

  // What was done, shown and announced; with a text, a box to copy it from by hand.
  function tell(message, text) {
    const place = document.getElementById('said');
    place.textContent = message;
    if (text === undefined) return;
    const box = document.createElement('textarea');
    box.readOnly = true;
    box.rows = 3;
    box.value = text;
    box.setAttribute('aria-label', say('Text to copy'));
    place.append(box);
    box.focus();
    box.select();
  }

  async function copy(text, done) {
    try {
      await navigator.clipboard.writeText(text);
      tell(done);
    } catch {
      tell(say('The browser does not allow copying here. Copy it from this box:'), text);
    }
  }

  function copyLink(text) {
    const short = text.length <= LONGEST;
    return copy(location.href, short ? say('Link copied.')
      : say('Link copied, without the text: a link holds at most {n} characters.', {n: LONGEST.toLocaleString('en')}));
  }

  function copyEmbed() {
    const url = new URL(location.href);
    url.searchParams.set('embed', '1');
    const attribute = (value) => value.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
    return copy(`<iframe src="${attribute(url.href)}" width="100%" height="520" title="${attribute(document.title)}"></iframe>`,
      say('Embed code copied.'));
  }

  async function tokens(text, tokenizer) {
    const answer = await fetch('gradio_api/run/tokenize', {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({data: [text, tokenizer]}),
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error || answer.statusText);
    return found.data[0];
  }

  async function copyIds(text, tokenizer) {
    try {
      const found = await tokens(text, tokenizer);
      await copy(found.ids.join(' '), say('{n} ids copied.', {n: found.ids.length.toLocaleString('en')}));
    } catch (error) {
      tell(error.message);
    }
  }

  // RFC 4180: every field in quotes, quotes doubled; the mark at the start tells spreadsheets it is UTF-8.
  const csv = (rows) => '\ufeff' + rows.map((row) =>
    row.map((field) => `"${String(field).replace(/"/g, '""')}"`).join(',') + '\r\n').join('');

  async function download(kind, text, tokenizer) {
    try {
      const found = await tokens(text, tokenizer);
      const data = kind === 'json' ? JSON.stringify(found)
        : csv([['id', 'token'], ...found.ids.map((id, at) => [id, found.pieces[at]])]);
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([data]));
      link.download = 'tokens.' + kind;
      link.click();
      URL.revokeObjectURL(link.href);
      tell(say('{name} saved.', {name: link.download}));
    } catch (error) {
      tell(error.message);
    }
  }

  return {tab, start, ready, language, speak, keep, copyLink, copyIds, copyEmbed, download};
})();
window.page.start();
