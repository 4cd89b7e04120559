// Language: both are in the page; the root element says which one is shown.
"use strict";
(() => {
  const root = document.documentElement;
  let kept = null;
  try { kept = localStorage.getItem("language"); } catch { /* storage may be closed; the choice then holds for this page */ }
  const asked = new URLSearchParams(location.search).get("lang");
  const first = asked || kept || ((navigator.language || "nl").startsWith("nl") ? "nl" : "en");
  root.lang = first === "en" ? "en" : "nl";
  const show = (lang, keep) => {
    root.lang = lang;
    if (keep) try { localStorage.setItem("language", lang); } catch { /* as above */ }
    for (const button of document.querySelectorAll("[data-lang]")) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    document.dispatchEvent(new CustomEvent("language"));
  };
  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector(".languages");
    if (!box) return;
    box.hidden = false;
    box.addEventListener("click", (event) => { const lang = event.target.dataset.lang; if (lang) show(lang, true); });
    show(root.lang, false);
    // Our server makes more forms than stand in the folder; it says in a header that it is there.
    const timing = performance.getEntriesByType("navigation")[0];
    if (timing && timing.serverTiming && timing.serverTiming.some((x) => x.name === "dcat-harvest"))
      for (const item of document.querySelectorAll(".served")) item.hidden = false;
  });
})();
