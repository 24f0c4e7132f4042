// Polls the API every two seconds while somebody looks, and passes what it says on to the parts.

import { showAlerts } from "./alerts.js";
import { byId } from "./nodes.js";
import { showPositions } from "./positions.js";
import { showBroken, showComponents, showFreshness, showSummary, showWhole } from "./pulse.js";

const EVERY_MS = 2000;
const TIMEOUT_MS = 8000;
const MOST = 500; // the API's largest page
const asked = { alerts: 10, rows: 50 };
let timer = null;
let running = null;
let lastGood = null;

class Problem extends Error {}

async function get(path, parameters = {}, signal) {
  const query = new URLSearchParams(parameters);
  const response = await fetch(`/v1/${path}?${query}`, { signal, headers: { Accept: "application/json" } });
  if (response.status === 401 || response.status === 403) location.reload(); // the server asks for a key
  if (response.ok) return response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Problem(problem.status === 503
    ? "A base de leitura não está disponível; o processo live-view a refaz."
    : `A API respondeu ${response.status}: ${problem.detail ?? response.statusText}.`);
}

function filters() {
  const chosen = { sort: byId("sort").value };
  const search = byId("search").value.trim();
  if (search) chosen.search = search;
  if (byId("only-below").checked) chosen.below_reorder_point = "true";
  return chosen;
}

async function refresh() {
  running?.abort();
  const mine = (running = new AbortController());
  const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const chosen = filters();
  const [summary, freshness, status, alerts, positions] = await Promise.all([
    get("summary", {}, signal),
    get("freshness", {}, signal),
    get("status", {}, signal),
    get("alerts", { state: "opened", limit: asked.alerts }, signal),
    get("inventory", { ...chosen, limit: asked.rows }, signal),
  ]);
  if (mine.signal.aborted) return;
  lastGood = Date.now();
  showWhole();
  showSummary(summary);
  showComponents(status);
  showFreshness(freshness);
  showAlerts(alerts.items, { dataTime: freshness.data_time, positions: summary.positions });
  const filtered = "search" in chosen || "below_reorder_point" in chosen;
  showPositions(positions, { filtered, total: summary.positions });
  byId("alerts-more").hidden = alerts.next_cursor === null || asked.alerts >= MOST;
  byId("rows-more").hidden = positions.next_cursor === null || asked.rows >= MOST;
}

async function poll() {
  clearTimeout(timer);
  timer = null;
  try {
    await refresh();
  } catch (error) {
    if (error.name === "AbortError") return; // a newer poll has taken over
    const said = error instanceof Problem ? error.message : "A API não responde.";
    showBroken(said, { since: lastGood });
  }
  if (timer === null && !document.hidden) timer = setTimeout(poll, EVERY_MS);
}

function remember() {
  const { sort, ...rest } = filters();
  const state = new URLSearchParams(sort === "at_risk_brl" ? rest : { sort, ...rest });
  history.replaceState(null, "", state.size ? `#${state}` : location.pathname);
}

function recall() {
  const state = new URLSearchParams(location.hash.slice(1));
  byId("search").value = state.get("search") ?? "";
  byId("sort").value = state.get("sort") ?? "at_risk_brl";
  byId("only-below").checked = state.get("below_reorder_point") === "true";
}

function changed() {
  asked.rows = 50;
  remember();
  poll();
}

function more(kind) {
  asked[kind] = Math.min(MOST, asked[kind] * 2);
  poll();
}

let typing = null;
byId("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(changed, 250);
});
byId("filters").addEventListener("change", changed);
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("alerts-more").addEventListener("click", () => more("alerts"));
byId("rows-more").addEventListener("click", () => more("rows"));
addEventListener("hashchange", () => { recall(); poll(); });
document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, select")) return;
  event.preventDefault();
  byId("search").focus();
});

recall();
poll();
