"use strict";
(() => {
  const { head, datasets } = JSON.parse(document.getElementById("data").textContent);
  const { causes, kinds, wide, publishers, sources, metrics, profiles, words } = head;
  const [IRI, TITLE, KEY, PUBLISHER, SOURCE, VERDICTS, POINTS, STARS, CONFORMS, CURRENT, LANDING, PAGE, RDF, MISSED, FINDINGS] = Array(15).keys();
  const NAMES = ["pass", "partly", "fail", "unknown"];
  const WORTH = { 2: 0, 1: 1, 3: 2, 0: 3 };
  const SIZE = 50, PAPER = 250;
  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  const lang = () => root.dataset.lang;
  const word = (name, values = {}) => (words[name] ? words[name][lang()] : name).replace(/\{(\w+)\}/g, (all, x) => (x in values ? values[x] : all));
  const number = (n) => n.toLocaleString(lang());
  const all = (1 << profiles.length) - 1;
  const texts = datasets.map((d) => `${d[TITLE]}\n${d[KEY]}\n${publishers[d[PUBLISHER]]}\n${d[IRI]}`.toLowerCase());
  const todo = datasets.map((d) => [...d[VERDICTS]].reduce((sum, v) => sum + (v !== "0"), 0));
  const state = { q: "", publisher: "", source: "", criterion: "", verdict: "", current: false, failing: false, cause: -1, sort: "todo", down: true, page: 0 };
  let chosen = [], open = new Set();

  const h = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "class") element.className = value;
      else if (value !== null && value !== false) element.setAttribute(name, value);
    }
    element.append(...children.filter((x) => x !== null && x !== ""));
    return element;
  };
  const SVG = "http://www.w3.org/2000/svg";
  const ball = (verdict) => {
    const svg = document.createElementNS(SVG, "svg"), use = document.createElementNS(SVG, "use");
    svg.setAttribute("class", `ball ${verdict}`);
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#v-${verdict}`);
    svg.append(use);
    return svg;
  };
  const link = (address, label) =>
    /^https?:\/\//i.test(address) ? h("a", { href: address, rel: "noreferrer noopener" }, label) : document.createTextNode(label);

  const VALUES = {
    title: (i) => i, publisher: (i) => publishers[datasets[i][PUBLISHER]], mqa: (i) => datasets[i][POINTS],
    stars: (i) => datasets[i][STARS], todo: (i) => todo[i] + 100 * datasets[i][CURRENT],
  };
  const value = (name) => VALUES[name] || ((i) => WORTH[datasets[i][VERDICTS][name - 1]]);

  // Findings that stand for many datasets of a source, as far as they can be about this one.
  const LEVELS = ["2", "1", "3"];
  const common = (d) => wide.filter((w) => w[0] === d[SOURCE] && (w[2] || (kinds[w[4][0]][5] && d[VERDICTS][kinds[w[4][0]][5] - 1] === LEVELS[w[3]])));

  function fits(i) {
    const d = datasets[i];
    if (state.publisher !== "" && d[PUBLISHER] !== +state.publisher) return false;
    if (state.source !== "" && d[SOURCE] !== +state.source) return false;
    if (state.current && !d[CURRENT]) return false;
    if (state.failing && d[CONFORMS] === all) return false;
    if (state.verdict !== "") {
      if (state.criterion === "" ? !d[VERDICTS].includes(state.verdict) : d[VERDICTS][state.criterion - 1] !== state.verdict) return false;
    } else if (state.criterion !== "" && d[VERDICTS][state.criterion - 1] === "0") return false;
    if (state.cause >= 0 && !d[FINDINGS].some((f) => kinds[f[0]][9] === state.cause) && !common(d).some((w) => kinds[w[4][0]][9] === state.cause)) return false;
    return !state.q || state.q.split(/\s+/).every((part) => texts[i].includes(part));
  }

  function choose() {
    chosen = [];
    for (let i = 0; i < datasets.length; i++) if (fits(i)) chosen.push(i);
    const of = value(state.sort), turn = state.down ? -1 : 1;
    if (state.sort !== "title" || state.down) {
      const keys = new Map(chosen.map((i) => [i, of(i)]));
      chosen.sort((a, b) => {
        const x = keys.get(a), y = keys.get(b);
        return x === y ? a - b : x < y ? -turn : turn;
      });
    }
    state.page = 0;
    show();
  }

  function cell(d, c) {
    const verdict = NAMES[d[VERDICTS][c - 1]];
    return h("td", { class: "c", title: `${c} ${word("criterion-" + c)}: ${word("verdict-" + verdict)}` }, ball(verdict), h("span", { class: "hidden" }, word("verdict-" + verdict)));
  }

  function row(i) {
    const d = datasets[i], isOpen = open.has(i);
    const button = h("button", { type: "button", class: "open", "aria-expanded": String(isOpen), "data-row": i }, d[TITLE] || d[KEY]);
    const under = [publishers[d[PUBLISHER]], d[KEY]].concat(d[CURRENT] ? [] : [word("html-ended")]).join(" · ");
    const result = h("tr", null, h("th", { scope: "row" }, button, h("span", { class: "under" }, under)));
    for (let c = 1; c <= 8; c++) result.append(cell(d, c));
    result.append(
      h("td", { class: "number narrow-no" }, number(d[POINTS])),
      h("td", { class: "number narrow-no" }, number(d[STARS])),
      h("td", { class: "number narrow-no" + (todo[i] ? "" : " zero") }, number(todo[i])),
    );
    return result;
  }

  function finding(f, count) {
    const [place, seen, evidence, where, focus, nl, en, remedyNl, remedyEn] = f;
    const cause = kinds[place];
    const pick = (own, index) => own || cause[index];
    const message = lang() === "nl" ? pick(nl, 0) : pick(en, 1), remedy = lang() === "nl" ? pick(remedyNl, 2) : pick(remedyEn, 3);
    const item = h("li", null, h("span", { class: `tag ${cause[4]}` }, word("severity-" + cause[4])), " ", message);
    if (cause[7]) item.append(" ", h("code", null, cause[7]));
    if (count > 1) item.append(h("p", { class: "small" }, word("html-wide", { n: number(count) })));
    const facts = [seen, evidence].filter(Boolean).map((x) => `‘${x}’`).join(" · ");
    if (facts || focus) item.append(h("p", { class: "small" }, `${word("html-evidence")}: `, facts, facts && focus ? " · " : "", focus ? link(focus, focus) : ""));
    if (remedy) item.append(h("p", null, h("strong", null, word("html-remedy")), ` ${remedy}`));
    item.append(h("p", { class: "small" }, `${word("html-who")}: ${word("actor-" + cause[6])}`, where ? " · " : "", where ? link(where, where) : ""));
    return item;
  }

  function detail(i) {
    const d = datasets[i], box = h("td", { colspan: 12 });
    const links = h("p", { class: "links" });
    if (d[LANDING]) links.append(link(d[LANDING], word("html-landing")));
    if (d[PAGE]) {
      links.append(h("a", { href: "../" + d[PAGE] }, word("html-page")));
      for (const kind of d[RDF]) links.append(h("a", { href: "../" + d[PAGE].replace(/html$/, kind) }, kind));
    } else if (d[IRI]) links.append(link(d[IRI], d[IRI]));
    box.append(links);
    const fine = profiles.map((p, n) => `${p}: ${word(d[CONFORMS] >> n & 1 ? "html-yes" : "html-no")}`).join(", ");
    box.append(h("p", { class: "small" }, fine ? `${word("html-conform")}: ${fine} · ` : "", `MQA ${number(d[POINTS])}/405 · ${word("html-stars")} ${d[STARS]}/5`));
    if (d[MISSED].length) box.append(h("p", { class: "small" }, `${word("html-missed")}: ${d[MISSED].map((m) => metrics[m]).join(", ")}`));
    let last = null, list = null;
    const many = common(d).map((w) => [w[4], w[1]]);
    const all = d[FINDINGS].map((f) => [f, 1]).concat(many).sort((a, b) => (kinds[a[0][0]][5] || "9").localeCompare(kinds[b[0][0]][5] || "9"));
    for (const [f, count] of all) {
      const criterion = kinds[f[0]][5];
      if (criterion !== last) {
        const name = criterion ? `${criterion} ${word("criterion-" + criterion)}: ${word("verdict-" + NAMES[d[VERDICTS][criterion - 1]])}` : word("html-other-findings");
        box.append(h("h3", null, name), (list = h("ul")));
        last = criterion;
      }
      list.append(finding(f, count));
    }
    if (!all.length) box.append(h("p", null, word("html-no-findings")));
    return h("tr", { class: "detail" }, box);
  }

  function draw(from, to) {
    const rows = document.createDocumentFragment();
    for (const i of chosen.slice(from, to)) {
      rows.append(row(i));
      if (open.has(i)) rows.append(detail(i));
    }
    $("rows").replaceChildren(rows);
  }

  function show() {
    const from = state.page * SIZE, to = Math.min(from + SIZE, chosen.length);
    draw(from, to);
    const range = word("html-range", { from: number(from + 1), to: number(to), n: number(chosen.length) });
    $("range").textContent = chosen.length ? range : word("html-none");
    $("page").textContent = range;
    $("pager").hidden = chosen.length <= SIZE;
    $("previous").disabled = state.page === 0;
    $("next").disabled = to >= chosen.length;
    $("chosen").hidden = state.cause < 0;
    if (state.cause >= 0) $("chosen").textContent = word("html-cause-filter", { cause: causes[state.cause][lang() === "nl" ? 0 : 1] });
    for (const th of $("heads").children) {
      if (th.dataset.sort === state.sort) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
  }

  function heads() {
    const column = (name, label, kind, full) =>
      h("th", { scope: "col", class: kind, "data-sort": name }, h("button", { type: "button", title: full || null, "aria-label": full || null }, label));
    const cells = [column("title", word("html-dataset"), "")];
    for (let c = 1; c <= 8; c++) cells.push(column(String(c), String(c), "c", `${c} ${word("criterion-" + c)}`));
    cells.push(column("mqa", "MQA", "number narrow-no"), column("stars", word("html-stars"), "number narrow-no"), column("todo", word("html-todo"), "number narrow-no"));
    $("heads").replaceChildren(...cells);
  }

  function options(id, first, pairs) {
    const now = $(id).value;
    $(id).replaceChildren(h("option", { value: "" }, first), ...pairs.map(([v, label]) => h("option", { value: v }, label)));
    $(id).value = now;
  }

  function labels() {
    heads();
    options("f-publisher", word("html-all"), publishers.map((x, i) => [i, x]));
    options("f-source", word("html-all"), sources.map((x, i) => [i, x]));
    options("f-criterion", word("html-any-criterion"), [1, 2, 3, 4, 5, 6, 7, 8].map((c) => [c, `${c} ${word("criterion-" + c)}`]));
    options("f-verdict", word("html-all"), NAMES.map((x, i) => [i, word("verdict-" + x)]));
    $("paper").textContent = chosen.length > PAPER ? word("html-print-note", { n: number(PAPER) }) : "";
  }

  function speak(language) {
    root.dataset.lang = root.lang = language;
    for (const button of document.querySelectorAll("[data-set-lang]")) button.setAttribute("aria-pressed", String(button.dataset.setLang === language));
    labels();
    show();
  }

  function set(changes) {
    Object.assign(state, changes);
    choose();
  }

  const FIELDS = { publisher: "f-publisher", source: "f-source", criterion: "f-criterion", verdict: "f-verdict" };
  for (const [name, id] of Object.entries(FIELDS)) $(id).addEventListener("change", () => set({ [name]: $(id).value }));
  for (const name of ["current", "failing"]) $("f-" + name).addEventListener("change", () => set({ [name]: $("f-" + name).checked }));
  let waiting = 0;
  $("q").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => set({ q: $("q").value.trim().toLowerCase() }), datasets.length > 5000 ? 120 : 0);
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("clear").addEventListener("click", () => {
    $("filters").reset();
    set({ q: "", publisher: "", source: "", criterion: "", verdict: "", current: false, failing: false, cause: -1 });
  });
  $("heads").addEventListener("click", (event) => {
    const th = event.target.closest("th");
    if (!th) return;
    const name = th.dataset.sort, same = state.sort === name;
    set({ sort: name, down: same ? !state.down : name === "todo" });
  });
  $("rows").addEventListener("click", (event) => {
    const button = event.target.closest("button.open");
    if (!button) return;
    const i = +button.dataset.row, line = button.closest("tr");
    if (open.delete(i)) line.nextElementSibling.remove();
    else {
      open.add(i);
      line.after(detail(i));
    }
    button.setAttribute("aria-expanded", String(open.has(i)));
  });
  const turn = (by) => {
    state.page += by;
    show();
    $("datasets").scrollIntoView();
  };
  $("previous").addEventListener("click", () => turn(-1));
  $("next").addEventListener("click", () => turn(1));
  for (const button of document.querySelectorAll("[data-cause]"))
    button.addEventListener("click", () => {
      set({ cause: +button.dataset.cause });
      $("datasets").scrollIntoView();
      $("matrix").focus({ preventScroll: true });
    });
  for (const button of document.querySelectorAll("[data-set-lang]")) button.addEventListener("click", () => speak(button.dataset.setLang));
  addEventListener("beforeprint", () => draw(0, PAPER));
  addEventListener("afterprint", show);

  labels();
  choose();
  labels();
  show();
  $("filters").hidden = $("table").hidden = false;
})();
