/* What a phone adds to the plain forms, which work without it: one step a screen, sums and sliders, ballots that are
   kept while there is no connection and sent when it is back, and a look at where the room is. ES2017, nothing loaded.
   What is kept lies in localStorage, which needs no secure context; times are the server's, never the phone's. */
(() => {
  'use strict';
  const { room, question, mark: shownMark } = document.body.dataset;
  const form = document.getElementById('ballot');
  const status = document.getElementById('said');
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const number = text => (/^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : NaN);
  let mark = shownMark;
  let isChanged = false; // since it was sent, or at all

  const make = (name, words, kind) => {
    const made = document.createElement(name);
    made.textContent = words || '';
    if (kind) made.className = kind;
    return made;
  };

  const say = (words, address, link) => {
    status.textContent = words;
    if (!address) return;
    const way = make('a', link);
    way.href = address;
    status.append(' ', way);
  };

  // ---- what the phone keeps, in memory where the browser keeps nothing

  const memory = {};
  const kept = {
    name: part => `prioritiser ${room} ${part}`,
    get(part) {
      try {
        return JSON.parse(localStorage.getItem(this.name(part))) || memory[part] || null;
      } catch (error) {
        return memory[part] || null;
      }
    },
    set(part, value) {
      memory[part] = value;
      try {
        localStorage.setItem(this.name(part), JSON.stringify(value));
      } catch (error) {
        // a full or forbidden store: it lasts as long as this page
      }
    },
    drop(part) {
      delete memory[part];
      try {
        localStorage.removeItem(this.name(part));
      } catch (error) {
        // nothing was kept there
      }
    },
  };
  const waiting = () => kept.get('queue') || {};

  // ---- a form, from and to a text

  const written = () => new URLSearchParams(Array.from(new FormData(form)));

  const fill = text => {
    const given = new URLSearchParams(text);
    for (const input of form.elements) {
      if (!input.name || input.name === 'submission') continue;
      const value = given.get(input.name) || '';
      if (input.type === 'radio') input.checked = input.value === value;
      else input.value = value;
    }
  };

  const changed = () => {
    isChanged = true;
    kept.set(`draft ${question}`, { fields: written().toString() });
  };

  // ---- steps: one a screen

  let steps = [];
  let now = 0;

  const chosen = group => {
    const radio = form.querySelector(`input[name="most.${group}"]:checked`);
    return radio ? radio.value : '';
  };
  const isSkipped = step => step.dataset.part === 'worth' && !chosen(step.dataset.group);
  const neighbour = way => {
    let next = now + way;
    while (steps[next] && isSkipped(steps[next])) next += way;
    return next;
  };

  const show = (next, isFirst) => {
    now = next;
    steps.forEach((step, place) => step.classList.toggle('now', place === now));
    form.classList.toggle('on', now > 0);
    const step = steps[now];
    if (step.dataset.part === 'worth') {
      for (const row of all('.row', step)) row.classList.toggle('top', row.dataset.key === chosen(step.dataset.group));
    }
    if (isFirst) return;
    const heading = step.querySelector('h2') || document.querySelector('h1');
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  };

  const wrong = (step, words, input) => {
    const old = step.querySelector('.wrong');
    if (old) old.remove();
    if (!words) return;
    const told = make('p', words, 'wrong');
    told.setAttribute('role', 'alert');
    step.insertBefore(told, step.querySelector('.walk') || step.querySelector('label'));
    if (input) input.focus();
  };

  const isWhole = step => {
    wrong(step, '');
    const { part, group } = step.dataset;
    const first = step.querySelector('input');
    if (part === 'most' && !form.querySelector(`input[name="most.${group}"]:checked`)) {
      wrong(step, 'Choose one of them.', first);
      return false;
    }
    if (part !== 'worth') return true;
    const bad = all('.row:not(.top) input[type="text"]', step).find(input => !(number(input.value) <= 100));
    if (bad) wrong(step, 'Give each of them a number from 0 to 100.', bad);
    return !bad;
  };

  const go = way => {
    if (way > 0 && !isWhole(steps[now])) return;
    show(neighbour(way));
    if (way > 0) history.pushState({ step: now }, '');
  };

  const walkable = (step, place) => {
    const walk = make('div', '', 'walk');
    if (place > 0) {
      const back = make('button', 'Back');
      back.type = 'button';
      back.addEventListener('click', () => go(-1));
      walk.append(back);
    }
    if (place < steps.length - 1) {
      const next = make('button', 'Next', 'next');
      next.type = 'button';
      next.addEventListener('click', () => go(1));
      walk.append(next);
    }
    if (walk.firstChild) step.append(walk);
  };

  // ---- numbers: a button less, a button more, a slider

  const control = (row, start, after) => {
    const input = row.querySelector('input');
    const name = row.querySelector('strong').lastChild.textContent;
    const slider = make('input');
    Object.assign(slider, { type: 'range', min: 0, max: 100, step: 1, tabIndex: -1 });
    slider.setAttribute('aria-hidden', 'true'); // the number says the same to whoever does not see it
    const follow = () => {
      const value = number(input.value);
      slider.value = value <= 100 ? value : start;
      after();
    };
    const put = value => {
      input.value = value;
      input.removeAttribute('aria-invalid');
      input.dispatchEvent(new Event('input', { bubbles: true }));
    };
    const button = (sign, by, words) => {
      const made = make('button', sign);
      made.type = 'button';
      made.setAttribute('aria-label', `${words}: ${name}`);
      made.addEventListener('click', () => {
        const value = number(input.value);
        put(Math.max(0, Math.min(100, (value <= 100 ? value : start) + by)));
      });
      return made;
    };
    slider.addEventListener('input', () => put(slider.value));
    input.addEventListener('input', follow);
    input.before(button('−', -5, '5 less'));
    input.after(button('+', 5, '5 more'));
    row.append(slider, make('p', '100: it matters most.', 'hundred'));
    follow();
  };

  const sum = () => {
    const total = form.querySelector('.total');
    const given = all('.row input[type="text"]', form).reduce((whole, input) => whole + (number(input.value) || 0), 0);
    const shown = Number(given.toFixed(2));
    const rest = Number((100 - given).toFixed(2));
    const ending = rest > 0 ? `${rest} left to give.` : rest < 0 ? `${-rest} too many; they count in proportion.` : '';
    total.textContent = `${shown} of 100 points given. ${ending}`.trim();
    total.classList.toggle('exact', rest === 0);
  };

  const amount = (value, unit) => {
    const brief = (size, digits) => size.toLocaleString('en-GB', { maximumFractionDigits: digits });
    if (unit === '£k') return value >= 1000 || value === 0 ? `£${brief(value / 1000, 1)}m` : `£${brief(value, 0)}k`;
    return unit.startsWith('£') ? `£${brief(value, 1)}${unit.slice(1)}` : `${brief(value, 1)} ${unit}`.trim();
  };

  const afford = running => {
    const must = all('fieldset', form).filter(part => part.querySelector('input[value="must"]').checked);
    const { capacity, unit, name } = running.dataset;
    const use = must.reduce((whole, part) => whole + Number(part.dataset.use || 0), 0);
    const over = use > Number(capacity) ? ' That is more than there is.' : '';
    const shares = `${amount(use, unit)} of ${amount(Number(capacity), unit)}`;
    running.textContent = `Must do: ${must.length}. Together up to ${shares} a year (${name}).${over}`;
  };

  const count = () => {
    const box = form.querySelector('textarea');
    const told = document.getElementById('comment-count');
    const most = Number(told.dataset.most);
    const follow = () => {
      const letters = Array.from(box.value.trim()).length;
      const over = letters > most ? ` That is ${(letters - most).toLocaleString('en-GB')} too many.` : '';
      told.textContent = `${letters.toLocaleString('en-GB')} of ${most.toLocaleString('en-GB')} characters.${over}`;
    };
    box.addEventListener('input', follow);
    follow();
  };

  // ---- sending: kept first, then sent; the newest of a question counts

  const problem = (words, field) => {
    let told = document.getElementById('problem');
    if (!told) {
      told = make('p', '', 'problem');
      Object.assign(told, { id: 'problem', tabIndex: -1 });
      told.setAttribute('role', 'alert');
      document.querySelector('main').prepend(told);
    }
    told.textContent = words;
    const input = field ? form.elements[field] : null;
    const part = input && (input.length ? input[0] : input);
    if (part) show(steps.indexOf(part.closest('.step')), true);
    if (part && part.type === 'text') part.setAttribute('aria-invalid', 'true');
    told.focus();
    scrollTo(0, 0);
    say('');
  };

  const forget = (which, name) => {
    const queue = waiting();
    if (!queue[which] || queue[which].name !== name) return;
    delete queue[which];
    kept.set('queue', queue);
  };

  const sent = (which, told) => {
    const isHere = form && which === question;
    if (isHere && isChanged) {
      say(`${told.words} You have changed it since; send it again.`);
      return;
    }
    kept.drop(`draft ${which}`);
    if (isHere) location.assign(told.next);
    else if (form) say(told.words);
    else location.reload();
  };

  const refused = (which, item, told) => {
    if (!(form && which === question && isChanged)) kept.set(`draft ${which}`, { fields: item.fields, told });
    const words = told.words || 'This was not taken.';
    if (form && which === question) problem(words, told.field);
    else say(words, `${room}/${which}`, 'Look at it');
  };

  const post = async (address, fields) => {
    const stop = window.AbortController ? new AbortController() : null;
    const late = setTimeout(() => stop && stop.abort(), 25000);
    try {
      const answer = await fetch(address, {
        method: 'POST',
        body: fields,
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
        signal: stop ? stop.signal : undefined,
      });
      const told = await answer.json();
      return { isOver: answer.status < 500 && ![408, 429].includes(answer.status), isTaken: answer.ok, told };
    } catch (error) {
      return { isOver: false, told: {} };
    } finally {
      clearTimeout(late);
    }
  };

  let isSending = false;
  let again = null;
  let pause = 2000;

  const send = async () => {
    if (isSending) return;
    isSending = true;
    clearTimeout(again);
    for (let which = Object.keys(waiting())[0]; which; which = Object.keys(waiting())[0]) {
      const item = waiting()[which];
      say('Sending…');
      const { isOver, isTaken, told } = await post(`${room}/${which}`, item.fields);
      if (!isOver) {
        const why = told.words || 'No connection.';
        say(`${why} Your answer is kept in this phone, which sends it by itself.`);
        again = setTimeout(send, pause);
        pause = Math.min(2 * pause, 30000);
        break;
      }
      pause = 2000;
      forget(which, item.name);
      if (isTaken) sent(which, told);
      else refused(which, item, told);
    }
    isSending = false;
  };

  const submit = event => {
    event.preventDefault();
    if (now < steps.length - 1) {
      go(1);
      return;
    }
    const bad = steps.findIndex(step => !isSkipped(step) && !isWhole(step));
    if (bad >= 0) {
      show(bad, true);
      isWhole(steps[bad]);
      return;
    }
    const fields = written();
    const name = Array.from(crypto.getRandomValues(new Uint8Array(12)), part => part.toString(16).padStart(2, '0')).join('');
    fields.set('submission', name);
    kept.set(`draft ${question}`, { fields: fields.toString() });
    kept.set('queue', Object.assign(waiting(), { [question]: { name, fields: fields.toString() } }));
    isChanged = false;
    pause = 2000;
    send();
  };

  const begin = () => {
    form.classList.add('js');
    steps = all('.step', form);
    const draft = waiting()[question] || kept.get(`draft ${question}`);
    if (draft) fill(draft.fields);
    const kind = form.dataset.kind;
    const running = form.querySelector('.running');
    if (running) form.insertBefore(running, steps[0]);
    for (const row of all('.row', form)) {
      control(row, kind === 'points' ? 0 : 50, kind === 'points' ? sum : () => {});
    }
    if (running) {
      form.addEventListener('change', () => afford(running));
      afford(running);
    }
    count();
    steps.forEach(walkable);
    show(0, true);
    form.addEventListener('input', changed);
    form.addEventListener('change', changed);
    form.addEventListener('submit', submit);
    addEventListener('popstate', event => show((event.state && event.state.step) || 0));
    isChanged = Boolean(draft) && !waiting()[question];
    if (draft && draft.told) problem(draft.told.words, draft.told.field);
    else if (isChanged) say('What you had not sent yet is filled in.');
    const field = form.dataset.wrong;
    if (field) problem(document.getElementById('problem').textContent, field);
  };

  // ---- where the room is

  let ends = 0;
  const tick = () => {
    let shown = document.getElementById('timer');
    const left = Math.max(0, Math.round((ends - performance.now()) / 1000));
    if (!shown && left) {
      shown = make('span');
      Object.assign(shown, { id: 'timer' });
      document.querySelector('header').append(shown);
    }
    if (shown) shown.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left` : '';
  };

  const moved = state => {
    const [round, , isOpen] = state.mark.split('.');
    const [oldRound, , wasOpen] = mark.split('.');
    mark = state.mark;
    if (form && round === oldRound && isOpen === wasOpen) return; // another question is asked as well
    if (form && (isChanged || now > 0 || waiting()[question])) {
      say(state.closed || 'The room has moved on.', room, 'Look');
    } else location.replace(room);
  };

  let rest = 5000;
  const look = async () => {
    try {
      if (!document.hidden) {
        const answer = await fetch(`${room}/state`, {
          headers: { Accept: 'application/json' },
          credentials: 'same-origin',
          cache: 'no-store',
        });
        const state = await answer.json();
        if (answer.status === 404) {
          say(state.words, room, 'Go there');
          return;
        }
        if (!answer.ok) throw new Error(state.words);
        ends = performance.now() + 1000 * state.left;
        if (state.mark !== mark) moved(state);
        send();
      }
      rest = 5000;
    } catch (error) {
      rest = Math.min(2 * rest, 60000);
    }
    setTimeout(look, rest * (0.9 + 0.2 * Math.random()));
  };

  // ---- a plain form is sent once, however often its button is pressed

  for (const plain of all('form:not(.ballot)')) {
    const button = plain.querySelector('button');
    plain.addEventListener('submit', () => setTimeout(() => { button.disabled = true; }));
    addEventListener('pageshow', () => { button.disabled = false; });
  }
  const told = document.getElementById('problem');
  if (told) told.focus();
  if (!room) return;
  if (form) begin();
  addEventListener('online', send);
  document.addEventListener('visibilitychange', () => document.hidden || send());
  setInterval(tick, 1000);
  setTimeout(look, 2000);
  send();
})();
