// Light, dark or as the device says: kept in a cookie so that the server draws the page right the first time.
export function themeSwitch() {
  const root = document.documentElement;
  for (const button of document.querySelectorAll("[data-tema]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      document.cookie = `tema=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
    });
  }
}
