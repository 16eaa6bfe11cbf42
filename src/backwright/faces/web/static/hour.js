// Keys: a letter chooses an answer, Enter sends it; arrows go over the marks of the report. Everything works without them.
"use strict";
// What is only true with a script has its place from the start, so that nothing moves.
const show = () => document.querySelectorAll(".by-script").forEach((each) => { each.classList.remove("by-script"); });
(() => {
  const form = document.querySelector("form[data-question]");
  if (!form) return;
  show();
  const typed = form.querySelector('input[name="answer"]:not([type="radio"])');
  if (typed && !document.querySelector(".fb")) typed.focus({ preventScroll: true });
  const toggle = document.querySelector("[data-keys]");
  let on = true;
  try { on = localStorage.getItem("keys") !== "off"; } catch { /* nothing may be kept: letters are keys */ }
  const tell = () => { if (toggle) toggle.setAttribute("aria-pressed", String(on)); };
  tell();
  if (toggle) toggle.addEventListener("click", () => {
    on = !on;
    tell();
    try { localStorage.setItem("keys", on ? "on" : "off"); } catch { /* it counts for this page then */ }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    const writes = at instanceof HTMLElement && at.matches('textarea, select, input:not([type="radio"])');
    if (writes) return;
    if (event.key === "Enter") {
      const chosen = form.querySelector('input[name="answer"]:checked');
      if (chosen && !(at instanceof HTMLElement && at.closest("a, button, summary"))) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("button.go"));
      }
      return;
    }
    if (!on) return;
    const option = form.querySelector(`input[type="radio"][value="${CSS.escape(event.key.toLowerCase())}"]`);
    if (option) {
      option.checked = true;
      option.focus();
    }
  });
  let sent = false;
  form.addEventListener("submit", (event) => { if (sent) event.preventDefault(); sent = true; });
  addEventListener("pageshow", () => { sent = false; });
})();

(() => {
  // The map of marks is one tab stop: left and right along a domain, up and down between domains.
  const map = document.querySelector("[data-marks]");
  if (!map) return;
  const rows = [...map.querySelectorAll(".cells")].map((row) => [...row.querySelectorAll("a")]).filter((row) => row.length);
  const all = rows.flat();
  if (!all.length) return;
  show();
  const stop = (mark) => all.forEach((each) => { each.tabIndex = each === mark ? 0 : -1; });
  stop(all[0]);
  map.addEventListener("focusin", (event) => { if (all.includes(event.target)) stop(event.target); });
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const y = rows.findIndex((row) => row.includes(event.target));
    if (y < 0) return;
    const x = rows[y].indexOf(event.target), n = all.indexOf(event.target);
    const at = (row) => row && row[Math.min(x, row.length - 1)];
    const to = { ArrowRight: all[n + 1], ArrowLeft: all[n - 1], ArrowDown: at(rows[y + 1]), ArrowUp: at(rows[y - 1]),
      Home: rows[y][0], End: rows[y][rows[y].length - 1] };
    if (!(event.key in to)) return;
    event.preventDefault();
    if (to[event.key]) to[event.key].focus();
  });
})();
