// Now: what is about to run out, ranked; the chosen one with its reasons beside it.

import { ask, pageOf } from "../console/ask.js";
import { t } from "../console/language.js";
import { make } from "../console/nodes.js";
import { createDetail } from "./detail.js";
import { createList } from "./list.js";
import { createRanking } from "./ranking.js";
import { createStrip } from "./strip.js";

export function agoraPage({ view, query, go, pulse }) {
  const ranking = createRanking();
  const strip = createStrip();
  const detail = createDetail({ now });
  const list = createList({
    onChoose: (alert) => {
      detail.choose(alert);
      remember(alert);
    },
    onOpen: open,
    onMore: () => {
      ranking.askForMore();
      refresh({ keys: new Set(), all: true });
    },
  });
  let summary = null;
  let left = false;

  list.wish(query.get("alert"));
  view.append(make("h1.unseen", {}, t("nav.agora")), strip.node, make("div.agora", {}, list.node, detail.node));

  /** The data's own time: deadlines and days live in it, in a demo's year as in ours. */
  function now() {
    return pulse.now.freshness?.data_time ?? new Date().toISOString();
  }

  function remember(alert) {
    if (!left && alert) go(`/?alert=${alert.alert_id}`, { replace: true });
  }

  function open(alert) {
    if (alert) go(pageOf(alert.item_id, alert.site_id));
  }

  async function refresh({ keys, all }) {
    if (all || summary === null) {
      const [found, proof] = await Promise.all([ask("summary"), ask("reconciliation"), ranking.readAll()]);
      if (left) return;
      summary = found;
      strip.updateProof(proof);
    } else if (keys.size) {
      [summary] = await Promise.all([ask("summary"), ranking.readChanged(keys)]);
      if (left) return;
    } else {
      return;
    }
    await pulse.known();
    if (left) return;
    strip.updateSummary(summary);
    update();
    detail.refresh(list.chosen(), { keys, all });
  }

  function update() {
    list.update(ranking.ranked(), {
      now: now(),
      whole: ranking.isWhole(),
      emptyWords: t(summary.positions === 0 ? "agora.empty_line" : "agora.empty"),
    });
  }

  refresh({ keys: new Set(), all: true }).catch(() => {});
  return {
    title: t("nav.agora"),
    refresh,
    pulsed: () => pulse.now.freshness && strip.updateFreshness(pulse.now.freshness),
    alerted: (transition, alert) => transition === "opened" && list.arrive(alert.alert_id),
    keys: { down: () => list.move(1), up: () => list.move(-1), open: () => open(list.chosen()) },
    leave: () => {
      left = true;
      detail.leave();
    },
  };
}
