// Keeps what an official types in this tab until the form is sent: <form data-konsep="tugas-123">.
// Only text, choices and ticks are kept; never files, passwords, NIK or hidden fields.
const PREFIX = "alur-konsep:";

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
  let sent = false;
  if (!form.querySelector("[aria-invalid], .field-wrong")) restore(form, key);
  form.addEventListener("input", () => {
    unsaved = true;
    save(form, key);
  });
  form.addEventListener("submit", () => {
    sent = true;
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved && !sent) event.preventDefault();
  });
}

export function drafts() {
  try {
    // A page without the form that says data-konsep-selesai="tugas-123" is the answer to a form that was taken.
    document.querySelectorAll("[data-konsep-selesai]").forEach((mark) => {
      sessionStorage.removeItem(PREFIX + mark.dataset.konsepSelesai);
    });
    document.querySelectorAll("form[data-konsep]").forEach(guard);
  } catch {
    // storage may be closed; the form works as ever
  }
}
