// The shell of every desk page. Sources here; the page loads ../../static/desk/shell/shell.js, built by build.js.

import { one } from "./dom.js";
import * as fragments from "./fragments.js";
import * as keys from "./keys.js";
import * as palette from "./palette.js";
import * as toasts from "./toasts.js";
import * as waiting from "./waiting.js";
import * as watch from "./watch.js";

document.documentElement.classList.add("hc-scripted");
if (one("#spoken")) {
  toasts.bind();
  fragments.bind();
  palette.bind();
  keys.bind();
  watch.bind();
  waiting.bind();
}
