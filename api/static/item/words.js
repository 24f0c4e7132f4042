// The sentences about one item at one site: when it runs out, what to do, by when.

import { calendarDay, days, dayRange, duration, level, near, quantity } from "../console/format.js";
import { t } from "../console/language.js";
import { make } from "../console/nodes.js";

export const amount = (value, unit) => `${quantity(value)} ${unit}`;

/** "falta em 2–6 dias", and how bad that is: "out", "soon" or "fine". */
function when({ on_hand: onHand, position, reorder_point: point, below_reorder_point: below, days_to_stockout: { p10, p50, p90 } }) {
  if (onHand <= 0 && below) return { words: t("when.out"), kind: "out" };
  if (!below) return { words: t(position > point ? "when.above" : "when.at"), kind: "fine" };
  if (p10 === null && p50 === null) return { words: t("when.below"), kind: "soon" };
  if (p90 === null) return { words: t("when.from", { days: days(Math.max(0, Math.round(p10 ?? p50))) }), kind: "soon" };
  return { words: t("when.range", { days: dayRange(p10 ?? p50, p90) }), kind: "soon" };
}

export function pill(subject) {
  const { words, kind } = when(subject);
  return { words, className: `pill ${kind}` };
}

export function stockLine({ on_hand: onHand, on_order: ordered, in_transit: moving, reorder_point: point, unit }) {
  const coming = ordered + moving;
  const onItsWay = coming > 0 ? t("stock.coming", { quantity: amount(coming, unit) }) : t("stock.none_coming");
  return t("stock.line", { on_hand: amount(onHand, unit), coming: onItsWay, point: level(point) });
}

/** "Transferir 2 UN de NC001"; a day that has passed is said to have passed. */
export function whatToDo({ recommendation, unit, alert_id: alert, below_reorder_point: below }, now) {
  const { action, quantity: pieces, by, from_site: from, substitute_item: item } = recommendation;
  if (alert !== null && !below) return t("do.watch");
  const values = { quantity: amount(pieces, unit), from, item };
  if (action === "transfer") return t("do.transfer", values);
  if (action === "substitute") return t("do.substitute", values);
  if (action !== "buy") return t("do.none");
  if (by === null) return t("do.buy", values);
  const today = new Date(now).toISOString().slice(0, 10);
  return t(by < today ? "do.buy_late" : "do.buy_by", { ...values, by: calendarDay(by, today) });
}

/** "responder até 14:20", or by how much that has passed: both in the data's own time. */
export function respond({ open_alert: alert, below_reorder_point: below }, now) {
  if (alert === null) return { words: "", late: false };
  const { respond_by: by, opened_at: openedAt } = alert;
  if (!below) return { words: t("respond.open", { age: duration(Math.max(0, new Date(now) - new Date(openedAt))) }), late: false };
  const over = new Date(now) - new Date(by);
  if (over > 0) return { words: t("respond.late", { age: duration(over) }), late: true };
  return { words: t("respond.by", { when: near(by, now) }), late: false };
}

export function flags(names) {
  const pills = names.map((name) => make("span.pill", {}, t(`flag.${name}`)));
  return make("div.flags", {}, ...pills);
}
