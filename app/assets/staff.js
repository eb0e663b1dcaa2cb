import "htmx.org";
import { decisionBar } from "./js/bar.js";
import { diagrams } from "./js/diagram.js";
import { drafts } from "./js/drafts.js";
import { fields } from "./js/fields.js";
import { inbox } from "./js/inbox.js";
import { small } from "./js/small.js";
import { themeSwitch } from "./js/theme.js";

themeSwitch();
small();
fields();
inbox();
drafts();
decisionBar();
diagrams();
document.addEventListener("htmx:after:swap", () => {
  fields();
  diagrams();
});
