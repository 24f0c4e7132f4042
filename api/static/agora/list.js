// The ranked list: one sentence an alert, what it risks, what to do, until when to respond.

import { money } from "../console/format.js";
import { t } from "../console/language.js";
import { flash, keep, make, show } from "../console/nodes.js";
import { pill, respond, stockLine, whatToDo } from "../item/words.js";

/** Return {node, update, choose, move, chosen}; `onChoose` and `onOpen` are told an alert. */
export function createList({ onChoose, onOpen, onMore }) {
  const list = make("div.alerts", { role: "listbox", tabindex: "0", "aria-label": t("agora.list"), id: "alerts" });
  const empty = make("p.empty", {}, t("agora.loading"));
  const more = make("button.more", { type: "button", hidden: true }, t("agora.more"));
  const node = make("section.panel", { "aria-labelledby": "alerts-title" },
    make("header", {}, make("h2", { id: "alerts-title" }, t("agora.title")), make("p", {}, t("agora.by_risk"))),
    list, empty, more);
  let rows = [];
  let chosenId = null;
  const arrived = new Set();

  function update(found, { now, whole, emptyWords }) {
    rows = found;
    keep(list, rows, {
      keyOf: ({ alert_id: id }) => id, create, update: (child, alert) => fill(child, alert, now),
    });
    for (const id of arrived) {
      const child = [...list.children].find(({ dataset }) => dataset.key === id);
      if (child) {
        flash(child);
        arrived.delete(id);
      }
    }
    empty.hidden = rows.length > 0;
    empty.textContent = emptyWords;
    list.hidden = rows.length === 0;
    more.hidden = whole;
    if (!rows.some(({ alert_id: id }) => id === chosenId)) chosenId = rows[0]?.alert_id ?? null;
    mark();
  }

  function mark() {
    for (const child of list.children) child.setAttribute("aria-selected", String(child.dataset.key === chosenId));
    chosenId === null ? list.removeAttribute("aria-activedescendant")
      : list.setAttribute("aria-activedescendant", `alert-${chosenId}`);
    onChoose(chosen());
  }

  function choose(id, { scroll = true } = {}) {
    chosenId = id;
    mark();
    if (scroll) document.getElementById(`alert-${id}`)?.scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    const at = rows.findIndex(({ alert_id: id }) => id === chosenId);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) {
      list.focus({ preventScroll: true });
      choose(next.alert_id);
    }
  }

  const chosen = () => rows.find(({ alert_id: id }) => id === chosenId) ?? null;

  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role='option']");
    if (!row) return;
    const again = row.dataset.key === chosenId;
    choose(row.dataset.key, { scroll: false });
    // Where there is no room for the reasons beside the list, choosing is opening.
    if (matchMedia("(max-width: 1000px)").matches || (again && event.detail > 1)) onOpen(chosen());
  });
  more.addEventListener("click", onMore);
  return { node, update, choose, move, chosen, arrive: (id) => arrived.add(id), wish: (id) => { chosenId = id; } };
}

function create({ alert_id: id }) {
  return make("div", { role: "option", id: `alert-${id}` },
    make("p.what", {}, make("span.name"), make("span.where")), make("p.risk"),
    make("p.why-now", {}, make("span.pill"), make("span.stock")), make("p.do"), make("p.respond"));
}

function fill(node, alert, now) {
  const part = (name) => node.querySelector(`.${name}`);
  const { words, className } = pill(alert);
  const answer = respond(alert, now);
  show(part("name"), alert.name || alert.item_id);
  show(part("where"), alert.site_id);
  part("pill").className = className;
  show(part("pill"), words);
  show(part("risk"), money(alert.at_risk_brl));
  show(part("stock"), stockLine(alert));
  show(part("do"), whatToDo(alert, now));
  show(part("respond"), answer.words, { quiet: true });
  part("respond").classList.toggle("late", answer.late);
  node.classList.toggle("out", alert.on_hand <= 0 && alert.below_reorder_point);
  node.classList.toggle("fine", !alert.below_reorder_point);
}
