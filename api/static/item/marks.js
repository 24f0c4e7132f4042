// What is drawn over the lines: the reorder point, now, counts, orders, and where an alert began and ended.

import { level, quantity } from "../console/format.js";
import { t } from "../console/language.js";

/** Draw on a plot's canvas, in its own pixels. */
export function drawMarks(plot, { data, row, color, narrow, font }) {
  const { ctx, bbox } = plot;
  const ratio = globalThis.devicePixelRatio || 1;
  const pen = {
    ctx, bbox, ratio, color, narrow,
    x: (time) => plot.valToPos(time, "x", true),
    y: (value) => plot.valToPos(value, "y", true),
    inside: (x) => x >= bbox.left - 1 && x <= bbox.left + bbox.width + 1,
  };
  ctx.save();
  ctx.font = font.replace(/^(\d+)px/, (_, size) => `${size * ratio}px`);
  ctx.textBaseline = "alphabetic";
  const label = reorderPoint(pen, row);
  now(pen, data.now);
  for (const mark of data.marks) {
    const x = pen.x(mark.time);
    if (!pen.inside(x)) continue;
    const value = mark.value ?? data.levelAt(mark.time);
    if (mark.kind === "order" || mark.kind === "due") order(pen, x, mark);
    else dot(pen, x, pen.y(Math.max(0, value)), mark.kind);
  }
  labelCounts(pen, data.marks.filter(({ kind }) => kind === "count"), label);
  ctx.restore();
}

function line({ ctx, ratio }, from, to, { stroke, dash, width = 1 }) {
  ctx.beginPath();
  ctx.setLineDash(dash.map((each) => each * ratio));
  ctx.lineWidth = width * ratio;
  ctx.strokeStyle = stroke;
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** Text with the sheet's colour around it, so that lines do not run through it. */
function write({ ctx, ratio, color }, words, x, y, fill, align = "left") {
  ctx.textAlign = align;
  ctx.lineJoin = "round";
  ctx.lineWidth = 4 * ratio;
  ctx.strokeStyle = color.sheet;
  ctx.strokeText(words, x, y);
  ctx.fillStyle = fill;
  ctx.fillText(words, x, y);
}

/** Draw the line and its words; return where those stand. */
function reorderPoint(pen, row) {
  if (row.reorder_point <= 0) return [];
  const { bbox, ratio, color } = pen;
  const y = pen.y(row.reorder_point);
  line(pen, [bbox.left, y], [bbox.left + bbox.width, y], { stroke: color.amber, dash: [5, 4], width: 1.5 });
  const words = t("chart.point", { quantity: level(row.reorder_point) });
  write(pen, words, bbox.left + 6 * ratio, y - 6 * ratio, color.soon);
  const half = pen.ctx.measureText(words).width / 2 + 4 * ratio;
  return [{ centre: bbox.left + 6 * ratio + half, half, y: y - 6 * ratio }];
}

function now(pen, time) {
  const { bbox, ratio, color } = pen;
  const x = pen.x(time);
  line(pen, [x, bbox.top - 2 * ratio], [x, bbox.top + bbox.height], { stroke: color.soft, dash: [1, 3] });
  const room = x > bbox.left + bbox.width - 40 * ratio;
  write(pen, t("chart.now"), room ? x + 2 * ratio : x, bbox.top - 8 * ratio, color.soft, room ? "right" : "center");
}

function dot({ ctx, ratio, color }, x, y, kind) {
  ctx.beginPath();
  ctx.arc(x, y, (kind === "count" ? 3.5 : 4.5) * ratio, 0, 2 * Math.PI);
  ctx.fillStyle = { count: color.sheet, opened: color.late, recovered: color.good }[kind];
  ctx.fill();
  ctx.lineWidth = 2 * ratio;
  ctx.strokeStyle = kind === "count" ? color.accent : color.sheet;
  ctx.stroke();
}

function order({ ctx, bbox, ratio, color }, x, { kind }) {
  const foot = bbox.top + bbox.height;
  ctx.beginPath();
  ctx.moveTo(x, foot - 9 * ratio);
  ctx.lineTo(x - 5 * ratio, foot - 1 * ratio);
  ctx.lineTo(x + 5 * ratio, foot - 1 * ratio);
  ctx.closePath();
  ctx.fillStyle = color.soft;
  ctx.strokeStyle = color.soft;
  ctx.lineWidth = 1.5 * ratio;
  kind === "order" ? ctx.fill() : ctx.stroke();
}

/** The newest counts first; those that would run into another label go without. */
function labelCounts(pen, counts, others) {
  const { ctx, bbox, ratio, color } = pen;
  const taken = [...others];
  for (const { time, value } of counts.toReversed()) {
    const x = pen.x(time);
    const y = pen.y(value) - 9 * ratio;
    if (!pen.inside(x)) continue;
    const words = t("chart.count", { quantity: quantity(value) });
    const half = ctx.measureText(words).width / 2 + 4 * ratio;
    const centre = Math.min(Math.max(x, bbox.left + half), bbox.left + bbox.width - half);
    if (taken.some((other) => Math.abs(other.centre - centre) < other.half + half && Math.abs(other.y - y) < 16 * ratio)) continue;
    taken.push({ centre, half, y });
    write(pen, words, centre, y, color.ink, "center");
  }
}
