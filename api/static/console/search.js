// Find an item or a site from anywhere: type, choose, open.

import { ask, pageOf } from "./ask.js";
import { quantity } from "./format.js";
import { t } from "./language.js";
import { make } from "./nodes.js";

const WAIT_MS = 180;
const MOST = 12;

export function createSearch(go) {
  const input = document.getElementById("search");
  const list = document.getElementById("found");
  let rows = [];
  let chosen = -1;
  let timer = null;
  let asked = null;

  async function find() {
    asked?.abort();
    const text = input.value.trim();
    if (!text) return close();
    const mine = (asked = new AbortController());
    try {
      const page = await ask("inventory", { search: text, limit: MOST }, { signal: mine.signal });
      if (!mine.signal.aborted) open(page.items, t("search.none", { text }));
    } catch {
      if (!mine.signal.aborted) open([], t("search.failed"));
    }
    return undefined;
  }

  function open(items, ifNone) {
    rows = items;
    list.replaceChildren(...items.map(row));
    if (items.length === 0) list.append(make("li.none", { role: "option", "aria-disabled": "true" }, ifNone));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(items.length ? 0 : -1);
  }

  function close() {
    rows = [];
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function row(item, index) {
    const held = t("search.row", { on_hand: `${quantity(item.on_hand)} ${item.unit}` });
    return make("li", { role: "option", id: `found-${index}`, "data-index": index },
      make("span", {}, item.name || item.item_id), make("small", {}, held),
      make("small", {}, `${item.item_id} · ${item.site_id}`));
  }

  function choose(index) {
    chosen = index;
    [...list.children].forEach((child, at) => child.setAttribute("aria-selected", String(at === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    list.children[index].scrollIntoView({ block: "nearest" });
    return input.setAttribute("aria-activedescendant", `found-${index}`);
  }

  function take(index) {
    const item = rows[index];
    if (!item) return;
    input.value = "";
    close();
    input.blur();
    go(pageOf(item.item_id, item.site_id));
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && rows.length) choose((chosen + moves[event.key] + rows.length) % rows.length);
    else if (event.key === "Enter") take(chosen);
    else if (event.key === "Escape") { close(); input.value = ""; input.blur(); }
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150)); // a click on a row comes first
  list.addEventListener("pointerdown", (event) => {
    const found = event.target.closest("[data-index]");
    event.preventDefault();
    if (found) take(Number(found.dataset.index));
  });
  return { focus: () => input.focus() };
}
