// The reasons behind a position, as a grid of figures; each with its unit.

import { count, days, decimal, level, money, percent, quantity } from "../console/format.js";
import { t } from "../console/language.js";
import { keep, make, show } from "../console/nodes.js";
import { amount } from "./words.js";

export function createWhy() {
  const node = make("dl.why", { "aria-label": t("why.label") });
  return {
    node,
    update: (row) => keep(node, reasons(row), {
      keyOf: ({ key }) => key,
      create: ({ label }) => make("div", {}, make("dt", {}, label), make("dd")),
      update: (child, { words, label }) => {
        child.firstChild.textContent = label;
        show(child.lastChild, words);
      },
    }),
  };
}

function reasons(row) {
  const { p10, p50, p90 } = row.days_to_stockout;
  const expected = row.demand.mean_per_day * row.demand.lead_time_days;
  const lead = days(Math.round(row.demand.lead_time_days));
  const daysLeft = [p10, p50, p90].map((value) => (value === null ? "–" : count(value))).join(" · ");
  const rule = `${row.rule_version} · ${row.forecast_version ?? t("why.no_forecast")}`;
  return [
    ["on_hand", amount(row.on_hand, row.unit)],
    ["coming", `${quantity(row.on_order)} / ${quantity(row.in_transit)}`],
    ["position", `${quantity(row.position)} / ${level(row.reorder_point)}`],
    ["demand", `${decimal(expected)} ${row.unit}`, { days: lead }],
    ["chance", percent(row.p_stockout)],
    ["days", p10 === null && p50 === null ? t("why.never") : daysLeft],
    ["safety", `${decimal(row.safety_stock)} ${row.unit}`],
    ["up_to", amount(row.order_up_to, row.unit)],
    ["lead_time", lead],
    ["reserved", amount(row.reserved, row.unit)],
    ["risk", money(row.at_risk_brl)],
    ["rule", rule],
  ].map(([key, words, values]) => ({ key, words, label: t(`why.${key}`, values) }));
}
