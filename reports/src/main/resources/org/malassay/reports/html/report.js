'use strict';
// Draws the large tables and the page of a sample from the data of the page. Everything in the data
// may come from a sample: it becomes text nodes, never markup.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const words = data.words;
  const text = (i) => data.texts[i];
  const S = { path: 0, sha256: 1, size: 2, type: 3, arch: 4, abi: 5, linkage: 6, packed: 7, category: 8, family: 9, label: 10, why: 11, beside: 12 };
  const R = { sample: 0, env: 1, verdict: 2, cause: 3, detail: 4, ending: 5, duration: 6, threat: 7, impact: 8, status: 9, band: 10, dimensions: 11, hits: 12, losses: 13, service: 14, recording: 15, saturation: 16, note: 17, evidence: 18, unseen: 19, way: 20, lost: 21, seconds: 22 };
  const RULE = { title: 0, level: 1, techniques: 2, dimensions: 3, author: 4, id: 5 };
  const VERDICT = ['run', 'not', 'unsure'];
  const ROW = 30;
  const AROUND = 12;
  const PRINTED = 3000;
  const say = (key, ...values) => (Object.hasOwn(words, key) ? words[key] : key).replace(/\{(\d)\}/g, (all, i) => String(values[i]));

  // ---- elements: text is always a text node, a link leads to a place on this page, or to one of the pages beside it
  const LOCAL = /^#/;
  const OURS = /^(#|pages\/[0-9a-f]{64}\.html(#|$)|\.\.\/report\.html(#|$))/;
  const el = (name, attributes, ...children) => {
    const it = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === 'href' && !OURS.test(value)) throw new Error('a link leads elsewhere');
      if (value !== null && value !== undefined) it.setAttribute(key, value);
    }
    for (const child of children.flat()) {
      if (child !== null && child !== undefined && child !== '') {
        it.append(child instanceof Node ? child : document.createTextNode(String(child)));
      }
    }
    return it;
  };
  const svg = (name, attributes, title) => {
    const it = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, String(value));
    if (title) {
      const told = document.createElementNS('http://www.w3.org/2000/svg', 'title');
      told.textContent = title;
      it.append(told);
    }
    return it;
  };

  // ---- the state of the view, which is the address
  const KEYS = ['q', 'env', 'verdict', 'cause', 'hit', 'tech', 'impact', 'threat', 'why', 'base', 'way', 'lost', 'scored', 'on', 'kind', 'both', 'only', 'group', 'sort', 'dir', 'sample', 'at'];
  let state = {};
  const read = (hash) => {
    const found = {};
    if (hash.includes('=')) {
      new URLSearchParams(hash.replace(/^#/, '')).forEach((value, key) => {
        if (KEYS.includes(key) && value !== '') found[key] = value;
      });
    }
    return found;
  };
  const hash = (of) => '#' + KEYS.filter((key) => of[key]).map((key) => key + '=' + encodeURIComponent(of[key])).join('&');
  const go = (next, replace) => {
    state = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== ''));
    const url = hash(state) === '#' ? '#all' : hash(state);
    history[replace ? 'replaceState' : 'pushState'](null, '', url);
    draw();
  };

  // ---- what the data says
  const rowsOf = data.samples.map(() => []);
  const cellsOf = data.samples.map(() => []);
  data.samples.forEach((sample, i) => { sample.at = i; });
  data.rows.forEach((row, i) => { row.at = i; rowsOf[row[R.sample]].push(row); cellsOf[row[R.sample]][row[R.env]] = row; });
  const name = (sample) => text(sample[S.path]).split('/').pop();
  const cause = (row) => (row[R.cause] ? data.causes[row[R.cause]] : '');
  const bin = (score) => Math.min(10, Math.ceil(score));
  const score = (value) => (value === null ? '–' : String(Math.round(value * 100) / 100));
  const techniques = (row) => row[R.hits].map((hit) => text(data.rules[hit[0]][RULE.techniques]).split(' ')).flat();
  const searched = new Map();

  // ---- what changed since the baseline, where the run has one: kinds of change by the place of a row
  const block = document.getElementById('since');
  const since = block ? JSON.parse(block.textContent) : { title: '', kinds: [], rows: {} };
  const changes = (row) => since.rows[row.at] || [];
  const changed = (row) => changes(row).map((kind) => since.kinds[kind]).join(', ');
  const marked = (row, cell) => {
    if (changes(row).length === 0) return cell;
    const told = since.title + ': ' + changed(row);
    return { ...cell, text: 'Δ ' + cell.text, style: cell.style + ' changed', title: cell.title + '; ' + told, label: cell.label + '; ' + told };
  };

  const haystack = (sample) => {
    if (!searched.has(sample)) {
      searched.set(sample, [S.path, S.type, S.arch, S.abi, S.linkage, S.category, S.family].map((i) => text(sample[i])).concat(sample[S.sha256]).join('\n').toLowerCase());
    }
    return searched.get(sample);
  };
  const range = (of) => of.split('-').map(Number);
  const LOST = { before: 1, during: 2, after: 4 };
  const lost = (row) => (LOST[state.lost] ? (row[R.lost] & LOST[state.lost]) !== 0 : row[R.seconds].some((it) => it >= range(state.lost)[0] && it <= range(state.lost)[1]));
  const fits = (row) =>
    (state.way === undefined || state.way.includes(String(row[R.way]))) &&
    (state.lost === undefined || lost(row)) &&
    (!['threat', 'impact'].includes(state.scored) || row[R[state.scored]] !== null) &&
    (state.on === undefined || row[R.dimensions][Number(state.on)] !== null) &&
    (state.both === undefined || range(state.both).includes(row[R.env])) &&
    (state.only === undefined || range(state.only).includes(row[R.env])) &&
    (state.env === undefined || row[R.env] === Number(state.env)) &&
    (state.verdict === undefined || row[R.verdict] === Number(state.verdict)) &&
    (state.cause === undefined || row[R.cause] === state.cause) &&
    (state.base === undefined || changes(row).includes(Number(state.base))) &&
    (state.hit === undefined || row[R.hits].some((hit) => hit[0] === Number(state.hit))) &&
    (state.tech === undefined || techniques(row).includes(state.tech)) &&
    (state.impact === undefined || (row[R.impact] !== null && bin(row[R.impact]) === Number(state.impact))) &&
    (state.threat === undefined || (row[R.threat] !== null && bin(row[R.threat]) === Number(state.threat)));
  const kind = (sample) => [S.type, S.arch, S.abi, S.linkage].map((i) => text(sample[i])).join('|');
  // The verdict of a sample in each of two environments: 0 runs, 1 does not; others are no answer.
  const verdicts = (sample, pair) => range(pair).map((env) => { const row = cellsOf[sample.at][env]; return row ? row[R.verdict] : 2; });
  const sampleFits = (sample) =>
    (state.kind === undefined || kind(sample) === state.kind) &&
    (state.both === undefined || verdicts(sample, state.both).every((it) => it < 2)) &&
    (state.only === undefined || verdicts(sample, state.only).join() === '0,1') &&
    (state.why === undefined || sample[S.why] === Number(state.why)) &&
    (state.q === undefined || haystack(sample).includes(state.q.toLowerCase()));
  const collator = new Intl.Collator(undefined, { numeric: true });
  const compare = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)));
  // The place of each thing among all by its text: numbers are compared faster than texts, and this is done once.
  const ranked = (things, of) => {
    let ranks = null;
    return (thing) => {
      if (ranks === null) {
        const names = unique(things.map(of)).sort(collator.compare);
        const places = new Map(names.map((it, i) => [it, i]));
        ranks = new Map(things.map((it) => [it, places.get(of(it))]));
      }
      return ranks.get(thing);
    };
  };

  const GROUPS = {
    family: (s) => [text(s[S.family]) || say('none')],
    category: (s) => [text(s[S.category])],
    cause: (s, rows) => unique(rows.map((row) => cause(row) || data.verdicts[0])),
    linkage: (s) => [text(s[S.linkage]) || say('none')],
    abi: (s) => [text(s[S.abi]) || say('none')],
    packed: (s) => [text(s[S.packed]) || say('none')],
    hit: (s, rows) => { const hits = unique(rows.map((row) => row[R.hits].map((hit) => text(data.rules[hit[0]][RULE.title]))).flat()); return hits.length ? hits : [say('none')]; },
    difference: (s) => [s[S.why] < 0 ? say('same') : data.differences[s[S.why]]],
  };
  const unique = (list) => [...new Set(list)];

  // ---- a table that draws the rows in sight only
  const grids = [];
  const print = (everything) => grids.filter((it) => it.box.isConnected).forEach((it) => { it.everything = everything; it.drawn = ''; it.draw(); });
  window.addEventListener('beforeprint', () => print(true));
  window.addEventListener('afterprint', () => print(false));
  class Grid {
    constructor(place, label) {
      this.rows = [];
      this.columns = [];
      this.box = el('div', { class: 'grid', tabindex: '0', role: 'region', 'aria-label': label });
      this.table = el('table', {});
      this.head = el('thead', {});
      this.body = el('tbody', {});
      this.table.append(this.head, this.body);
      this.box.append(this.table);
      this.count = el('p', { class: 'count', 'aria-live': 'polite' });
      place.replaceChildren(this.count, this.box);
      this.everything = false;
      this.box.addEventListener('scroll', () => this.draw(), { passive: true });
      new ResizeObserver(() => this.draw()).observe(this.box);
      this.box.addEventListener('keydown', (event) => this.key(event));
      grids.push(this);
    }

    show(columns, rows, count) {
      this.columns = columns;
      this.rows = rows;
      this.count.textContent = count;
      this.count.hidden = count === '';
      this.table.setAttribute('aria-rowcount', String(rows.length + 1));
      this.head.replaceChildren(el('tr', {}, columns.map((column) => this.title(column))));
      this.drawn = '';
      this.box.scrollTop = 0;
      this.draw();
    }

    title(column) {
      if (!column.key) return el('th', { scope: 'col' }, column.title);
      const sorted = state.sort === column.key;
      const down = sorted && state.dir === 'down';
      const button = el('button', { type: 'button' }, column.title, el('span', { 'aria-hidden': 'true' }, sorted ? (down ? ' ▼' : ' ▲') : ''));
      button.addEventListener('click', () => {
        go({ ...state, sort: column.key, dir: sorted && !down ? 'down' : '' }, true);
        const again = [...this.head.querySelectorAll('button')].find((it) => it.firstChild.textContent === column.title);
        if (again) again.focus();
      });
      return el('th', { scope: 'col', class: column.style, 'aria-sort': sorted ? (down ? 'descending' : 'ascending') : 'none' }, button);
    }

    draw() {
      const all = this.everything ? Math.min(this.rows.length, PRINTED) : this.rows.length;
      const from = this.everything ? 0 : Math.max(0, Math.floor(this.box.scrollTop / ROW) - AROUND);
      const sight = Math.ceil((this.box.clientHeight || 600) / ROW) + 2 * AROUND;
      const to = this.everything ? all : Math.min(all, from + sight);
      const drawn = from + '-' + to;
      if (drawn === this.drawn) return;
      this.drawn = drawn;
      const held = document.activeElement && this.body.contains(document.activeElement) ? document.activeElement : null;
      const at = held ? [held.getAttribute('data-row'), held.getAttribute('data-column')] : null;
      const space = (rows) => { const it = el('tr', { 'aria-hidden': 'true', class: 'space' }, el('td', { colspan: String(this.columns.length) })); it.firstChild.style.height = rows * ROW + 'px'; return it; };
      const lines = [];
      if (from > 0) lines.push(space(from));
      for (let i = from; i < to; i++) lines.push(this.line(this.rows[i], i));
      if (to < all) lines.push(space(all - to));
      this.body.replaceChildren(...lines);
      if (at) this.focus(Number(at[0]), Number(at[1]));
    }

    line(row, i) {
      if (row.group !== undefined) {
        return el('tr', { class: 'group', 'aria-rowindex': String(i + 2) }, el('th', { colspan: String(this.columns.length), scope: 'colgroup' }, row.group, ' (' + row.count + ')'));
      }
      return el('tr', { 'aria-rowindex': String(i + 2) }, this.columns.map((column, c) => {
        const cell = column.cell(row);
        const shown = el(c === 0 ? 'th' : 'td', { class: [column.style, cell.style].filter(Boolean).join(' ') || null, scope: c === 0 ? 'row' : null, title: cell.title || null });
        shown.append(cell.href ? el('a', { href: cell.href, 'data-row': String(i), 'data-column': String(c), 'aria-label': cell.label || null }, cell.text) : document.createTextNode(String(cell.text)));
        return shown;
      }));
    }

    focus(row, column) {
      const link = this.body.querySelector('[data-row="' + row + '"][data-column="' + column + '"]') || this.body.querySelector('[data-row="' + row + '"]');
      if (link) link.focus({ preventScroll: true });
      return Boolean(link);
    }

    key(event) {
      const link = event.target.closest('[data-row]');
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[event.key];
      const side = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!link || (step === undefined && side === undefined)) return;
      event.preventDefault();
      if (side !== undefined) {
        const links = [...link.closest('tr').querySelectorAll('[data-row]')];
        const next = links[links.indexOf(link) + side];
        if (next) next.focus();
        return;
      }
      const last = this.rows.length - 1;
      let row = Math.max(0, Math.min(last, Number(link.getAttribute('data-row')) + step));
      while (this.rows[row] && this.rows[row].group !== undefined) row += step < 0 && row > 0 ? -1 : 1;
      if (row > last) return;
      const top = row * ROW;
      if (top < this.box.scrollTop || top > this.box.scrollTop + this.box.clientHeight - 3 * ROW) this.box.scrollTop = Math.max(0, top - this.box.clientHeight / 2);
      this.draw();
      this.focus(row, Number(link.getAttribute('data-column')));
    }
  }

  // ---- controls
  const one = document.getElementById('one');
  const all = document.getElementById('all');
  const option = (value, title) => el('option', { value }, title);
  const choice = (key, title, options) => {
    const select = el('select', { id: 'by-' + key }, option('', say(key === 'group' ? 'none' : 'all')), options.map(([value, label]) => option(value, label)));
    select.addEventListener('change', () => go({ ...state, [key]: select.value }, true));
    return { key, select, shown: el('label', {}, title, ' ', select) };
  };
  const alone = all === null;
  const controls = alone ? null : document.getElementById('controls');
  const causes = unique(data.rows.map((row) => row[R.cause]).filter(Boolean)).map((key) => [key, data.causes[key]]).sort((a, b) => compare(a[1], b[1]));
  const choices = [
    choice('env', say('environment'), data.environments.map((it, i) => [String(i), it])),
    choice('verdict', say('verdict'), data.verdicts.map((it, i) => [String(i), it])),
    choice('cause', say('cause'), causes),
    choice('hit', say('hit'), data.rules.map((rule, i) => [String(i), text(rule[RULE.title])]).sort((a, b) => compare(a[1], b[1]))),
    choice('why', say('difference'), data.differences.map((it, i) => [String(i), it])),
    choice('group', say('group'), Object.keys(GROUPS).map((key) => [key, say('by.' + key)])),
  ];
  const search = el('input', { type: 'search', id: 'search', autocomplete: 'off' });
  let waiting = 0;
  search.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(() => go({ ...state, q: search.value }, true), 120); });
  const clear = el('button', { type: 'button' }, say('clear'));
  clear.addEventListener('click', () => go({}, true));
  const chips = el('p', { class: 'chips' });
  if (!alone) controls.replaceChildren(el('label', {}, say('search'), ' ', search), ...choices.map((it) => it.shown), clear, chips);
  const pair = (v) => range(v).map((it) => data.environments[it]);
  const CHIP = {
    base: (v) => since.kinds[v] || v,
    tech: (v) => v, impact: (v) => say('impact') + ' ' + (v === '0' ? '0' : '≤' + v), threat: (v) => say('threat') + ' ' + (v === '0' ? '0' : '≤' + v),
    way: (v) => [...v].map((it) => say('way.' + it)).join(' / '), lost: (v) => (LOST[v] ? say('lost.' + v) : v === '0-0' ? say('lost.before') : say('lost', range(v)[0] - 1, range(v)[1])),
    scored: (v) => say('scored', say(v)), on: (v) => say('scored', say('on') + ' ' + data.dimensions[Number(v)]), kind: (v) => v.split('|').filter(Boolean).join(', '),
    both: (v) => say('both', ...pair(v)), only: (v) => say('only', ...pair(v)),
  };

  // ---- the two tables
  const matrix = alone ? null : new Grid(document.getElementById('matrix-grid'), say('matrix'));
  const results = alone ? null : new Grid(document.getElementById('results-grid'), say('results'));
  const page = (sample, at) => hash({ sample: sample[S.sha256], at });
  const nameCell = (sample) => ({ text: name(sample), href: page(sample), title: text(sample[S.path]) + ' ' + sample[S.sha256] });
  const verdictCell = (row) => {
    const told = data.verdicts[row[R.verdict]] + (cause(row) ? ': ' + cause(row) : '');
    const shown = row[R.verdict] === 0 ? score(row[R.impact]) : row[R.verdict] === 1 ? cause(row) : '?';
    return {
      text: shown, style: VERDICT[row[R.verdict]] + (row[R.verdict] === 0 && row[R.band] >= 0 ? ' b' + row[R.band] : ''),
      href: page(data.samples[row[R.sample]], String(row[R.env])), title: told + (row[R.verdict] === 0 ? ', ' + say('impact') + ' ' + score(row[R.impact]) + (row[R.impact] === null ? ' (' + data.statuses[row[R.status]] + ')' : '') : ''),
      label: name(data.samples[row[R.sample]]) + ', ' + data.environments[row[R.env]] + ': ' + told + (row[R.verdict] === 0 ? ', ' + say('impact') + ' ' + score(row[R.impact]) : ''),
    };
  };
  const byName = ranked(data.samples, name);
  const byCategory = ranked(data.samples, (it) => text(it[S.category]));
  const byFamily = ranked(data.samples, (it) => text(it[S.family]));
  const byCause = ranked(data.rows, (it) => cause(it) + text(it[R.detail]));
  const sorted = (things, values, fallback) => {
    const by = values[state.sort] || fallback;
    const sign = state.dir === 'down' ? -1 : 1;
    return things.map((it) => [by(it), it]).sort((a, b) => sign * (a[0] - b[0])).map((it) => it[1]);
  };
  const number = (value) => (value === null ? -1 : value);

  const drawMatrix = () => {
    const values = { name: byName, category: byCategory, family: byFamily, label: (it) => number(it[S.label]) };
    data.environments.forEach((title, env) => { values['env' + env] = (it) => { const row = cellsOf[it.at][env]; return row ? 100 * (2 - row[R.verdict]) + number(row[R.impact]) : -100; }; });
    const shown = sorted(data.samples.filter((it) => sampleFits(it) && rowsOf[it.at].some(fits)), values, byName);
    let lines = shown;
    const group = GROUPS[state.group];
    if (group) {
      const groups = new Map();
      for (const it of shown) {
        for (const key of group(it, rowsOf[it.at])) {
          if (!groups.has(key)) groups.set(key, []);
          groups.get(key).push(it);
        }
      }
      lines = [...groups].sort((a, b) => b[1].length - a[1].length || compare(a[0], b[0])).flatMap(([key, its]) => [{ group: key, count: its.length }, ...its]);
    }
    matrix.show([
      { title: say('sample'), key: 'name', style: 'name', cell: nameCell },
      ...data.environments.map((title, env) => ({ title, key: 'env' + env, style: 'verdict', cell: (it) => { const row = cellsOf[it.at][env]; return row ? marked(row, verdictCell(row)) : { text: '', title: say('unrun') }; } })),
      { title: say('label'), key: 'label', style: 'number', cell: (it) => ({ text: score(it[S.label]) }) },
      { title: say('category'), key: 'category', cell: (it) => ({ text: text(it[S.category]) }) },
      { title: say('family'), key: 'family', cell: (it) => ({ text: text(it[S.family]) }) },
    ], lines, say('count.samples', shown.length, data.samples.length));
  };

  const drawResults = () => {
    const sample = (row) => data.samples[row[R.sample]];
    const values = {
      name: (row) => byName(sample(row)), env: (row) => row[R.env], verdict: (row) => row[R.verdict], cause: byCause,
      threat: (row) => number(row[R.threat]), impact: (row) => number(row[R.impact]), duration: (row) => row[R.duration], hits: (row) => row[R.hits].length,
    };
    const fit = data.samples.map(sampleFits);
    const shown = sorted(data.rows.filter((row) => fit[row[R.sample]] && fits(row)), values, (row) => row.at);
    results.show([
      { title: say('sample'), key: 'name', style: 'name', cell: (row) => nameCell(sample(row)) },
      { title: say('environment'), key: 'env', cell: (row) => ({ text: data.environments[row[R.env]] }) },
      { title: say('verdict'), key: 'verdict', style: 'verdict', cell: (row) => ({ text: data.verdicts[row[R.verdict]], style: VERDICT[row[R.verdict]] }) },
      { title: say('cause'), key: 'cause', style: 'long', cell: (row) => ({ text: cause(row) + (text(row[R.detail]) ? ': ' + text(row[R.detail]) : ''), title: text(row[R.detail]) }) },
      { title: say('threat'), key: 'threat', style: 'number', cell: (row) => ({ text: score(row[R.threat]) }) },
      { title: say('impact'), key: 'impact', style: 'number', cell: (row) => ({ text: score(row[R.impact]) }) },
      { title: say('hits'), key: 'hits', style: 'number', cell: (row) => ({ text: String(row[R.hits].length) }) },
      { title: say('duration'), key: 'duration', style: 'number', cell: (row) => ({ text: row[R.duration] < 0 ? '–' : String(row[R.duration]) }) },
    ], shown, say('count.rows', shown.length, data.rows.length));
  };

  // ---- the page of a sample
  const WINDOW = 300;
  const OWNER = 40;
  // A long table, of which the rows in sight are drawn; its cells are as wide as their text.
  const windowed = (title, heads, rows) => {
    const place = el('div', { class: 'windowed' });
    const grid = new Grid(place, title);
    const columns = heads.map((head, i) => ({ title: say('head.' + head), style: 'whole', cell: (row) => ({ text: row[i] instanceof Node ? row[i].textContent : row[i] }) }));
    const show = (some) => grid.show(columns, some, some.length === rows.length ? '' : say('count.rows', some.length, rows.length));
    show(rows);
    return { place, show };
  };
  const list = (title, heads, things, of, more) => {
    const rows = things.slice(1);
    if (rows.length === 0) return [el('h4', {}, title), el('p', { class: 'note' }, say('nothing'))];
    const cut = things[0] > rows.length ? el('p', { class: 'note' }, say('cut', rows.length, things[0])) : null;
    if (rows.length > WINDOW) return [el('h4', {}, title + ' (' + things[0] + ')'), windowed(title, heads, rows.map(of)).place, cut];
    const body = el('tbody', {}, rows.map((cells) => el('tr', {}, of(cells).map((cell) => el('td', {}, cell)))));
    return [el('h4', {}, title + ' (' + things[0] + ')'), more || null, el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': title }, el('table', {}, el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, say('head.' + head))))), body)), cut];
  };
  const seen = (detail, facet) => el('p', { class: 'recorded ' + detail.recording[facet].split(' ')[0] }, say('recorded', say('facet.' + facet), detail.recording[facet]));
  const tells = (detail, facet) => /^(observed|cut)/.test(detail.recording[facet]);
  const part = (detail, facet, make) => [seen(detail, facet), ...(tells(detail, facet) ? make().flat() : [])];

  const timeline = (detail) => {
    const lanes = [
      [say('lane.processes'), detail.processes.slice(1).map((it) => [Number(it[1]), it[2] === '' ? null : Number(it[2]), it[4] || it[3]])],
      [say('lane.contacts'), detail.contacts.slice(1).map((it) => [Number(it[0]), null, it[3]])],
      [say('lane.files'), detail.files.slice(1).map((it) => [Number(it[0]), null, it[2]])],
      [say('lane.hits'), detail.hits.slice(1).map((it) => [Number(it[1]), null, it[4]])],
      [say('lane.service'), detail.service.slice(1).map((it) => [Number(it[0]), null, it[2] + ' ' + it[1] + ' ms'])],
    ].filter((lane) => lane[1].length > 0);
    if (lanes.length === 0) return [];
    const times = lanes.flatMap((lane) => lane[1].flatMap((it) => [it[0], it[1] === null ? it[0] : it[1]]));
    const from = Math.min(0, ...times);
    const to = Math.max(0.001, ...times);
    const x = (time) => 90 + 380 * (time - from) / (to - from);
    const chart = svg('svg', { viewBox: '0 0 480 ' + (lanes.length * 24 + 24), role: 'img', class: 'timeline' }, say('timeline'));
    lanes.forEach(([title, marks], i) => {
      const y = 8 + i * 24;
      const told = svg('text', { x: 84, y: y + 12, class: 'end small' });
      told.textContent = title;
      chart.append(svg('line', { x1: 90, y1: y + 16, x2: 470, y2: y + 16, class: 'grid' }), told);
      const drawn = new Set();
      for (const [start, end, what] of marks.filter((it) => { const key = Math.round(x(it[0])) + ' ' + (it[1] === null ? '' : Math.round(x(it[1]))); return !drawn.has(key) && drawn.add(key); })) chart.append(svg('rect', { x: x(start) - 1, y, width: Math.max(3, end === null ? 3 : x(end) - x(start)), height: 13, class: 'e' + i, 'fill-opacity': end === null ? 1 : 0.5 }, start + ' s: ' + what));
    });
    [from, to].forEach((time, i) => { const told = svg('text', { x: x(time), y: lanes.length * 24 + 18, class: 'faint small' + (i ? ' end' : '') }); told.textContent = time + ' s'; chart.append(told); });
    return [el('h4', {}, say('timeline')), el('figure', { class: 'wide' }, chart)];
  };

  const calls = (detail) => {
    const rows = detail.calls.slice(1);
    const input = el('input', { type: 'search' });
    const kinds = el('select', {}, option('', say('all')), detail.counts.slice(1).map((it) => option(it[0], it[0] + ' (' + it[1] + (it[2] === '0' ? '' : ', ' + say('failed', it[2])) + ')')));
    const table = windowed(say('calls'), ['at', 'process', 'call', 'arguments', 'result'], rows);
    const fill = () => {
      const q = input.value.toLowerCase();
      table.show(rows.filter((it) => (kinds.value === '' || it[2] === kinds.value) && (q === '' || it.join(' ').toLowerCase().includes(q))));
    };
    input.addEventListener('input', fill);
    kinds.addEventListener('change', fill);
    return [
      el('h4', {}, say('calls') + ' (' + detail.calls[0] + ')'),
      el('p', { class: 'controls' }, el('label', {}, say('search'), ' ', input), el('label', {}, say('kind'), ' ', kinds)),
      detail.calls[0] > rows.length ? el('p', { class: 'note' }, say('cut', rows.length, detail.calls[0])) : null,
      table.place,
    ];
  };

  // The process of a contact, a question or a file, with its program where the tree has it.
  const owners = (detail) => {
    const programs = new Map(detail.processes.slice(1).map((it) => [it[3], it[4]]));
    return (process) => (programs.get(process) ? process + ' ' + programs.get(process).slice(0, OWNER) : process);
  };

  const tree = (detail) => list(say('processes'), ['began', 'ended', 'process', 'command', 'ending'], detail.processes, (it) => [it[1], it[2], it[3], el('span', { class: 'indent d' + Math.min(9, Number(it[0])) }, it[4] || say('parent')), it[5]]);

  const seenOf = (row) => {
    const sample = data.samples[row[R.sample]];
    const detail = data.details[row.at];
    const owner = detail && owners(detail);
    const owned = (it) => [it[0], owner(it[1]), ...it.slice(2)];
    const place = text(row[R.evidence]) || 'evidence/' + data.folders[row[R.env]] + '/' + sample[S.sha256];
    const facts = [
      [say('verdict'), data.verdicts[row[R.verdict]] + (cause(row) ? ': ' + cause(row) : '') + (text(row[R.detail]) ? ': ' + text(row[R.detail]) : '')],
      [since.title, changed(row)],
      [say('ending'), text(row[R.ending])],
      [say('duration'), row[R.duration] < 0 ? say('unstarted') : String(row[R.duration])],
      [say('threat'), score(row[R.threat])],
      [say('impact'), row[R.impact] === null ? data.statuses[row[R.status]] : score(row[R.impact]) + (row[R.band] >= 0 && row[R.status] > 1 ? ', ' + data.bands[row[R.band]][0] + ': ' + data.bands[row[R.band]][1] : ' (' + data.statuses[row[R.status]] + ')')],
      [say('on'), data.dimensions.map((it, i) => it + ' ' + score(row[R.dimensions][i])).join(', ')],
      [say('unseen'), text(row[R.unseen])],
      [say('service'), text(row[R.service])],
      [say('recording'), detail ? '' : text(row[R.recording])],
      [say('saturation'), text(row[R.saturation])],
      [say('note'), text(row[R.note])],
      [say('evidence'), place],
    ].filter((it) => it[1] !== '');
    const hits = row[R.hits].map((hit, i) => {
      const rule = data.rules[hit[0]];
      const told = detail && detail.hits[i + 1];
      return [text(rule[RULE.title]), text(rule[RULE.level]) + (hit[1] ? '' : ' (' + say('tried') + ')'), String(hit[2]), text(rule[RULE.dimensions]), text(rule[RULE.techniques]),
        told ? say('hit.evidence', told[4], told[1], told[2] || '?', told[3], told[5] + (told[6] ? ', ' + say('forgeable') : ''), told[0]) : '', text(rule[RULE.author])];
    });
    const losses = row[R.losses].map((loss) => [say('measured'), '', String(loss[1]), data.dimensions[loss[0]], '', text(loss[2]), '']);
    const rules = [hits.length + losses.length, ...hits, ...losses];
    return el('section', { id: 'env-' + row[R.env], class: 'seen' },
      el('h3', {}, data.environments[row[R.env]], ' ', el('span', { class: 'badge ' + VERDICT[row[R.verdict]] }, data.verdicts[row[R.verdict]])),
      el('dl', {}, facts.flatMap(([key, value]) => [el('dt', {}, key), el('dd', {}, value)])),
      row[R.duration] < 0 ? null : list(say('rules'), ['rule', 'level', 'points', 'on', 'technique', 'event', 'author'], rules, (it) => it),
      detail ? [
        detail.whole ? null : el('p', { class: 'damage' }, say('half')),
        part(detail, 'network', () => [
          ...list(say('contacts'), ['at', 'process', 'protocol', 'peer', 'sent', 'received', 'first'], detail.contacts, owned),
          ...list(say('questions'), ['at', 'process', 'protocol', 'asked', 'answer'], detail.questions, owned)]),
        part(detail, 'files', () => [
          ...list(say('kept'), ['path', 'size', 'type', 'sha256'], detail.kept, (it) => it),
          ...(detail.notKept.length > 1 ? list(say('notkept'), ['path', 'whynot'], detail.notKept, (it) => it) : [])]),
        part(detail, 'processes', () => tree(detail)),
        timeline(detail),
        part(detail, 'calls', () => [...calls(detail), ...list(say('files'), ['at', 'process', 'path', 'change'], detail.files, owned)]),
        part(detail, 'service', () => (detail.service.length > 1 ? list(say('probes'), ['at', 'latency', 'answer'], detail.service, (it) => it) : [])),
        Object.entries(detail.output).flatMap(([piece, said]) => [el('h4', {}, say('output.' + piece)), el('pre', { tabindex: '0' }, said || say('nothing'))]),
      ].flat(3) : row[R.duration] < 0 || sample[S.beside] ? null : el('p', { class: 'note' }, say('beside')),
      sample[S.beside] ? el('p', {}, el('a', { href: 'pages/' + sample[S.sha256] + '.html#at=' + row[R.env] }, say('whole'))) : null);
  };

  const closed = () => ({ ...state, sample: '', at: '' });
  const drawSample = (index) => {
    const sample = data.samples[index];
    const before = hash(closed()) === '#' ? '#all' : hash(closed());
    const back = el('a', { href: alone ? '../report.html#sample=' + sample[S.sha256] : before, class: 'back' }, '← ' + say(alone ? 'back.one' : 'back'));
    grids.splice(alone ? 0 : 2);
    const facts = [[say('path'), text(sample[S.path])], ['SHA-256', sample[S.sha256]], [say('size'), String(sample[S.size])], [say('file'), [S.type, S.arch, S.abi, S.linkage].map((i) => text(sample[i])).filter(Boolean).join(', ')], [say('packed'), text(sample[S.packed])], [say('category'), text(sample[S.category])], [say('family'), text(sample[S.family])], [say('label'), score(sample[S.label])], [say('difference'), sample[S.why] < 0 ? say('same') : data.differences[sample[S.why]]]].filter((it) => it[1] !== '');
    const title = el('h2', { tabindex: '-1' }, name(sample));
    one.replaceChildren(back, title, el('dl', {}, facts.flatMap(([key, value]) => [el('dt', {}, key), el('dd', {}, value)])), ...rowsOf[index].map(seenOf));
    const at = state.at && document.getElementById('env-' + state.at);
    const head = at ? at.querySelector('h3') : title;
    head.setAttribute('tabindex', '-1');
    head.focus({ preventScroll: true });
    if (at) at.scrollIntoView(); else window.scrollTo(0, 0);
  };

  // ---- drawing
  let opened = '';
  const draw = () => {
    if (alone) return;
    const index = state.sample ? data.samples.findIndex((sample) => sample[S.sha256] === state.sample) : -1;
    one.hidden = index < 0;
    all.hidden = index >= 0;
    if (index >= 0) {
      const now = state.sample + ' ' + (state.at || '');
      if (opened !== now) drawSample(index);
      opened = now;
      return;
    }
    opened = '';
    if (document.activeElement !== search) search.value = state.q || '';
    for (const it of choices) it.select.value = state[it.key] || '';
    chips.replaceChildren(...Object.keys(CHIP).filter((key) => state[key] !== undefined).map((key) => {
      const button = el('button', { type: 'button' }, CHIP[key](state[key]) + ' ×');
      button.addEventListener('click', () => go({ ...state, [key]: undefined }, true));
      return button;
    }));
    drawMatrix();
    drawResults();
  };

  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a[href]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = link.getAttribute('href');
    if (!LOCAL.test(target)) return;
    event.preventDefault();
    if (target.includes('=')) {
      const next = read(target);
      const sample = next.sample;
      go(sample ? { ...state, sample, at: next.at } : next);
      if (!sample && !link.classList.contains('back')) reach(next.env === undefined && next.base === undefined ? 'matrix' : 'results');
    } else {
      if (state.sample) go(closed());
      if (target !== '#all') reach(target.slice(1));
    }
  });
  const reach = (id) => {
    const place = document.getElementById(id);
    if (!place) return;
    place.scrollIntoView();
    const head = place.querySelector('h2') || place.querySelector('[tabindex]');
    if (!head) return;
    if (head.tagName === 'H2') head.setAttribute('tabindex', '-1');
    head.focus({ preventScroll: true });
  };
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && state.sample && !alone) go(closed());
  });
  window.addEventListener('popstate', () => { state = read(location.hash); draw(); });
  state = read(location.hash);
  if (alone) drawSample(0);
  draw();
})();
