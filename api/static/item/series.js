// Facts, alerts and a forecast in; what the chart draws out. Seconds since 1970, base units.

const DAY = 86_400;
const DONE = new Set(["order_received", "order_cancelled"]);
const seconds = (text) => new Date(text).getTime() / 1000;
const endOfDay = (on) => seconds(`${on}T23:59:59-03:00`); // São Paulo has no summer time now

/** Return {times, stock, low, middle, high, marks, now, from, to, fan}. */
export function series({ row, facts, alerts, forecast }, now) {
  const at = Math.max(seconds(now), seconds(row.event_time));
  const shelf = facts.filter(({ effect }) => effect !== null);
  const fan = fanOf(row, facts, forecast, at);
  const marks = [...counts(shelf), ...orders(facts, at), ...crossings(alerts)];
  const points = new Map();
  const put = (time, values) => points.set(time, { ...points.get(time), ...values });
  shelf.forEach((fact) => put(seconds(fact.occurred_at), { stock: fact.on_hand_after }));
  if (shelf.length) put(at, { stock: row.on_hand });
  fan.forEach(({ time, ...values }) => put(time, values));
  const times = [...points.keys()].sort((a, b) => a - b);
  const column = (name) => times.map((time) => points.get(time)[name] ?? (name === "stock" && time < at ? undefined : null));
  const lastMark = Math.max(at, ...marks.map(({ time }) => time));
  return {
    times,
    stock: held(column("stock"), times, at),
    low: column("low"), middle: column("middle"), high: column("high"),
    marks, now: at, fan: fan.length > 0,
    from: times[0] ?? at - 30 * DAY, to: Math.max(lastMark, times.at(-1) ?? at),
    levelAt: (time) => levelAt(shelf, time),
  };
}

/** A level holds until the next fact: gaps before now are filled with it. */
function held(values, times, at) {
  let last = null;
  return values.map((value, index) => {
    if (times[index] > at) return null;
    last = value ?? last;
    return last;
  });
}

function levelAt(shelf, time) {
  const before = shelf.filter((fact) => seconds(fact.occurred_at) <= time);
  return before.length ? before.at(-1).on_hand_after : 0;
}

function counts(shelf) {
  return shelf
    .filter(({ kind }) => kind === "counted")
    .map((fact) => ({ kind: "count", time: seconds(fact.occurred_at), value: fact.on_hand_after, fact }));
}

function orders(facts, at) {
  const live = facts.filter(({ live: stands }) => stands);
  const placed = live
    .filter(({ kind }) => kind === "order_placed")
    .map((fact) => ({ kind: "order", time: seconds(fact.occurred_at), value: 0, quantity: fact.quantity, fact }));
  const due = outstanding(live)
    .filter((fact) => fact.due_on && endOfDay(fact.due_on) > at)
    .map((fact) => ({ kind: "due", time: endOfDay(fact.due_on), value: 0, quantity: fact.quantity, fact }));
  return [...placed, ...due];
}

/** The latest status of each order line that is not done. */
function outstanding(live) {
  const lines = new Map();
  for (const fact of live) if (fact.kind.startsWith("order_")) lines.set(`${fact.order_id}|${fact.line}`, fact);
  return [...lines.values()].filter(({ kind, quantity }) => !DONE.has(kind) && quantity > 0);
}

function crossings(alerts) {
  return alerts.flatMap((alert) => [
    { kind: "opened", time: seconds(alert.opened_at), alert },
    ...(["recovered", "withdrawn"].includes(alert.state)
      ? [{ kind: "recovered", time: seconds(alert.event_time), alert }] : []),
  ]);
}

const total = (orders) => orders.reduce((sum, { quantity }) => sum + quantity, 0);

/**
 * What would be on the shelf: what is there, less demand, plus what is due; never below nothing.
 * Of what is overdue, only as much as the platform itself still counts on.
 */
function fanOf(row, facts, forecast, at) {
  const days = (forecast.days ?? []).filter(({ on }) => endOfDay(on) > at);
  if (days.length === 0) return [];
  const coming = outstanding(facts.filter(({ live }) => live)).filter(({ due_on: on }) => on);
  const overdue = Math.min(total(coming.filter(({ due_on: on }) => endOfDay(on) <= at)), row.on_order);
  const due = coming.filter(({ due_on: on }) => endOfDay(on) > at);
  const start = { time: at, low: row.on_hand, middle: row.on_hand, high: row.on_hand };
  return [start, ...days.map(({ on, p10, p50, p90 }) => {
    const time = endOfDay(on);
    const receipts = overdue + total(due.filter(({ due_on: day }) => endOfDay(day) <= time));
    const left = (demand) => Math.max(0, row.on_hand + row.in_transit + receipts - demand);
    return { time, low: left(p90), middle: left(p50), high: left(p10) };
  })];
}
