// The role map is one tab stop: arrows go along its lines, Home and End to the first and last skill.
"use strict";
(() => {
  const nodes = (map) => [...map.querySelectorAll("a.node")];

  function settle(root) {
    for (const map of root.querySelectorAll("#role-map")) {
      const all = nodes(map);
      if (!all.some((node) => node.tabIndex === 0 && node.hasAttribute("tabindex"))) {
        all.forEach((node, at) => node.setAttribute("tabindex", at ? "-1" : "0"));
      }
    }
  }

  function go(map, node) {
    if (!node) return;
    for (const each of nodes(map)) each.setAttribute("tabindex", each === node ? "0" : "-1");
    node.focus();
  }

  function named(map, ids) {
    return (ids || "").split(" ").map((id) => id && map.querySelector(`[data-skill="${CSS.escape(id)}"]`)).filter(Boolean);
  }

  // Of several ends of lines the one that is nearest in height: what an eye that follows the line would take.
  function nearest(from, among) {
    const height = (node) => node.getBoundingClientRect().top;
    return among.sort((a, b) => Math.abs(height(a) - height(from)) - Math.abs(height(b) - height(from)))[0];
  }

  function inColumn(map, node, step) {
    const x = node.querySelector("rect").getAttribute("x");
    const column = nodes(map).filter((each) => each.querySelector("rect").getAttribute("x") === x);
    return column[column.indexOf(node) + step];
  }

  document.addEventListener("keydown", (event) => {
    const node = event.target.closest && event.target.closest("#role-map a.node");
    if (!node || event.altKey || event.ctrlKey || event.metaKey) return;
    const map = node.closest("#role-map");
    const to = {
      ArrowRight: () => nearest(node, named(map, node.dataset.opens)),
      ArrowLeft: () => nearest(node, named(map, node.dataset.needs)),
      ArrowDown: () => inColumn(map, node, 1),
      ArrowUp: () => inColumn(map, node, -1),
      Home: () => nodes(map)[0],
      End: () => nodes(map).at(-1),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    go(map, to());
  });

  document.addEventListener("focusin", (event) => {
    const node = event.target.closest && event.target.closest("#role-map a.node");
    if (!node) return;
    for (const each of nodes(node.closest("#role-map"))) each.setAttribute("tabindex", each === node ? "0" : "-1");
  });

  document.addEventListener("DOMContentLoaded", () => settle(document));
  new MutationObserver(() => settle(document)).observe(document.documentElement, { childList: true, subtree: true });
})();

// A field that leaves only what holds a word; it is hidden where no script runs.
(() => {
  document.addEventListener("DOMContentLoaded", () => {
    for (const field of document.querySelectorAll("input[data-filter]")) {
      field.closest("[hidden]")?.removeAttribute("hidden");
      field.addEventListener("input", () => {
        const word = field.value.trim().toLowerCase();
        for (const each of document.querySelectorAll(`.${field.dataset.filter}`)) {
          each.hidden = word !== "" && !each.textContent.toLowerCase().includes(word);
        }
      });
    }
  });
})();
