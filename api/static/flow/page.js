// Flow: the pipeline as a live picture, drawn from what the API says of it.

import { ask } from "../console/ask.js";
import { count } from "../console/format.js";
import { t } from "../console/language.js";
import { make } from "../console/nodes.js";
import { flowOf } from "./model.js";
import { picture } from "./picture.js";
import { createDead, createHops, createJobs } from "./tables.js";

export function flowPage({ view, pulse }) {
  const drawing = make("div.picture");
  const partial = make("p.empty", { hidden: true });
  const loading = make("p.empty", {}, t("flow.loading"));
  const hops = createHops();
  const jobs = createJobs();
  const dead = createDead();
  const total = make("p");
  const panels = make("div.flow", { hidden: true },
    panel("flow.title", make("p", {}, t("flow.lead")), partial, drawing),
    panel("flow.hops", null, hops.node),
    make("div.pair", {}, panel("flow.jobs", null, jobs.node), panel("flow.dead", total, dead.node)));
  view.append(make("h1.unseen", {}, t("nav.flow")), loading, panels);
  let summary = null;
  let shown = null;
  let left = false;

  async function refresh() {
    summary = await ask("summary");
    if (!left) update();
  }

  function update() {
    const { status } = pulse.now;
    if (summary === null || status === null || left) return;
    const flow = flowOf(pulse.now, summary);
    loading.hidden = true;
    panels.hidden = false;
    const untold = flow.partial && !status.known;
    partial.hidden = !flow.partial;
    partial.textContent = [t("flow.partial"), untold ? t("flow.unknown") : ""].join(" ");
    const narrow = view.clientWidth < 760;
    const picked = JSON.stringify([flow.hops, narrow]);
    if (picked !== shown) {
      shown = picked;
      drawing.replaceChildren(picture(flow.hops, { narrow }));
    }
    hops.update(flow.hops);
    jobs.update(flow.jobs, new Date().toISOString());
    dead.update(flow.dead);
    total.textContent = count(flow.dead.total);
  }

  const resized = new ResizeObserver(update);
  resized.observe(view);
  refresh().catch(() => {});
  return {
    title: t("nav.flow"),
    refresh,
    pulsed: update,
    keys: {},
    leave: () => {
      left = true;
      resized.disconnect();
    },
  };
}

function panel(title, aside, ...children) {
  const id = title.replace(".", "-");
  return make("section.panel", { "aria-labelledby": id },
    make("header", {}, make("h2", { id }, t(title)), aside), ...children);
}
