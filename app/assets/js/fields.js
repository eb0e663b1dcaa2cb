// Makes forms nicer where a browser runs scripts: the same page works without every line of this.

const MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(" ");

function valuesOf(form, name) {
  return [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((input) => !/^(radio|checkbox)$/.test(input.type) || input.checked)
    .map((input) => input.value);
}

function conditional(field) {
  const form = field.closest("form");
  const [name, wanted] = field.dataset.jika.split(/=(.*)/s);
  const values = wanted.split("|");
  const decide = () => {
    field.hidden = !valuesOf(form, name).some((value) => values.includes(value));
  };
  field.querySelector(":scope > .field-when")?.setAttribute("hidden", "");
  form.addEventListener("change", decide);
  decide();
}

/** "Lahir 12 Mei 1990, perempuan", or nothing when the number cannot be one. */
export function readNik(number, year = new Date().getFullYear()) {
  if (!/^\d{16}$/.test(number)) return "";
  const [day, month, short] = [6, 8, 10].map((at) => Number(number.slice(at, at + 2)));
  const born = day > 40 ? day - 40 : day;
  const full = short > year % 100 ? 1900 + short : 2000 + short;
  const date = new Date(full, month - 1, born);
  if (date.getMonth() !== month - 1 || date.getDate() !== born) return "";
  return `Lahir ${born} ${MONTHS[month - 1]} ${full}, ${day > 40 ? "perempuan" : "laki-laki"}`;
}

function identity(input) {
  const line = document.getElementById(`${input.id}-terbaca`);
  if (!line || input.dataset.nik !== "nik") return;
  input.addEventListener("input", () => {
    const digits = input.value.replace(/[\s.-]/g, "");
    const left = 16 - digits.length;
    line.textContent = readNik(digits) || (left > 0 && left < 6 ? `Kurang ${left} angka` : "");
  });
}

function longText(area) {
  const most = Number(area.dataset.panjang);
  if (!most) return;
  const line = document.createElement("p");
  line.className = "field-count";
  line.setAttribute("aria-live", "polite");
  area.after(line);
  const tell = () => {
    const left = most - area.value.length;
    line.textContent = left > most / 5 ? "" : left < 0 ? `Kelebihan ${-left} huruf` : `Sisa ${left} huruf`;
  };
  area.addEventListener("input", tell);
  tell();
}

function fileSize(input) {
  const most = Number(input.dataset.maks);
  input.addEventListener("change", () => {
    const old = input.parentElement.querySelector(".field-problem[data-ukuran]");
    old?.remove();
    input.setCustomValidity("");
    const heavy = [...input.files].find((file) => file.size > most);
    if (!heavy) return;
    const megabytes = (size) => (size / 1048576).toLocaleString("id", { maximumFractionDigits: 1 });
    const text = document.createElement("p");
    text.className = "field-problem";
    text.dataset.ukuran = "";
    text.setAttribute("role", "alert");
    text.textContent = `${heavy.name} berukuran ${megabytes(heavy.size)} MB. Paling besar ${megabytes(most)} MB; pilih berkas lain.`;
    input.value = "";
    input.before(text);
  });
}

function areas(box) {
  const button = box.querySelector("button");
  if (!button) return;
  const selects = [...box.querySelectorAll("select")];
  button.hidden = true;
  selects.slice(0, -1).forEach((select) => {
    select.addEventListener("change", () => {
      try {
        sessionStorage.setItem("alur-tempat", `${select.id} ${scrollY}`);
      } catch {
        // storage may be closed; only the place on the page is lost
      }
      select.form.requestSubmit(button);
    });
  });
}

function returnToPlace() {
  try {
    const [id, top] = (sessionStorage.getItem("alur-tempat") || "").split(" ");
    sessionStorage.removeItem("alur-tempat");
    if (id && document.getElementById(id)) {
      scrollTo(0, Number(top));
      document.getElementById(id).focus({ preventScroll: true });
    }
  } catch {
    // storage may be closed
  }
}

function once(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.terkirim) event.preventDefault();
    form.dataset.terkirim = "ya";
    setTimeout(() => delete form.dataset.terkirim, 8000);
  });
  addEventListener("pageshow", () => delete form.dataset.terkirim);
}

export function fields(root = document) {
  const each = (selector, what) =>
    root.querySelectorAll(selector).forEach((element) => {
      if (!element.dataset.siap) what(element);
    });
  each("[data-jika]", conditional);
  each("[data-nik]", identity);
  each("[data-panjang]", longText);
  each("[data-maks]", fileSize);
  each("[data-wilayah]", areas);
  each("form[method=post]", once);
  each("[data-jika], [data-nik], [data-panjang], [data-maks], [data-wilayah], form[method=post]", (element) => {
    element.dataset.siap = "ya";
  });
  returnToPlace();
  root.querySelector("[data-masalah]")?.focus();
}
