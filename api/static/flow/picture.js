// The flow as a picture: boxes for processes, lines for topics; across on a wide page, down on a narrow one.

import { count, duration, perSecond } from "../console/format.js";
import { t } from "../console/language.js";
import { draw } from "../console/nodes.js";
import { columnsOf, edgesOf, isOnTheWay, look } from "./model.js";

const WIDE = { box: [170, 88], gap: [84, 20], across: true };
const NARROW = { box: [118, 100], gap: [9, 42], across: false };
const BEHIND_SECONDS = 5;
const MOST_LINES = { true: 3, false: 4 }; // across, down

/** Return an SVG of the hops that are on the data's way. */
export function picture(hops, { narrow }) {
  const shown = withProducers(hops.filter(isOnTheWay));
  const form = narrow ? NARROW : WIDE;
  const columns = columnsOf(shown);
  const places = place(columns, form);
  const [width, height] = extent(places, form);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("flow.picture"), width, height });
  const lines = edgesOf(shown).map((edge) => line(edge, places, columns, form));
  svg.append(...lines.map(({ path }) => path), ...shown.map((hop) => box(hop, places.get(hop.name), form)),
    ...lines.map(({ words }) => words).filter(Boolean));
  return svg;
}

/** Whoever feeds raw topics is drawn as one box, unless the API names them. */
function withProducers(hops) {
  const written = new Set(hops.flatMap(({ writes }) => writes));
  const unfed = [...new Set(hops.flatMap(({ reads }) => reads))].filter((topic) => topic.startsWith("raw.") && !written.has(topic));
  if (unfed.length === 0) return hops;
  return [{ name: "producers", label: t("flow.producers"), reads: [], writes: unfed, state: undefined }, ...hops];
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

function line({ from, to, topics, rate }, places, columns, form) {
  const columnOf = (name) => columns.findIndex((column) => column.some((hop) => hop.name === name));
  const far = columnOf(to) - columnOf(from) > 1;
  const course = form.across ? across(places.get(from), places.get(to), form, far) : down(places.get(from), places.get(to), form, far);
  const thickness = 1.5 + Math.min(3, Math.log10(1 + (rate ?? 0)));
  const path = draw("g", { "data-from": from, "data-to": to },
    draw(`path.edge${rate > 0 ? ".flowing" : ""}`, { d: course.path, "stroke-width": thickness }), draw("path.arrow", { d: course.arrow }));
  const layers = [...new Set(topics.map((topic) => topic.split(".")[0]))];
  if (far || layers.length === 0 || !course.label) return { path, words: null };
  const [x, y] = course.label;
  const words = draw("text.soft", { x, y, "text-anchor": "middle" }, layers.map((layer) => t(`layer.${layer}`)).join(" · "));
  return { path, words };
}

/** From side to side; over the boxes in between where there are any. */
function across(a, b, { box: [width, height], gap: [gap] }, far) {
  const end = [b[0] - 5, b[1] + height / 2];
  const arrow = `M${end[0] + 4},${end[1]}l-8,-4v8z`;
  if (far) {
    const x = a[0] + width / 2;
    const lane = Math.min(b[1] + height / 2, a[1] - 14);
    const turn = b[0] - Math.min(24, gap / 2);
    const into = lane === end[1] ? `H${end[0]}` : `H${turn - 10}Q${turn},${lane} ${turn},${lane + 10}V${end[1] - 10}Q${turn},${end[1]} ${turn + 10},${end[1]}H${end[0]}`;
    return { arrow, path: `M${x},${a[1]}V${lane + 10}Q${x},${lane} ${x + 10},${lane}${into}`, label: null };
  }
  const start = [a[0] + width, a[1] + height / 2];
  const bend = (end[0] - start[0]) / 2;
  const level = Math.abs(start[1] - end[1]) < 2;
  return {
    arrow, path: `M${start}C${start[0] + bend},${start[1]} ${end[0] - bend},${end[1]} ${end}`,
    label: level ? [start[0] + bend - 6, start[1] - 8] : null,
  };
}

/** From top to bottom; past the boxes in between on the left where there are any. */
function down(a, b, { box: [width, height], gap: [, gap] }, far) {
  const end = [b[0] + width / 2, b[1] - 5];
  const arrow = `M${end[0]},${end[1] + 4}l-4,-8h8z`;
  const start = [a[0] + width / 2, a[1] + height];
  if (far) {
    const lane = Math.max(b[0] + width / 2, 6);
    const edge = [a[0], a[1] + height / 2];
    const beside = lane < edge[0] ? lane : edge[0] - 14;
    return { arrow, label: null, path: `M${edge}H${beside + 8}Q${beside},${edge[1]} ${beside},${edge[1] + 8}V${end[1] - gap / 2}Q${beside},${end[1] - gap / 4} ${end[0]},${end[1] - 6}V${end[1]}` };
  }
  const bend = (end[1] - start[1]) / 2;
  const straight = Math.abs(start[0] - end[0]) < 2;
  return {
    arrow, path: `M${start}C${start[0]},${start[1] + bend} ${end[0]},${end[1] - bend} ${end}`,
    label: straight ? [start[0] + 36, start[1] + bend + 4] : null,
  };
}

function box(hop, [x, y], { box: [width, height], across: wide }) {
  const group = draw(`g.hop.${look(hop.state)}`, { transform: `translate(${x} ${y})`, "data-hop": hop.name });
  const topics = [...hop.reads.map((each) => `← ${each}`), ...hop.writes.map((each) => `→ ${each}`)];
  group.append(
    draw("title", {}, [hop.label ?? hop.name, ...topics].join("\n")),
    draw("rect.box", { x: 0.75, y: 0.75, width: width - 1.5, height: height - 1.5, rx: 10 }),
    draw("circle.dot", { cx: 17, cy: 19, r: 4 }),
    draw("text.name", { x: 29, y: 24 }, hop.label ?? hop.name),
  );
  lines(hop, wide).slice(0, MOST_LINES[wide]).forEach(({ words, className }, index) => {
    group.append(draw(`text.${className}`, { x: 13, y: 44 + index * 17 }, words));
  });
  return group;
}

/** The lines that matter most: what is wrong first, then how much and how fresh. */
function lines(hop, wide) {
  if (hop.name === "producers") {
    const topics = t("flow.topics", { count: count(hop.writes.length), number: hop.writes.length });
    return [{ words: wide ? t("flow.sources") : topics, className: "soft" }];
  }
  const found = [];
  const add = (className, words) => words && found.push({ words, className });
  const kind = look(hop.state);
  if (kind === "down" || kind === "between") add(kind === "down" ? "late" : "soon", t(`state.${hop.state}`));
  const rate = hop.events_per_second == null ? null : t("flow.rate", { rate: perSecond(hop.events_per_second) });
  const fresh = hop.freshness_seconds == null ? null : t("flow.fresh", { age: duration(hop.freshness_seconds * 1000) });
  if (wide) add("soft", [rate, fresh].filter(Boolean).join(" · "));
  else [rate, fresh].forEach((words) => add("soft", words));
  if (hop.lag_seconds != null) {
    add(hop.lag_seconds > BEHIND_SECONDS ? "soon" : "soft", t("flow.lag", { lag: duration(hop.lag_seconds * 1000) }));
  }
  if (hop.restarts > 0) add("soon", t("flow.restarts", { count: count(hop.restarts), number: hop.restarts }));
  if (hop.rejected_total > 0) add("soon", t("flow.refused", { count: count(hop.rejected_total), number: hop.rejected_total }));
  if (found.length === 0 && hop.state) add("soft", t(`state.${hop.state}`));
  return found;
}
