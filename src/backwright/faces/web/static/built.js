// In the editor of a blueprint: a problem's line is a button that goes there.
"use strict";
const editor = document.querySelector("textarea[name=text]");
if (editor) {
  for (const quoted of document.querySelectorAll("code[data-line]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Go to the line";
    button.addEventListener("click", () => {
      const lines = editor.value.split("\n"), number = Number(quoted.dataset.line);
      const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
      editor.closest("details")?.setAttribute("open", "");
      editor.focus();
      editor.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
      editor.scrollTop = (number - 4) * editor.scrollHeight / lines.length;
    });
    quoted.after(" ", button);
  }
}
