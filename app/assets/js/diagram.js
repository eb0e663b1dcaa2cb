// Brings the step where the case stands to the middle of the drawing's window.
export function diagrams() {
  for (const view of document.querySelectorAll("[data-alur]")) {
    const now = view.querySelector(".is-now");
    if (!now) continue;
    const box = now.getBoundingClientRect();
    const frame = view.getBoundingClientRect();
    view.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
    view.scrollTop += box.top - frame.top - (frame.height - box.height) / 2;
  }
}
