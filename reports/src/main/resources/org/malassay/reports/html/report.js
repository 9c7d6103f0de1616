'use strict';
// Draws the large tables and the page of a sample from the data of the page. Everything in the data
// may come from a sample: it becomes text nodes, never markup.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const words = data.words;
  const text = (i) => data.texts[i];
  const S = { path: 0, sha256: 1, size: 2, type: 3, arch: 4, abi: 5, linkage: 6, packed: 7, category: 8, family: 9, label: 10, why: 11 };
  const R = { sample: 0, env: 1, verdict: 2, cause: 3, detail: 4, ending: 5, duration: 6, threat: 7, impact: 8, status: 9, band: 10, dimensions: 11, hits: 12, losses: 13, service: 14, recording: 15, saturation: 16, note: 17, evidence: 18, unseen: 19 };
  const RULE = { title: 0, level: 1, techniques: 2, dimensions: 3, author: 4, id: 5 };
  const VERDICT = ['run', 'not', 'unsure'];
  const ROW = 30;
  const AROUND = 12;
  const PRINTED = 3000;
  const say = (key, ...values) => (words[key] || key).replace(/\{(\d)\}/g, (all, i) => String(values[i]));

  // ---- elements: text is always a text node, a link always leads to a place on this page
  const LOCAL = /^#/;
  const el = (name, attributes, ...children) => {
    const it = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === 'href' && !LOCAL.test(value)) throw new Error('a link leads elsewhere');
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
  const KEYS = ['q', 'env', 'verdict', 'cause', 'hit', 'tech', 'impact', 'threat', 'why', 'base', 'group', 'sort', 'dir', 'sample'];
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
  data.rows.forEach((row, i) => { row.at = i; rowsOf[row[R.sample]].push(row); });
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
  const fits = (row) =>
    (state.env === undefined || row[R.env] === Number(state.env)) &&
    (state.verdict === undefined || row[R.verdict] === Number(state.verdict)) &&
    (state.cause === undefined || row[R.cause] === state.cause) &&
    (state.base === undefined || changes(row).includes(Number(state.base))) &&
    (state.hit === undefined || row[R.hits].some((hit) => hit[0] === Number(state.hit))) &&
    (state.tech === undefined || techniques(row).includes(state.tech)) &&
    (state.impact === undefined || (row[R.impact] !== null && bin(row[R.impact]) === Number(state.impact))) &&
    (state.threat === undefined || (row[R.threat] !== null && bin(row[R.threat]) === Number(state.threat)));
  const sampleFits = (sample) =>
    (state.why === undefined || sample[S.why] === Number(state.why)) &&
    (state.q === undefined || haystack(sample).includes(state.q.toLowerCase()));
  const collator = new Intl.Collator(undefined, { numeric: true });
  const compare = (a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)));

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
      window.addEventListener('beforeprint', () => { this.everything = true; this.drawn = ''; this.draw(); });
      window.addEventListener('afterprint', () => { this.everything = false; this.drawn = ''; this.draw(); });
    }

    show(columns, rows, count) {
      this.columns = columns;
      this.rows = rows;
      this.count.textContent = count;
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
      let row = Math.max(0, Math.min(this.rows.length - 1, Number(link.getAttribute('data-row')) + step));
      while (this.rows[row] && this.rows[row].group !== undefined) row += step < 0 && row > 0 ? -1 : 1;
      const top = row * ROW;
      if (top < this.box.scrollTop || top > this.box.scrollTop + this.box.clientHeight - 3 * ROW) this.box.scrollTop = Math.max(0, top - this.box.clientHeight / 2);
      this.draw();
      this.focus(row, Number(link.getAttribute('data-column')));
    }
  }

  // ---- controls
  const controls = document.getElementById('controls');
  const option = (value, title) => el('option', { value }, title);
  const choice = (key, title, options) => {
    const select = el('select', { id: 'by-' + key }, option('', say(key === 'group' ? 'none' : 'all')), options.map(([value, label]) => option(value, label)));
    select.addEventListener('change', () => go({ ...state, [key]: select.value }, true));
    return { key, select, shown: el('label', {}, title, ' ', select) };
  };
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
  controls.replaceChildren(el('label', {}, say('search'), ' ', search), ...choices.map((it) => it.shown), clear);
  const chips = el('p', { class: 'chips' });
  controls.append(chips);
  const CHIP = { base: (v) => since.kinds[v] || v, tech: (v) => v, impact: (v) => say('impact') + ' ' + (v === '0' ? '0' : '≤' + v), threat: (v) => say('threat') + ' ' + (v === '0' ? '0' : '≤' + v) };

  // ---- the two tables
  const matrix = new Grid(document.getElementById('matrix-grid'), say('matrix'));
  const results = new Grid(document.getElementById('results-grid'), say('results'));
  const page = (sample) => hash({ sample: sample[S.sha256] });
  const nameCell = (sample) => ({ text: name(sample), href: page(sample), title: text(sample[S.path]) + ' ' + sample[S.sha256] });
  const verdictCell = (row) => {
    const told = data.verdicts[row[R.verdict]] + (cause(row) ? ': ' + cause(row) : '');
    const shown = row[R.verdict] === 0 ? score(row[R.impact]) : row[R.verdict] === 1 ? cause(row) : '?';
    return {
      text: shown, style: VERDICT[row[R.verdict]] + (row[R.verdict] === 0 && row[R.band] >= 0 ? ' b' + row[R.band] : ''),
      href: page(data.samples[row[R.sample]]), title: told + (row[R.verdict] === 0 ? ', ' + say('impact') + ' ' + score(row[R.impact]) + (row[R.impact] === null ? ' (' + data.statuses[row[R.status]] + ')' : '') : ''),
      label: name(data.samples[row[R.sample]]) + ', ' + data.environments[row[R.env]] + ': ' + told + (row[R.verdict] === 0 ? ', ' + say('impact') + ' ' + score(row[R.impact]) : ''),
    };
  };
  const sorting = (values, fallback) => {
    const by = values[state.sort] || fallback;
    const sign = state.dir === 'down' ? -1 : 1;
    return (a, b) => sign * compare(by(a), by(b));
  };

  const drawMatrix = () => {
    const shown = data.samples.map((sample, i) => ({ sample, rows: rowsOf[i] })).filter((it) => sampleFits(it.sample) && it.rows.some(fits));
    const values = { name: (it) => name(it.sample), category: (it) => text(it.sample[S.category]), family: (it) => text(it.sample[S.family]), label: (it) => it.sample[S.label] === null ? -1 : it.sample[S.label] };
    data.environments.forEach((title, env) => { values['env' + env] = (it) => { const row = it.rows.find((one) => one[R.env] === env); return row ? 100 * (2 - row[R.verdict]) + (row[R.impact] === null ? -1 : row[R.impact]) : -100; }; });
    shown.sort(sorting(values, values.name));
    let lines = shown;
    const group = GROUPS[state.group];
    if (group) {
      const groups = new Map();
      for (const it of shown) for (const key of group(it.sample, it.rows)) groups.set(key, (groups.get(key) || []).concat([it]));
      lines = [...groups].sort((a, b) => b[1].length - a[1].length || compare(a[0], b[0])).flatMap(([key, its]) => [{ group: key, count: its.length }, ...its]);
    }
    matrix.show([
      { title: say('sample'), key: 'name', style: 'name', cell: (it) => nameCell(it.sample) },
      ...data.environments.map((title, env) => ({ title, key: 'env' + env, style: 'verdict', cell: (it) => { const row = it.rows.find((one) => one[R.env] === env); return row ? marked(row, verdictCell(row)) : { text: '', title: say('unrun') }; } })),
      { title: say('label'), key: 'label', style: 'number', cell: (it) => ({ text: score(it.sample[S.label]) }) },
      { title: say('category'), key: 'category', cell: (it) => ({ text: text(it.sample[S.category]) }) },
      { title: say('family'), key: 'family', cell: (it) => ({ text: text(it.sample[S.family]) }) },
    ], lines, say('count.samples', shown.length, data.samples.length));
  };

  const drawResults = () => {
    const sample = (row) => data.samples[row[R.sample]];
    const shown = data.rows.filter((row) => fits(row) && sampleFits(sample(row)));
    const values = {
      name: (row) => name(sample(row)), env: (row) => row[R.env], verdict: (row) => row[R.verdict], cause: (row) => cause(row) + text(row[R.detail]),
      threat: (row) => row[R.threat] === null ? -1 : row[R.threat], impact: (row) => row[R.impact] === null ? -1 : row[R.impact], duration: (row) => row[R.duration], hits: (row) => row[R.hits].length,
    };
    shown.sort(sorting(values, (row) => row.at));
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
  const list = (title, heads, things, of, more) => {
    const rows = things.slice(1);
    if (rows.length === 0) return [el('h4', {}, title), el('p', { class: 'note' }, say('nothing'))];
    const cut = things[0] > rows.length ? el('p', { class: 'note' }, say('cut', rows.length, things[0])) : null;
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
      for (const [start, end, what] of marks) chart.append(svg('rect', { x: x(start) - 1, y, width: Math.max(3, end === null ? 3 : x(end) - x(start)), height: 13, class: 'e' + i, 'fill-opacity': end === null ? 1 : 0.5 }, start + ' s: ' + what));
    });
    [from, to].forEach((time, i) => { const told = svg('text', { x: x(time), y: lanes.length * 24 + 18, class: 'faint small' + (i ? ' end' : '') }); told.textContent = time + ' s'; chart.append(told); });
    return [el('h4', {}, say('timeline')), el('figure', { class: 'wide' }, chart)];
  };

  const calls = (detail) => {
    const rows = detail.calls.slice(1);
    const body = el('tbody', {});
    const input = el('input', { type: 'search' });
    const kinds = el('select', {}, option('', say('all')), detail.counts.slice(1).map((it) => option(it[0], it[0] + ' (' + it[1] + (it[2] === '0' ? '' : ', ' + say('failed', it[2])) + ')')));
    const fill = () => {
      const q = input.value.toLowerCase();
      body.replaceChildren(...rows.filter((it) => (kinds.value === '' || it[2] === kinds.value) && (q === '' || it.join(' ').toLowerCase().includes(q))).map((it) => el('tr', {}, it.map((cell) => el('td', {}, cell)))));
    };
    input.addEventListener('input', fill);
    kinds.addEventListener('change', fill);
    fill();
    const heads = ['at', 'process', 'call', 'arguments', 'result'];
    return [
      el('h4', {}, say('calls') + ' (' + detail.calls[0] + ')'),
      el('p', { class: 'controls' }, el('label', {}, say('search'), ' ', input), el('label', {}, say('kind'), ' ', kinds)),
      detail.calls[0] > rows.length ? el('p', { class: 'note' }, say('cut', rows.length, detail.calls[0])) : null,
      el('div', { class: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': say('calls') }, el('table', {}, el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, say('head.' + head))))), body)),
    ];
  };

  const tree = (detail) => list(say('processes'), ['began', 'ended', 'process', 'command', 'ending'], detail.processes, (it) => [it[1], it[2], it[3], el('span', { class: 'indent d' + Math.min(9, Number(it[0])) }, it[4] || say('parent')), it[5]]);

  const seenOf = (row) => {
    const sample = data.samples[row[R.sample]];
    const detail = data.details[row.at];
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
          ...list(say('contacts'), ['at', 'process', 'protocol', 'peer', 'sent', 'received', 'first'], detail.contacts, (it) => it),
          ...list(say('questions'), ['at', 'process', 'protocol', 'asked', 'answer'], detail.questions, (it) => it)]),
        part(detail, 'files', () => [
          ...list(say('kept'), ['path', 'size', 'type', 'sha256'], detail.kept, (it) => it),
          ...(detail.notKept.length > 1 ? list(say('notkept'), ['path', 'whynot'], detail.notKept, (it) => it) : [])]),
        part(detail, 'processes', () => tree(detail)),
        timeline(detail),
        part(detail, 'calls', () => [...calls(detail), ...list(say('files'), ['at', 'process', 'path', 'change'], detail.files, (it) => it)]),
        part(detail, 'service', () => (detail.service.length > 1 ? list(say('probes'), ['at', 'latency', 'answer'], detail.service, (it) => it) : [])),
        Object.entries(detail.output).flatMap(([piece, said]) => [el('h4', {}, say('output.' + piece)), el('pre', { tabindex: '0' }, said || say('nothing'))]),
      ].flat(3) : row[R.duration] < 0 ? null : el('p', { class: 'note' }, say('beside')));
  };

  const one = document.getElementById('one');
  const all = document.getElementById('all');
  const drawSample = (index) => {
    const sample = data.samples[index];
    const back = el('a', { href: hash({ ...state, sample: '' }) === '#' ? '#all' : hash({ ...state, sample: '' }), class: 'back' }, '← ' + say('back'));
    const facts = [[say('path'), text(sample[S.path])], ['SHA-256', sample[S.sha256]], [say('size'), String(sample[S.size])], [say('file'), [S.type, S.arch, S.abi, S.linkage].map((i) => text(sample[i])).filter(Boolean).join(', ')], [say('packed'), text(sample[S.packed])], [say('category'), text(sample[S.category])], [say('family'), text(sample[S.family])], [say('label'), score(sample[S.label])], [say('difference'), sample[S.why] < 0 ? say('same') : data.differences[sample[S.why]]]].filter((it) => it[1] !== '');
    const title = el('h2', { tabindex: '-1' }, name(sample));
    one.replaceChildren(back, title, el('dl', {}, facts.flatMap(([key, value]) => [el('dt', {}, key), el('dd', {}, value)])), ...rowsOf[index].map(seenOf));
    title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  };

  // ---- drawing
  let opened = '';
  const draw = () => {
    const index = state.sample ? data.samples.findIndex((sample) => sample[S.sha256] === state.sample) : -1;
    one.hidden = index < 0;
    all.hidden = index >= 0;
    if (index >= 0) {
      if (opened !== state.sample) drawSample(index);
      opened = state.sample;
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
      go(sample ? { ...state, sample } : next);
      if (!sample && !link.classList.contains('back')) reach(next.why === undefined ? 'results' : 'matrix');
    } else {
      if (state.sample) go({ ...state, sample: '' });
      if (target !== '#all') reach(target.slice(1));
    }
  });
  const reach = (id) => {
    const place = document.getElementById(id);
    if (!place) return;
    place.scrollIntoView();
    const head = place.querySelector('h2');
    if (head) { head.setAttribute('tabindex', '-1'); head.focus({ preventScroll: true }); }
  };
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && state.sample) go({ ...state, sample: '' });
  });
  window.addEventListener('popstate', () => { state = read(location.hash); draw(); });
  state = read(location.hash);
  draw();
})();
