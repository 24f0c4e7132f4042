// Under the picture: every process in figures, the jobs, and why records were refused.

import { count, duration, near, perSecond } from "../console/format.js";
import { t } from "../console/language.js";
import { draw, keep, make, show } from "../console/nodes.js";
import { look } from "./model.js";

const NONE = "–";
const age = (seconds) => (seconds === null || seconds === undefined ? NONE : duration(seconds * 1000));
const number = (value) => (value === null || value === undefined ? NONE : count(value));

const HOPS = [
  ["process", (hop) => hop.name], ["state", (hop) => (hop.state ? t(`state.${hop.state}`) : t("flow.unmeasured"))],
  ["rate", (hop) => (hop.events_per_second === null ? NONE : t("flow.rate", { rate: perSecond(hop.events_per_second) }))],
  ["lag", (hop) => age(hop.lag_seconds)], ["fresh", (hop) => age(hop.freshness_seconds)],
  ["total", (hop) => number(hop.events_total)], ["rejected", (hop) => number(hop.rejected_total)],
  ["restarts", (hop) => number(hop.restarts)],
];

export function createHops() {
  const body = make("tbody");
  const node = make("table.hops", {}, head(HOPS.map(([name]) => name), "rate"), body);
  return {
    node,
    update: (hops) => keep(body, hops, {
      keyOf: ({ name }) => name, create: () => row(HOPS.map(([name]) => name), "rate"), update: fillHop,
    }),
  };
}

function fillHop(node, hop) {
  HOPS.forEach(([name, words], index) => {
    const cell = node.children[index];
    if (name === "state") {
      const state = `${look(hop.state)}|${words(hop)}|${hop.why_not ?? ""}`;
      if (cell.dataset.state === state) return;
      cell.dataset.state = state;
      cell.replaceChildren(make(`span.state.${look(hop.state)}`, {}, make("i"), words(hop)),
        hop.why_not ? make("small", {}, hop.why_not) : "");
    } else if (name === "lag") {
      const waiting = hop.lag_records ? t("flow.lag_records", { count: count(hop.lag_records), number: hop.lag_records }) : "";
      if (!cell.firstChild) cell.append(make("span"), make("small"));
      show(cell.firstChild, words(hop), { quiet: true });
      show(cell.lastChild, waiting, { quiet: true });
    } else {
      show(cell, words(hop), { quiet: name === "fresh" || name === "process" });
    }
  });
}

const JOBS = ["job", "outcome", "last", "took", "next"];

export function createJobs() {
  const body = make("tbody");
  const empty = make("p.empty", {}, t("flow.no_jobs"));
  const table = make("table.jobs", {}, head(JOBS, "took"), body);
  return {
    node: make("div", {}, table, empty),
    update: (jobs, now) => {
      table.hidden = jobs.length === 0;
      empty.hidden = jobs.length > 0;
      keep(body, jobs, { keyOf: ({ name }) => name, create: () => row(JOBS, "took"), update: (node, job) => fillJob(node, job, now) });
    },
  };
}

function fillJob(node, job, now) {
  const { words, kind } = outcome(job);
  const state = `${kind}|${words}`;
  const [name, ended, last, took, next] = node.children;
  show(name, job.name, { quiet: true });
  if (ended.dataset.state !== state) {
    ended.dataset.state = state;
    ended.replaceChildren(make(`span.state.${kind}`, {}, make("i"), words));
  }
  show(last, job.last_ended_at ? near(job.last_ended_at, now) : NONE, { quiet: true });
  show(took, age(job.last_seconds), { quiet: true });
  show(next, job.next_due_at ? near(job.next_due_at, now) : NONE, { quiet: true });
}

function outcome(job) {
  if (job.state === "running") return { words: t("outcome.running"), kind: "between" };
  if (job.state === "backing_off") {
    const failures = job.failures_in_a_row;
    return { words: t("outcome.backing_off", { count: count(failures), number: failures }), kind: "down" };
  }
  if (job.last_outcome === null) return { words: t("outcome.never"), kind: "untold" };
  return { words: t(`outcome.${job.last_outcome}`), kind: job.last_outcome === "ok" ? "ready" : "down" };
}

export function createDead() {
  const list = make("ul.bars");
  const empty = make("p.empty", {}, t("flow.no_dead"));
  return {
    node: make("div", {}, list, empty),
    update: ({ reasons }) => {
      const most = Math.max(1, ...reasons.map(({ number: each }) => each));
      list.hidden = reasons.length === 0;
      empty.hidden = reasons.length > 0;
      keep(list, reasons, {
        keyOf: ({ reason }) => reason,
        create: () => make("li", {}, make("span"), make("b"), draw("svg.bar", { viewBox: "0 0 100 4", preserveAspectRatio: "none" }, draw("rect", { height: 4 }))),
        update: (node, { reason, number: many }) => {
          show(node.children[0], t(`reason.${reason}`), { quiet: true });
          show(node.children[1], count(many));
          node.querySelector("rect").setAttribute("width", String((100 * many) / most));
        },
      });
    },
  };
}

function head(names, firstNumber) {
  const from = names.indexOf(firstNumber);
  return make("thead", {}, make("tr", {}, ...names.map((name, at) => (
    make(`th${at >= from ? ".n" : ""}`, { scope: "col" }, t(`flow.col_${name}`))
  ))));
}

function row(names, firstNumber) {
  const from = names.indexOf(firstNumber);
  return make("tr", {}, ...names.map((name, at) => make(`td${at >= from ? ".n" : ""}`, { "data-label": at ? t(`flow.col_${name}`) : null })));
}
