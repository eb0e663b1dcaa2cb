// Keeps what an official types in this tab until the form is sent: <form data-konsep="tugas-123">.
// Only text, choices and ticks are kept; never files, passwords, NIK or hidden fields.
const PREFIX = "alur-konsep:";
const SENT = "alur-terkirim";

function kept(form) {
  return [...form.elements].filter(
    (input) => input.name && !["file", "password", "hidden", "submit", "button"].includes(input.type) && !input.dataset.nik,
  );
}

function save(form, key) {
  const typed = kept(form).map((input) => [input.name, input.value, /^(radio|checkbox)$/.test(input.type) ? input.checked : null]);
  sessionStorage.setItem(key, JSON.stringify(typed));
}

function restore(form, key) {
  const typed = JSON.parse(sessionStorage.getItem(key) || "[]");
  const inputs = kept(form);
  for (const [name, value, ticked] of typed) {
    const input = inputs.find((one) => one.name === name && (ticked === null || one.value === value));
    if (!input) continue;
    if (ticked === null) input.value = value;
    else input.checked = ticked;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function guard(form) {
  const key = PREFIX + form.dataset.konsep;
  let unsaved = false;
  if (!form.querySelector("[aria-invalid], .field-wrong")) restore(form, key);
  form.addEventListener("input", () => {
    unsaved = true;
    save(form, key);
  });
  form.addEventListener("submit", () => {
    unsaved = false;
    sessionStorage.setItem(SENT, key);
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}

/** The next desk page without that form is the answer to one that was taken: its draft is no longer needed. */
function forgetSent(forms) {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (sent && !forms.some((form) => PREFIX + form.dataset.konsep === sent)) sessionStorage.removeItem(sent);
}

function forgetAll() {
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX))
    .forEach((key) => sessionStorage.removeItem(key));
}

export function drafts() {
  try {
    const forms = [...document.querySelectorAll("form[data-konsep]")];
    forgetSent(forms);
    forms.forEach(guard);
    document.querySelector('form[action="/keluar"]')?.addEventListener("submit", forgetAll);
  } catch {
    // storage may be closed; the form works as ever
  }
}
