// Stock over time with what happened on the same axis as what is expected. Drawn by uPlot.

import { calendarDay, level, quantity, second, shortDay } from "../console/format.js";
import { language, t } from "../console/language.js";
import { make } from "../console/nodes.js";
import { drawMarks } from "./marks.js";
import { series } from "./series.js";
import { factWords } from "./facts.js";

const DAY = 86_400;
const NARROW = 560;
const SLOT = { stock: 1, low: 2, high: 3, middle: 4 };
let library = null;

/** The library is a script of its own, served out of its jar; asked for once. */
function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    document.head.append(make("link", { rel: "stylesheet", href: "/static/vendor/uPlot.min.css" }));
    const script = make("script", { src: "/static/vendor/uPlot.iife.min.js" });
    script.addEventListener("load", () => resolve(globalThis.uPlot));
    script.addEventListener("error", () => { library = null; reject(new Error("no chart library")); });
    document.head.append(script);
  });
  return library;
}

/** Return {node, update, point, leave}; `onPoint` is told which fact the pointer is near. */
export function createChart({ height, onPoint = () => {} }) {
  const canvas = make("div.canvas", { role: "img" });
  const said = make("p.said", {}, t("chart.loading"));
  const legend = make("p.legend", { "aria-hidden": "true" });
  const node = make("figure.chart", {}, canvas, said, legend);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let plot = null;
  let shown = null; // {subject, now, days}
  let data = null;
  let words = "";

  async function update(subject, { now, days = null }) {
    shown = { subject, now, days };
    let uPlot;
    try {
      uPlot = await loadLibrary();
    } catch {
      said.textContent = t("chart.no_library");
      return;
    }
    if (shown?.subject === subject && node.isConnected) redraw(uPlot);
  }

  function redraw(uPlot) {
    const { subject, now, days } = shown;
    data = series(subject, now);
    plot?.destroy();
    plot = null;
    words = sentence(subject, data);
    said.textContent = words;
    legend.replaceChildren(...legendOf(data));
    const { row } = subject;
    canvas.setAttribute("aria-label", t("chart.label", {
      now: `${quantity(row.on_hand)} ${row.unit}`, point: level(row.reorder_point),
    }));
    if (data.times.length === 0) {
      canvas.replaceChildren(make("p.empty", {}, t("chart.no_history")));
      return;
    }
    canvas.replaceChildren();
    const columns = [data.times, data.stock, data.low, data.high, data.middle];
    plot = new uPlot(options(uPlot, subject, days), columns, canvas);
  }

  function options(uPlot, { row }, days) {
    const width = Math.max(260, canvas.clientWidth);
    const color = colors();
    const narrow = width < NARROW;
    const until = data.to + Math.max(2 * DAY, (data.to - data.from) * 0.02);
    const from = days === null ? data.from - (until - data.from) * 0.02 : Math.max(data.now - days * DAY, data.from - DAY);
    const font = `12px Inter, system-ui, "Segoe UI", Roboto, sans-serif`;
    return {
      width, height: narrow ? Math.max(280, height) : height,
      tzDate: (time) => uPlot.tzDate(new Date(time * 1000), "America/Sao_Paulo"),
      legend: { show: false },
      padding: [narrow ? 20 : 22, 10, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: true, min: from, max: until },
        y: { range: () => [0, top(row, from) * 1.12] },
      },
      axes: [
        { stroke: color.soft, font, grid: { show: false }, ticks: { stroke: color.rule, size: 4 },
          size: 30, space: narrow ? 62 : 84, values: (_, splits, __, ___, step) => splits.map((each) => timeWords(each, step)) },
        { stroke: color.soft, font, size: narrow ? 34 : 44, gap: 4, grid: { stroke: color.rule, width: 1 },
          ticks: { show: false }, space: 42, values: (_, splits) => splits.map((each) => quantity(each)) },
      ],
      series: [
        {},
        { stroke: color.accent, width: 2, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } },
        { stroke: "transparent", points: { show: false } },
        { stroke: "transparent", points: { show: false } },
        { stroke: color.accent, width: 1.5, dash: [4, 4], points: { show: false } },
      ],
      bands: [{ series: [SLOT.high, SLOT.low], fill: color.fan }],
      hooks: {
        draw: [(u) => drawMarks(u, { data, row, color, narrow, font })],
        setCursor: [(u) => pointAt(u)],
      },
    };
  }

  function top(row, from) {
    const drawn = data.times.flatMap((time, index) => (
      time < from && data.times[index + 1] < from ? [] : [data.stock[index], data.high[index]]
    ));
    return Math.max(1, row.reorder_point * 1.1, ...drawn.filter((value) => value !== null && value !== undefined));
  }

  function pointAt(u) {
    const { left } = u.cursor;
    if (left === null || left === undefined || left < 0) {
      said.textContent = words;
      said.classList.remove("pointed");
      return onPoint(null);
    }
    const time = u.posToVal(left, "x");
    const near = nearest(shown.subject.facts, time, (u.scales.x.max - u.scales.x.min) * 0.02);
    if (near === null) {
      said.textContent = words;
      return onPoint(null);
    }
    said.textContent = `${second(near.occurred_at)} · ${factWords(near)} → ${quantity(near.on_hand_after)} ${near.unit ?? ""}`;
    said.classList.add("pointed");
    return onPoint(near.event_id);
  }

  const again = () => shown && globalThis.uPlot && node.isConnected && redraw(globalThis.uPlot);
  const resized = new ResizeObserver(([{ contentRect }]) => {
    if (plot && Math.abs(contentRect.width - plot.width) > 1) again();
  });
  resized.observe(canvas);
  dark.addEventListener("change", again);

  return {
    node,
    update,
    leave: () => { resized.disconnect(); dark.removeEventListener("change", again); plot?.destroy(); shown = null; },
  };
}

function nearest(facts, time, within) {
  let best = null;
  let distance = within;
  for (const fact of facts) {
    const apart = Math.abs(new Date(fact.occurred_at) / 1000 - time);
    if (apart <= distance) [best, distance] = [fact, apart];
  }
  return best;
}

function sentence({ forecast, facts, older }, data) {
  const parts = [];
  if (older) parts.push(t("chart.older", { count: quantity(facts.length) }));
  if (forecast.why) parts.push(t(forecast.why));
  else {
    const of = { version: forecast.forecast_version, when: calendarDay(forecast.issued_at.slice(0, 10)) };
    parts.push(t(data.fan ? "chart.forecast_of" : "chart.forecast_stale", of));
  }
  return parts.join(" · ");
}

function legendOf({ marks, fan }) {
  const has = new Set(marks.map(({ kind }) => kind));
  return [
    ["stock", true], ["fan", fan], ["count", has.has("count")], ["order", has.has("order") || has.has("due")],
    ["opened", has.has("opened")], ["recovered", has.has("recovered")],
  ].filter(([, drawn]) => drawn).map(([name]) => (
    make("span", {}, make(`i.${name}`), name === "count" ? t("kind.counted").toLowerCase() : t(`chart.${name}`))
  ));
}

function timeWords(time, step) {
  if (step >= 27 * DAY) {
    const moment = new Date(time * 1000);
    const month = new Intl.DateTimeFormat(language(), { month: "short", timeZone: "America/Sao_Paulo" }).format(moment).replace(".", "");
    const january = month.toLowerCase().startsWith("jan");
    return january ? `${month} ${moment.getFullYear()}` : month;
  }
  return shortDay(time * 1000);
}

function colors() {
  const style = getComputedStyle(document.documentElement);
  const names = ["ink", "soft", "rule", "accent", "fan", "late", "amber", "soon", "good", "sheet"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}
