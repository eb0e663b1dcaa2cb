import "htmx.org";
import { themeSwitch } from "./js/theme.js";

themeSwitch();
