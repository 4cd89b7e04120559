// Search and facets over the prebuilt index; it is loaded at the first search, not before.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const WORDS = {
    nl: { none: "Niets gevonden. Probeer minder of andere woorden.", one: "1 resultaat", many: "{n} resultaten", more: "Toon meer", load: "De index wordt geladen…", failed: "De index is niet te laden.", meets: "voldoet aan {n} van 8 criteria", clear: "Wis de keuzes" },
    en: { none: "Nothing found. Try fewer or other words.", one: "1 result", many: "{n} results", more: "Show more", load: "Loading the index…", failed: "The index cannot be loaded.", meets: "meets {n} of 8 criteria", clear: "Clear the choices" },
  };
  const said = (name, n) => WORDS[document.documentElement.lang][name].replace("{n}", n === undefined ? "" : n.toLocaleString(document.documentElement.lang));
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const terms = (text) => (fold(text).match(/[\p{L}\p{N}]+/gu) || []).slice(0, 12);
  let index = null, waiting = null, shown = 20, hits = [], postings = new Map();

  window.dcatIndex = (given) => { index = given; index.words = given.words.split(" "); index.posts = given.posts.split(" "); };
  function load() {
    waiting ??= new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = "assets/index.js";
      script.onload = () => (index ? done() : fail());
      script.onerror = fail;
      document.head.append(script);
    });
    return waiting;
  }

  // A posting is a row, doubled, plus 1 where the word is in the title; kept as differences in base 36.
  function rowsOf(word) {
    if (!postings.has(word)) {
      let at = 0;
      postings.set(word, index.posts[word].split(",").map((x) => (at += parseInt(x, 36))));
    }
    return postings.get(word);
  }
  const near = (a, b) => {
    if (Math.abs(a.length - b.length) > 1 || a[0] !== b[0]) return false;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    const rest = (x, y) => a.slice(i + x) === b.slice(i + y);
    return rest(1, 1) || rest(1, 0) || rest(0, 1);
  };
  function score(term) {
    const found = new Map();
    const take = (weigh) => index.words.forEach((word, n) => {
      const weight = weigh(word);
      if (!weight) return;
      const rows = rowsOf(n), rare = Math.log(1 + index.rows.length / rows.length);
      for (const x of rows) {
        const row = x >> 1, points = weight * rare * (x & 1 ? 3 : 1);
        if (points > (found.get(row) || 0)) found.set(row, points);
      }
    });
    // Dutch joins words: "verzuim" is also found within "schoolverzuim".
    take((word) => word === term ? 8 : word.startsWith(term) ? 4 : term.length > 2 && word.includes(term) ? 2 : 0);
    if (!found.size && term.length > 4) take((word) => near(word, term) ? 1 : 0);
    return found;
  }
  function search(text) {
    const every = terms(text).map(score);
    if (!every.length) return index.rows.map((_, row) => row);
    const [first, ...rest] = every.sort((a, b) => a.size - b.size);
    const kept = [...first].filter(([row]) => rest.every((x) => x.has(row)));
    return kept.map(([row, points]) => [row, rest.reduce((sum, x) => sum + x.get(row), points)])
      .sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([row]) => row);
  }

  const chosen = () => new URLSearchParams(location.search);
  const valuesOf = (row, facet) => index.rows[row][3][facet];
  function matches(row, state, but) {
    return index.facets.every((facet, n) => {
      const wanted = n === but ? [] : state[n];
      if (!wanted.length) return true;
      const has = valuesOf(row, n);
      // Criteria narrow together; values of any other facet widen each other.
      return facet.name === "criterion" ? wanted.every((x) => has.includes(x)) : wanted.some((x) => has.includes(x));
    });
  }
  function text(value) { return typeof value === "string" ? value : value[document.documentElement.lang === "en" ? 1 : 0]; }

  function run() {
    const query = chosen(), state = index.facets.map((f) => query.getAll(f.name).map((x) => f.keys.indexOf(x)).filter((x) => x >= 0));
    $("q").value = query.get("q") || "";
    const found = search(query.get("q") || "");
    hits = found.filter((row) => matches(row, state, -1));
    facets(found, state);
    draw();
  }
  function draw() {
    const list = $("list");
    list.replaceChildren(...hits.slice(0, shown).map(item));
    $("count").textContent = hits.length === 0 ? said("none") : hits.length === 1 ? said("one") : said("many", hits.length);
    $("more").hidden = hits.length <= shown;
    $("more").textContent = said("more");
  }
  function element(name, content, attributes = {}) {
    const made = document.createElement(name);
    if (content !== undefined) made.append(content);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    return made;
  }
  function item(row) {
    const [path, title, summary, values, lang] = index.rows[row];
    const li = element("li"), link = element("a", element("bdi", title), { href: path.replaceAll("%", "%25") + ".html" });
    if (lang) link.lang = lang;
    li.append(link);
    if (summary) { const p = element("p", summary); p.dir = "auto"; if (lang) p.lang = lang; li.append(p); }
    const name = (facet) => { const n = index.facets.findIndex((f) => f.name === facet); return n < 0 ? [] : values[n].map((x) => text(index.facets[n].labels[x])); };
    const parts = [...name("publisher"), name("format").join(", ")];
    const criteria = index.facets.findIndex((f) => f.name === "criterion");
    if (criteria >= 0 && values[criteria].length) parts.push(said("meets", values[criteria].length));
    li.append(element("p", parts.filter(Boolean).join(" · "), { class: "small" }));
    return li;
  }
  function facets(found, state) {
    const box = $("facets"), open = new Set([...box.querySelectorAll("details[open]")].map((x) => x.dataset.name));
    const fresh = !box.querySelector("details"), focus = document.activeElement && document.activeElement.id;
    const parts = index.facets.map((facet, n) => {
      const counts = facet.keys.map(() => 0);
      for (const row of found) if (matches(row, state, n)) for (const x of valuesOf(row, n)) counts[x]++;
      const order = facet.keys.map((_, x) => x).filter((x) => counts[x] || state[n].includes(x));
      if (facet.name !== "criterion") order.sort((a, b) => counts[b] - counts[a] || a - b);
      if (!order.length) return null;
      const details = element("details", element("summary", text(facet.label)));
      details.dataset.name = facet.name;
      details.open = fresh ? (n < 2 && matchMedia("(min-width: 48rem)").matches) || state[n].length > 0 : open.has(facet.name);
      const set = element("div", undefined, { class: "fieldset", role: "group", "aria-label": text(facet.label) });
      for (const x of order.slice(0, 60)) {
        const input = element("input", undefined, { type: "checkbox", id: `f-${facet.name}-${x}` });
        input.checked = state[n].includes(x);
        input.addEventListener("change", () => choose(facet, x, input.checked));
        const label = element("label", input);
        label.append(element("span", text(facet.labels[x])), element("span", counts[x].toLocaleString(document.documentElement.lang), { class: "small" }));
        set.append(label);
      }
      details.append(set);
      return details;
    });
    box.replaceChildren(box.querySelector("h3"), ...parts.filter(Boolean));
    if (state.some((x) => x.length)) {
      const clear = element("button", said("clear"), { type: "button" });
      clear.addEventListener("click", () => go(new URLSearchParams({ q: $("q").value })));
      box.append(clear);
    }
    if (focus && focus.startsWith("f-") && $(focus)) $(focus).focus();
  }
  function choose(facet, value, on) {
    const query = chosen(), kept = query.getAll(facet.name).filter((x) => x !== facet.keys[value]);
    query.delete(facet.name);
    for (const x of on ? [...kept, facet.keys[value]] : kept) query.append(facet.name, x);
    go(query);
  }
  function go(query) {
    history.pushState(null, "", `?${query}`);
    start();
  }
  function start() {
    const query = chosen();
    const any = [...query.keys()].some((key) => key !== "lang" && query.get(key));
    $("found").hidden = !any;
    $("start").hidden = any;
    shown = 20;
    if (!any) { $("q").value = ""; return; }
    if (!index) $("count").textContent = said("load");
    load().then(run, () => { $("count").textContent = said("failed"); });
  }
  $("search").addEventListener("submit", (event) => {
    event.preventDefault();
    const query = chosen();
    query.set("q", $("q").value.trim());
    if (!query.get("q")) query.delete("q");
    go(query);
  });
  $("more").addEventListener("click", () => { const at = shown; shown += 20; draw(); const next = $("list").children[at]; if (next) next.querySelector("a").focus(); });
  addEventListener("popstate", start);
  document.addEventListener("language", () => { if (index && !$("found").hidden) run(); });
  start();
})();
