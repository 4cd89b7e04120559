// The SPARQL page: examples, asking, and the answer as a table or as text.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const WORDS = {
    nl: { busy: "Bezig…", rows: "{n} rijen", cut: "De eerste {n} rijen: de server geeft er niet meer.", failed: "Hier antwoordt geen server. Start er een met: dcat-harvest serve", empty: "Geen rijen." },
    en: { busy: "Working…", rows: "{n} rows", cut: "The first {n} rows: the server gives no more.", failed: "No server answers here. Start one with: dcat-harvest serve", empty: "No rows." },
  };
  const said = (name, n = 0) => WORDS[document.documentElement.lang][name].replace("{n}", n.toLocaleString(document.documentElement.lang));
  const cell = (tag, content, attributes = {}) => { const made = document.createElement(tag); made.append(content); for (const key in attributes) made.setAttribute(key, attributes[key]); return made; };
  function term(value) {
    if (!value) return "";
    if (value.type !== "uri") return value.type === "bnode" ? `_:${value.value}` : value.value;
    if (!/^https?:/.test(value.value)) return value.value;
    return cell("a", value.value, { href: value.value, rel: "noreferrer" });
  }
  function table(found) {
    const names = found.head.vars, rows = found.results.bindings, made = document.createElement("table");
    const head = document.createElement("tr");
    for (const name of names) head.append(cell("th", name, { scope: "col" }));
    const body = document.createElement("tbody");
    for (const row of rows.slice(0, 1000)) { const tr = document.createElement("tr"); for (const name of names) tr.append(cell("td", term(row[name]))); body.append(tr); }
    made.append(cell("thead", head), body);
    return made;
  }
  function tell(text) { $("said").textContent = text; }
  async function show(answer) {
    const kind = (answer.headers.get("Content-Type") || "").split(";")[0], cut = answer.headers.get("X-SPARQL-MaxRows");
    const text = await answer.text();
    if (!answer.ok || kind !== "application/sparql-results+json" || $("accept").value) {
      $("text").textContent = text;
      $("text").hidden = false;
      tell(answer.ok ? "" : `${answer.status} ${answer.statusText}`);
      return;
    }
    const found = JSON.parse(text);
    if ("boolean" in found) { tell(String(found.boolean)); return; }
    const count = found.results.bindings.length;
    tell(cut ? said("cut", Number(cut)) : count ? said("rows", count) : said("empty"));
    if (count) $("table").replaceChildren(table(found));
  }
  async function ask(event) {
    if (event) event.preventDefault();
    $("text").hidden = true;
    $("table").replaceChildren();
    $("run").disabled = true;
    tell(said("busy"));
    const accept = $("accept").value || "application/sparql-results+json, text/turtle;q=0.9";
    try {
      const answer = await fetch("sparql", { method: "POST", headers: { "Content-Type": "application/sparql-query", Accept: accept }, body: $("query").value });
      await show(answer);
    } catch { tell(said("failed")); }
    $("run").disabled = false;
  }
  $("ask").addEventListener("submit", ask);
  $("query").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask(event); });
  const example = $("example");
  const named = () => { for (const option of example.options) option.textContent = option.dataset[document.documentElement.lang]; };
  if (example) { named(); document.addEventListener("language", named); }
  if (example) example.addEventListener("change", () => {
    const chosen = document.querySelector(`template[data-query="${CSS.escape(example.value)}"]`);
    if (chosen) $("query").value = chosen.content.textContent;
  });
  const given = new URLSearchParams(location.search).get("query");
  if (given) { $("query").value = given; ask(); }
})();
