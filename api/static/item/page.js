// One item at one site: what was, what is, what will be, and every fact behind it.

import { Problem } from "../console/ask.js";
import { count, money } from "../console/format.js";
import { t } from "../console/language.js";
import { make, show } from "../console/nodes.js";
import { createChart } from "./chart.js";
import { createFacts } from "./facts.js";
import { foot } from "./foot.js";
import { readSubject } from "./subject.js";
import { createWhy } from "./why.js";
import { flags, pill, respond, whatToDo } from "./words.js";

const RANGES = [30, 90, 365, null]; // days; null: all there is

export function itemPage({ view, path: [item, site], query, go, pulse, titled }) {
  const heading = make("h1", {}, item);
  const state = make("span.pill");
  const where = make("p", {}, `${item} · ${site}`);
  const odd = make("div");
  const doing = make("p.do");
  const responding = make("p.respond");
  const risk = make("b");
  const why = createWhy();
  const facts = createFacts();
  const chart = createChart({ height: 360, onPoint: facts.mark });
  const ranges = make("div.ranges", { role: "group", "aria-label": t("chart.range") });
  const coordinates = make("p.foot");
  const shown = make("p");
  const loading = make("p.empty", {}, t("item.loading"));
  const body = make("div.item", { hidden: true },
    make("section.panel", { "aria-label": t("chart.stock") },
      make("div.sentence", {}, doing, risk, responding),
      make("div.item-grid", {}, make("div", {}, ranges, chart.node, coordinates), why.node)),
    make("section.panel", { "aria-labelledby": "facts-title" },
      make("header", {}, make("h2", { id: "facts-title" }, t("item.facts")), shown), facts.node));
  view.append(make("div.item", {},
    make("header.item-head", {},
      make("a.back", { href: "/", "data-page": true }, `← ${t("item.back")}`), heading, state, where, odd),
    loading, body));

  let subject = null;
  let days = RANGES.includes(Number(query.get("days"))) ? Number(query.get("days")) : null;
  let left = false;

  ranges.append(...RANGES.map((range) => {
    const words = range === null ? t("chart.all") : t("chart.days", { count: count(range) });
    const button = make("button", { type: "button" }, words);
    button.addEventListener("click", () => {
      days = range;
      go(location.pathname + (range === null ? "" : `?days=${range}`), { replace: true });
      press();
      if (subject) chart.update(subject, { now: now(), days });
    });
    return button;
  }));
  const press = () => [...ranges.children].forEach((button, at) => button.setAttribute("aria-pressed", String(RANGES[at] === days)));
  const now = () => pulse.now.freshness?.data_time ?? subject.row.event_time;

  async function read() {
    try {
      const [found] = await Promise.all([readSubject(item, site), pulse.known()]);
      if (left) return;
      subject = found;
      update();
    } catch (error) {
      if (left || subject !== null) return;
      const unknown = error instanceof Problem && error.status === 404;
      loading.textContent = unknown ? t("item.not_found", { item, site }) : error.message;
    }
  }

  function update() {
    const { row } = subject;
    loading.hidden = true;
    body.hidden = false;
    show(heading, row.name || item, { quiet: true });
    titled(`${row.name || item} · ${site}`);
    where.textContent = [item, site, row.region].filter(Boolean).join(" · ");
    const { words, className } = pill(row);
    state.className = className;
    show(state, words);
    odd.replaceChildren(flags(row.flags));
    show(doing, whatToDo(row, now()));
    show(risk, row.at_risk_brl >= 1 ? money(row.at_risk_brl) : "");
    const answer = respond(row, now());
    show(responding, answer.words, { quiet: true });
    responding.classList.toggle("late", answer.late);
    why.update(row);
    coordinates.textContent = foot(row, subject.facts);
    shown.textContent = t("item.facts_shown", { count: count(subject.facts.length), number: subject.facts.length });
    facts.update(subject.facts);
    chart.update(subject, { now: now(), days });
  }

  press();
  read();
  return {
    title: `${item} · ${site}`,
    refresh: ({ keys, all }) => (all || subject === null || keys.has(`${item}|${site}`) ? read() : undefined),
    keys: { back: () => go("/") },
    leave: () => {
      left = true;
      chart.leave();
    },
  };
}
