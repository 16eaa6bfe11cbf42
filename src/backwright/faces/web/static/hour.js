// Keys for a question: a letter chooses, Enter answers. Everything works without it.
"use strict";
(() => {
  const form = document.querySelector("form[data-question]");
  if (!form) return;
  document.querySelectorAll(".keys").forEach((each) => { each.hidden = false; });
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
