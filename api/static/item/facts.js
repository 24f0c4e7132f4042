// The list of facts: what happened, what it did to the shelf, and where it lies.

import { calendarDay, day, instant, quantity, second, signed } from "../console/format.js";
import { t } from "../console/language.js";
import { keep, make } from "../console/nodes.js";

const COLUMNS = ["when", "what", "effect", "after", "source", "log"];

export function createFacts() {
  const body = make("tbody");
  const heads = COLUMNS.map((name) => make(`th${["effect", "after"].includes(name) ? ".n" : ""}`, { scope: "col" }, t(`item.col_${name}`)));
  const table = make("table.facts", {}, make("thead", {}, make("tr", {}, ...heads)), body);
  const empty = make("p.empty", {}, t("item.facts_none"));
  const more = make("button.more", { type: "button" }, t("item.facts_more"));
  const node = make("div", {}, make("div.facts-scroll", {}, table), empty, more);
  let shownRows = 50;
  let facts = [];

  function update(found) {
    facts = found;
    keep(body, facts.toReversed().slice(0, shownRows), {
      keyOf: ({ event_id: id }) => id, create, update: (row, fact) => fill(row, fact),
    });
    table.hidden = facts.length === 0;
    empty.hidden = facts.length > 0;
    more.hidden = facts.length <= shownRows;
  }

  more.addEventListener("click", () => {
    shownRows += 200;
    update(facts);
  });

  function mark(eventId) {
    for (const row of body.children) {
      row.dataset.key === eventId ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
    }
  }

  return { node, update, mark };
}

function create(fact) {
  const row = make(`tr.${fact.kind}`);
  row.append(...COLUMNS.map((name) => make(`td.${name}${["effect", "after"].includes(name) ? ".n" : ""}`)));
  return row;
}

function fill(row, fact) {
  const signature = JSON.stringify([fact.live, fact.effect, fact.on_hand_after]);
  if (row.dataset.signature === signature) return;
  row.dataset.signature = signature;
  const [when, what, effect, after, source, log] = row.children;
  const time = fact.precision === "day" ? day(fact.occurred_at) : instant(fact.occurred_at);
  when.replaceChildren(make("time", { datetime: fact.occurred_at, title: second(fact.occurred_at) }, time));
  const stands = fact.live && !fact.cancelled;
  const gone = stands ? [] : [make("small.gone-note", {}, t(fact.cancelled ? "item.cancelled" : "item.corrected")), " "];
  what.replaceChildren(make(`span.kind${stands ? "" : ".gone"}`, {}, title(fact)), " ", ...gone, make("small", {}, details(fact)));
  effect.textContent = fact.effect === null ? "" : signed(fact.effect);
  effect.classList.toggle("plus", fact.effect > 0);
  after.textContent = fact.effect === null ? "" : quantity(fact.on_hand_after);
  source.replaceChildren(make("small", {}, [fact.source, ...fact.flags.map((flag) => t(`flag.${flag}`))].join(" · ")));
  log.replaceChildren(make("span.place", {
    title: `${t("item.fact_id", { id: fact.event_id })}\n${t("item.fact_coordinates", {
      occurred: second(fact.occurred_at), recorded: second(fact.recorded_at), seen: second(fact.seen_at),
    })}`,
  }, `[${fact.log_partition}]@${fact.log_offset}`), " ", make("small", {}, t("item.raw", {
    place: `${fact.raw_topic}[${fact.raw_partition}]@${fact.raw_offset}`,
  })));
}

/** "Contagem 8 UN"; a done order has nothing left, which its name says already. */
const title = (fact) => {
  const done = ["order_received", "order_cancelled"].includes(fact.kind) && fact.quantity === 0;
  const pieces = fact.quantity === null || done ? "" : ` ${quantity(fact.quantity)}${fact.unit ? ` ${fact.unit}` : ""}`;
  return t(`kind.${fact.kind}`) + pieces;
};

function details(fact) {
  return [
    fact.order_id && t("fact.order", { id: fact.order_id }),
    fact.due_on && t("fact.due", { on: calendarDay(fact.due_on) }),
    fact.counterpart_site_id && t(fact.kind === "transferred_out" ? "fact.to" : "fact.from", { site: fact.counterpart_site_id }),
    fact.document && !fact.order_id && t("fact.document", { id: fact.document }),
  ].filter(Boolean).join(" · ");
}

/** One fact in a few words: "Contagem 8 UN". */
export const factWords = (fact) => [title(fact), details(fact)].filter(Boolean).join(" · ");
