// Five figures that say how things stand.

import { count, duration, instant, money } from "../console/format.js";
import { t } from "../console/language.js";
import { make, show } from "../console/nodes.js";
import { newestTopic } from "../console/pulse.js";

const FIGURES = ["risk", "alerts", "below", "fresh", "proof"];

export function createStrip() {
  const cells = Object.fromEntries(FIGURES.map((name) => [name, cell(name)]));
  const node = make("dl.strip", { "aria-label": t("strip.label") }, ...Object.values(cells).map((each) => each.node));

  function updateSummary(summary) {
    cells.risk.show(money(summary.at_risk_brl), t("strip.risk_note"));
    const late = summary.alerts_late;
    cells.alerts.show(count(summary.alerts_open),
      late ? t("strip.late", { count: count(late), number: late }) : t("strip.not_late"));
    cells.alerts.note.classList.toggle("late", late > 0);
    cells.below.show(count(summary.below_reorder_point), t("strip.of_positions", { count: count(summary.positions) }));
  }

  function updateFreshness(freshness) {
    const newest = newestTopic(freshness);
    if (newest === null) return cells.fresh.show("–", t("strip.fresh_none"));
    const note = t("strip.fresh_note", { when: instant(freshness.data_time ?? newest.newest_record_at) });
    return cells.fresh.show(duration(newest.staleness_ms), note, { quiet: true });
  }

  function updateProof(proof) {
    const { figure, note } = cells.proof;
    figure.classList.toggle("good", proof.holds === true);
    figure.classList.toggle("late", proof.holds === false);
    note.classList.toggle("late", (proof.unaccounted ?? 0) > 0);
    if (!proof.known) return cells.proof.show(t("strip.proof_none"), t("strip.proof_none_note"));
    const different = proof.differences + proof.gold_differences + proof.transfer_differences;
    const age = duration(Math.max(0, Date.now() - new Date(proof.made_at)));
    const words = proof.unaccounted > 0
      ? t("strip.proof_unaccounted", { count: count(proof.unaccounted), number: proof.unaccounted, age })
      : t("strip.proof_of", { keys: count(proof.keys), age });
    return cells.proof.show(t("strip.proof_holds", { count: count(different), number: different }), words, { quiet: true });
  }

  return { node, updateSummary, updateFreshness, updateProof };
}

function cell(name) {
  const figure = make("dd", {}, "–");
  const note = make("dd.note");
  return {
    node: make(`div`, { "data-figure": name }, make("dt", {}, t(`strip.${name}`)), figure, note),
    figure,
    note,
    show: (value, words, { quiet = false } = {}) => {
      show(figure, value, { quiet });
      show(note, words, { quiet: true });
    },
  };
}
