// The line's own state: is it live, how fresh, and if not, which part of it and what to do.

import { ask, Problem } from "./ask.js";
import { duration } from "./format.js";
import { t } from "./language.js";
import { show } from "./nodes.js";
import { offers } from "./offers.js";

// Live, the clock alone writes a record a minute: three silent minutes mean that nobody feeds it.
const QUIET_AFTER_MS = 180_000;
const BEHIND_AFTER_SECONDS = 15;

export function createPulse() {
  const node = document.getElementById("pulse");
  const notice = document.getElementById("notice");
  let connected = "connecting";
  let broken = null;
  let goodAt = null;
  const now = { freshness: null, status: null, pipeline: null };

  /** Read how the line is doing; what the rest of the page needs of it is in the answer. */
  async function read() {
    try {
      const [freshness, status, pipeline] = await Promise.all([
        ask("freshness"), ask("status"), offers("/v1/pipeline").then((has) => (has ? ask("pipeline") : null)),
      ]);
      Object.assign(now, { freshness, status, pipeline });
      broken = null;
      goodAt = Date.now();
    } catch (error) {
      broken = error instanceof Problem ? error.message : String(error);
    }
    tell();
    return now;
  }

  function connection(state) {
    connected = state;
    tell();
  }

  function tell() {
    const [state, words] = line();
    node.dataset.state = state;
    show(node.querySelector("span"), words, { quiet: true });
    const [kind, said] = trouble();
    notice.hidden = kind === null;
    notice.dataset.state = kind ?? "";
    if (notice.textContent !== said) notice.textContent = said;
    document.body.classList.toggle("old", kind === "broken" && goodAt !== null);
  }

  function line() {
    if (connected === "lost") return ["lost", t("live.lost")];
    if (now.freshness === null) return ["connecting", t("live.connecting")];
    const newest = newestTopic(now.freshness);
    if (newest === null) return ["quiet", t("live.empty")];
    if (newest.staleness_ms > QUIET_AFTER_MS) {
      return ["quiet", t("live.quiet", { age: duration(newest.staleness_ms) })];
    }
    return ["live", t("live.visible", { delay: duration(newest.delay_ms) })];
  }

  function trouble() {
    if (broken !== null || connected === "lost") {
      const since = goodAt === null ? "" : t("broken.since", { age: duration(Date.now() - goodAt) });
      return ["broken", (broken ?? t("broken.api")) + since];
    }
    const components = now.status?.known ? now.status.components : [];
    if (components.length && components.every(({ state }) => state === "stopped")) return ["stale", t("stale.all")];
    const down = components.filter(({ state }) => state !== "ready");
    if (down.length === 1) {
      const [{ name, state, detail }] = down;
      return ["stale", t("stale.component", { name, state: t(`state.${state}`), detail: detail ? ` (${detail})` : "" })];
    }
    if (down.length > 1) {
      return ["stale", t("stale.components", { count: down.length, names: down.map(({ name }) => name).join(", ") })];
    }
    const behind = slowest(now.pipeline);
    if (behind) return ["stale", t("stale.lag", { name: behind.name, lag: duration(behind.lag_seconds * 1000) })];
    return [null, ""];
  }

  /** Wait until the line's own time is known, or cannot be. */
  const known = () => (now.freshness === null ? read() : now);

  return { read, known, connection, retell: tell, now };
}

function slowest(pipeline) {
  const behind = (pipeline?.hops ?? []).filter(({ lag_seconds: lag }) => (lag ?? 0) > BEHIND_AFTER_SECONDS);
  return behind.sort((a, b) => b.lag_seconds - a.lag_seconds)[0];
}

export function newestTopic(freshness) {
  const read = freshness.topics.filter((topic) => topic.staleness_ms !== null);
  return read.length ? read.reduce((a, b) => (a.staleness_ms <= b.staleness_ms ? a : b)) : null;
}
