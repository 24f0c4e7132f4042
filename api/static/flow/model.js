// What the flow is made of: hops as the API tells them, or as far as status and freshness know.

const RANK = { producers: 0, cleaning: 1, stock: 2, pooling: 3 };
// Which process writes what the read model has seen, and what each reads: for an API without /v1/pipeline.
const KNOWN = [
  ["cleaning", ["raw.*"], ["clean.stock-fact.v1"]],
  ["stock", ["clean.stock-fact.v1"], ["state.stock-position.v1", "decision.stock-decided.v1"]],
  ["pooling", ["decision.stock-decided.v1"], ["alert.stockout.v1"]],
  ["lakehouse", ["clean.stock-fact.v1", "state.stock-position.v1", "alert.stockout.v1"], []],
  ["live-view", ["clean.stock-fact.v1", "state.stock-position.v1", "alert.stockout.v1"], []],
  ["webhooks", ["alert.stockout.v1"], []],
];

/** Return {hops, jobs, dead, partial}. */
export function flowOf({ pipeline, status, freshness }, summary) {
  if (pipeline) {
    const { hops, jobs, dead_letters: dead } = pipeline;
    const reasons = Object.entries(dead.by_reason).map(([reason, number]) => ({ reason, number }));
    return { hops, jobs, dead: { total: dead.total, reasons: ranked(reasons) }, partial: false };
  }
  const components = new Map((status?.components ?? []).map((each) => [each.name, each]));
  const seen = new Map((freshness?.topics ?? []).map((each) => [each.topic, each]));
  const named = KNOWN.map(([name, reads, writes]) => hop(components.get(name), { name, reads, writes, seen }));
  const others = [...components.values()]
    .filter(({ name }) => !KNOWN.some(([known]) => known === name))
    .map((each) => hop(each, { name: each.name, reads: [], writes: [], seen }));
  const reasons = summary.dead_letters_by_reason.map(({ reason, dead_letters: number }) => ({ reason, number }));
  return {
    hops: [...named, ...others], jobs: [],
    dead: { total: summary.dead_letters, reasons: ranked(merged(reasons)) }, partial: true,
  };
}

function hop(component, { name, reads, writes, seen }) {
  const topic = seen.get(writes[0]);
  return {
    name, reads, writes,
    state: component?.state ?? null, restarts: component?.restarts ?? 0, why_not: component?.detail || null,
    events_total: topic?.records ?? null, events_per_second: null, lag_records: null, lag_seconds: null,
    freshness_seconds: topic?.staleness_ms == null ? null : topic.staleness_ms / 1000, rejected_total: null,
  };
}

function merged(reasons) {
  const sums = new Map();
  for (const { reason, number } of reasons) sums.set(reason, (sums.get(reason) ?? 0) + number);
  return [...sums].map(([reason, number]) => ({ reason, number }));
}

const ranked = (reasons) => reasons.sort((a, b) => b.number - a.number);

/** How a state looks: fine, on its way, or down; null where nobody tells. */
export function look(state) {
  if (state === null || state === undefined) return "untold";
  if (state === "ready") return "ready";
  return state === "failed" || state === "stopped" ? "down" : "between";
}

/** Whether a hop is part of the data's way: it reads or writes, or it is the API at the end. */
export const isOnTheWay = ({ name, reads, writes }) => reads.length + writes.length > 0 || name === "api";

/** Put hops into columns: each to the right of everything whose topics it reads. */
export function columnsOf(hops) {
  const writers = new Map();
  hops.forEach((each) => each.writes.forEach((topic) => writers.set(topic, [...(writers.get(topic) ?? []), each])));
  const depth = new Map();
  const depthOf = (each, path = []) => {
    if (depth.has(each.name)) return depth.get(each.name);
    if (path.includes(each.name)) return 0; // topics that feed back do not push to the right
    const before = each.reads.flatMap((topic) => writers.get(topic) ?? []).filter((other) => other !== each);
    const found = Math.max(-1, ...before.map((other) => depthOf(other, [...path, each.name]))) + 1;
    depth.set(each.name, found);
    return found;
  };
  hops.forEach((each) => depthOf(each));
  const sinks = hops.filter(({ name, writes }) => writes.length === 0 && name !== "api");
  const last = Math.max(0, ...hops.filter((each) => !sinks.includes(each) && each.name !== "api").map((each) => depth.get(each.name))) + 1;
  sinks.forEach(({ name }) => depth.set(name, last));
  if (hops.some(({ name }) => name === "api")) depth.set("api", last + 1);
  const columns = [];
  for (const each of hops) (columns[depth.get(each.name)] ??= []).push(each);
  return columns.filter(Boolean).map((column) => column.sort((a, b) => (RANK[a.name] ?? 9) - (RANK[b.name] ?? 9)));
}

/** Return [{from, to, topics}]: who feeds whom, and the API what it reads from. */
export function edgesOf(hops) {
  const edges = [];
  for (const from of hops) {
    for (const to of hops) {
      const topics = from.writes.filter((topic) => to.reads.includes(topic));
      if (from !== to && topics.length) edges.push({ from: from.name, to: to.name, topics, rate: from.events_per_second });
    }
  }
  const api = hops.find(({ name }) => name === "api");
  const view = hops.find(({ name }) => name === "live-view");
  if (api && view) edges.push({ from: "live-view", to: "api", topics: [], rate: view.events_per_second });
  return edges;
}
