// Copying, printing and menus that close: buttons that appear only where a browser runs scripts.
export function small() {
  for (const button of document.querySelectorAll("[data-salin]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    const words = button.querySelector("span");
    const before = words.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.salin).textContent.trim());
      words.textContent = button.dataset.tersalin;
      words.setAttribute("role", "status");
      setTimeout(() => (words.textContent = before), 2500);
    });
  }
  for (const button of document.querySelectorAll("[data-cetak]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  for (const menu of document.querySelectorAll("details[data-menu]")) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
}
