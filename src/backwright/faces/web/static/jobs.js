// Progress of a job without reloading; the page is loaded again when there is an answer.
"use strict";
for (const place of document.querySelectorAll("[data-events]")) {
  const told = place.querySelector("[data-progress]");
  const source = new EventSource(place.dataset.events);
  source.addEventListener("progress", (event) => {
    const { state, progress } = JSON.parse(event.data);
    if (progress) told.textContent = progress;
    else if (state === "running") told.textContent = "Started";
  });
  source.addEventListener("end", () => { source.close(); location.reload(); });
}
