import { fields } from "./js/fields.js";
import { small } from "./js/small.js";
import { themeSwitch } from "./js/theme.js";

themeSwitch();
small();
fields();
