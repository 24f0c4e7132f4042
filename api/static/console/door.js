// The sign-in page in the language that was chosen; without scripts it stays Portuguese.

import { switchLanguage, translate } from "./language.js";

translate(document);
document.getElementById("language").addEventListener("click", () => {
  switchLanguage();
  translate(document);
});
