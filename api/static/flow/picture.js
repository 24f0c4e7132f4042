// The flow as a picture: boxes for processes, lines for topics; across on a wide page, down on a narrow one.

import { count, decimal, duration } from "../console/format.js";
import { t } from "../console/language.js";
import { draw } from "../console/nodes.js";
import { columnsOf, edgesOf, isOnTheWay, look } from "./model.js";

const WIDE = { box: [168, 84], gap: [78, 18], across: true };
const NARROW = { box: [168, 80], gap: [12, 44], across: false };
const BEHIND_SECONDS = 5;

/** Return an SVG of the hops that are on the data's way. */
export function picture(hops, { narrow }) {
  const shown = withProducers(hops.filter(isOnTheWay));
  const form = narrow ? NARROW : WIDE;
  const columns = columnsOf(shown);
  const places = place(columns, form);
  const [width, height] = extent(places, form);
  const svg = draw("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("flow.picture"),
    width, height,
  });
  for (const edge of edgesOf(shown)) svg.append(line(edge, places, form));
  for (const hop of shown) svg.append(box(hop, places.get(hop.name), form));
  return svg;
}

/** Whoever feeds raw topics is drawn as one box, unless the API names them. */
function withProducers(hops) {
  const raw = [...new Set(hops.flatMap(({ reads }) => reads.filter((topic) => topic.startsWith("raw."))))];
  const written = new Set(hops.flatMap(({ writes }) => writes));
  const unfed = raw.filter((topic) => !written.has(topic));
  if (unfed.length === 0) return hops;
  const producers = { name: "producers", label: t("flow.producers"), reads: [], writes: unfed, state: undefined };
  return [producers, ...hops];
}

function place(columns, { box: [width, height], gap: [across, down], across: sideways }) {
  const most = Math.max(...columns.map((column) => column.length));
  const places = new Map();
  columns.forEach((column, at) => {
    column.forEach((hop, index) => {
      const offset = (most - column.length) / 2 + index;
      places.set(hop.name, sideways
        ? [at * (width + across), offset * (height + down)]
        : [offset * (width + across), at * (height + down)]);
    });
  });
  return places;
}

function extent(places, { box: [width, height] }) {
  const corners = [...places.values()];
  return [Math.max(...corners.map(([x]) => x)) + width, Math.max(...corners.map(([, y]) => y)) + height + 2];
}

function line({ from, to, rate }, places, { box: [width, height], across }) {
  const [a, b] = [places.get(from), places.get(to)];
  const start = across ? [a[0] + width, a[1] + height / 2] : [a[0] + width / 2, a[1] + height];
  const end = across ? [b[0] - 5, b[1] + height / 2] : [b[0] + width / 2, b[1] - 5];
  const bend = across ? (end[0] - start[0]) / 2 : (end[1] - start[1]) / 2;
  const path = across
    ? `M${start}C${start[0] + bend},${start[1]} ${end[0] - bend},${end[1]} ${end}`
    : `M${start}C${start[0]},${start[1] + bend} ${end[0]},${end[1] - bend} ${end}`;
  const arrow = across
    ? `M${end[0] + 4},${end[1]}l-8,-4v8z` : `M${end[0]},${end[1] + 4}l-4,-8h8z`;
  const thickness = 1.5 + Math.min(3, Math.log10(1 + (rate ?? 0)));
  return draw("g", {},
    draw(`path.edge${rate > 0 ? ".flowing" : ""}`, { d: path, "stroke-width": thickness }), draw("path.arrow", { d: arrow }));
}

function box(hop, [x, y], { box: [width, height] }) {
  const group = draw(`g.hop.${look(hop.state)}`, { transform: `translate(${x} ${y})`, "data-hop": hop.name });
  group.append(
    draw("title", {}, [hop.label ?? hop.name, ...hop.reads.map((each) => `← ${each}`), ...hop.writes.map((each) => `→ ${each}`)].join("\n")),
    draw("rect.box", { x: 0.75, y: 0.75, width: width - 1.5, height: height - 1.5, rx: 10 }),
    draw("circle.dot", { cx: 16, cy: 19, r: 4 }),
    draw("text.name", { x: 28, y: 24 }, hop.label ?? hop.name),
  );
  lines(hop).forEach(({ words, className }, index) => {
    group.append(draw(`text.${className}`, { x: 16, y: 44 + index * 17 }, words));
  });
  return group;
}

/** The two lines that matter most: what is wrong first, then how much and how fresh. */
function lines(hop) {
  if (hop.name === "producers") return [{ words: t("flow.topics", { count: hop.writes.length, layer: "raw" }), className: "soft" }];
  const found = [];
  if (look(hop.state) === "down" || look(hop.state) === "between") {
    found.push({ words: t(`state.${hop.state}`), className: look(hop.state) === "down" ? "late" : "soon" });
  }
  const rate = hop.events_per_second === null ? null : t("flow.rate", { rate: decimal(hop.events_per_second) });
  const fresh = hop.freshness_seconds === null ? null : t("flow.fresh", { age: duration(hop.freshness_seconds * 1000) });
  const flowing = [rate, fresh].filter(Boolean).join(" · ");
  if (flowing) found.push({ words: flowing, className: "soft" });
  if (hop.lag_seconds !== null && hop.lag_seconds !== undefined) {
    const behind = hop.lag_seconds > BEHIND_SECONDS;
    found.push({ words: t("flow.lag", { lag: duration(hop.lag_seconds * 1000) }), className: behind ? "soon" : "soft" });
  }
  if (hop.rejected_total > 0) {
    found.push({ words: t("flow.refused", { count: count(hop.rejected_total), number: hop.rejected_total }), className: "soon" });
  }
  if (hop.restarts > 0) {
    found.push({ words: t("flow.restarts", { count: count(hop.restarts), number: hop.restarts }), className: "soon" });
  }
  if (found.length === 0 && hop.state) found.push({ words: t(`state.${hop.state}`), className: "soft" });
  return found.slice(0, 3);
}
