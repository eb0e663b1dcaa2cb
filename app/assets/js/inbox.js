// The inbox by keyboard: j and k move, Enter opens (it is a link), "/" searches; quiet while someone types.
function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function step(list, by) {
  const links = [...list.querySelectorAll(".task-link")];
  if (!links.length) return;
  const here = links.indexOf(document.activeElement);
  const current = here < 0 ? links.findIndex((link) => link.hasAttribute("aria-current")) : here;
  const next = Math.min(Math.max(current + by, 0), links.length - 1);
  links[next].focus();
  links[next].closest(".task-row").scrollIntoView({ block: "nearest" });
}

export function inbox() {
  document.querySelectorAll("[data-bantuan-tombol]").forEach((line) => (line.hidden = false));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const list = document.querySelector("[data-pindah]");
    if (event.key === "/") {
      const search = document.querySelector('[data-pintasan="/"]');
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    } else if (list && (event.key === "j" || event.key === "k")) {
      event.preventDefault();
      step(list, event.key === "j" ? 1 : -1);
    }
  });
}
