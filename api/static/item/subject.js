// Everything that is known of one item at one site, read together.

import { ask, keyPath, Problem } from "../console/ask.js";
import { offers } from "../console/offers.js";

const PAGE = 500; // the API's largest
const MOST_FACTS = 2000;

export const readRow = (item, site) => ask(`inventory/${keyPath(item, site)}`);

/** Return {row, facts (oldest first), older, alerts, forecast}. @throws {Problem} */
export async function readSubject(item, site) {
  const key = keyPath(item, site);
  const [row, history, alerts, forecast] = await Promise.all([
    ask(`inventory/${key}`), readFacts(key),
    ask("alerts", { item, site, sort: "opened_at", limit: 100 }), readForecast(key),
  ]);
  return { row, ...history, alerts: alerts.items, forecast };
}

async function readFacts(key) {
  const found = [];
  let cursor = null;
  do {
    const page = await ask(`inventory/${key}/facts`, { limit: PAGE, ...(cursor ? { cursor } : {}) });
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null && found.length < MOST_FACTS);
  return { facts: found.reverse(), older: cursor !== null };
}

/** A forecast, or why there is none: an API without forecasts is not an error of the page. */
async function readForecast(key) {
  if (!(await offers("/v1/forecasts/{item}/{site}"))) return { why: "chart.forecast_absent" };
  try {
    const found = await ask(`forecasts/${key}`);
    return found.forecast_version === null || found.days.length === 0 ? { why: "chart.forecast_none" } : found;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { why: error.status === 404 ? "chart.forecast_none" : "chart.forecast_failed" };
  }
}
