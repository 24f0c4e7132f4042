// Which language people read, and every word in it. Portuguese unless switched.

import { WORDS } from "./words.js";

const KEPT = "nova.language";
const LANGUAGES = ["pt-BR", "en"];
let chosen = remembered();

function remembered() {
  try {
    return LANGUAGES.includes(localStorage.getItem(KEPT)) ? localStorage.getItem(KEPT) : LANGUAGES[0];
  } catch {
    return LANGUAGES[0]; // storage is switched off
  }
}

export const language = () => chosen;

export function switchLanguage() {
  chosen = LANGUAGES[1 - LANGUAGES.indexOf(chosen)];
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // it holds for this visit
  }
}

/** The words of a key; `{name}` is filled in, `count` also chooses singular or plural. */
export function t(key, values = {}) {
  const entry = WORDS[key];
  if (entry === undefined) return key.slice(key.indexOf(".") + 1).replaceAll("_", " ");
  let words = entry[LANGUAGES.indexOf(chosen)];
  if (Array.isArray(words)) words = words[Number(values.number ?? values.count) === 1 ? 0 : 1];
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Put words into every `data-t` below a node, and into `data-t-label` as its name. */
export function translate(root) {
  document.documentElement.lang = chosen;
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
  }
  for (const node of root.querySelectorAll("[data-t-hint]")) node.placeholder = t(node.dataset.tHint);
}
