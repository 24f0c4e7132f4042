// Every key, and the box that shows them.

import { t } from "./language.js";
import { make } from "./nodes.js";

const SHOWN = [
  [["j", "↓"], "keys.down"], [["k", "↑"], "keys.up"], [["Enter"], "keys.open"], [["Esc"], "keys.back"],
  [["/"], "keys.search"], [["g", "a"], "keys.agora"], [["g", "f"], "keys.flow"], [["g", "e"], "keys.uploads"], [["?"], "keys.help"],
];
const AFTER_G_MS = 1200;

/** `act` has what keys do: {agora, flow, uploads, search, help, back}; `page()` is the page, with its own keys. */
export function listenToKeys(act, page) {
  let gAt = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.matches("input, select, textarea")) return;
    if (document.querySelector("dialog[open]")) return;
    const afterG = event.timeStamp - gAt < AFTER_G_MS;
    gAt = event.key === "g" ? event.timeStamp : -Infinity;
    const does = afterG ? { a: act.agora, f: act.flow, e: act.uploads }[event.key] : chosen(event);
    if (!does) return;
    event.preventDefault();
    does();
  });

  function chosen(event) {
    const own = page()?.keys ?? {};
    const onControl = event.target.matches("a, button, [role='button']");
    switch (event.key) {
      case "/": return act.search;
      case "?": return act.help;
      case "Escape": return own.back;
      case "j": return own.down;
      case "k": return own.up;
      case "ArrowDown": return own.down;
      case "ArrowUp": return own.up;
      case "Enter": return onControl ? undefined : own.open;
      default: return undefined;
    }
  }
}

export function showKeys() {
  const dialog = document.getElementById("keys");
  dialog.querySelector("dl").replaceChildren(...SHOWN.flatMap(([keys, words]) => [
    make("dt", {}, ...keys.map((key) => make("kbd", {}, key))), make("dd", {}, t(words)),
  ]));
  dialog.showModal();
}
