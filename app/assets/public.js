import { themeSwitch } from "./js/theme.js";

themeSwitch();
