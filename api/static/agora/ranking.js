// Open alerts with their positions as they stand now, the most at risk first.

import { ask, keyPath } from "../console/ask.js";

const MOST = 500; // the API's largest page
const READ_ONE_BY_ONE = 8;
const keyOf = ({ item_id: item, site_id: site }) => `${item}|${site}`;

export function createRanking() {
  const alerts = new Map(); // by alert_id
  const positions = new Map(); // by item|site
  let asked = 50;
  let whole = false; // no alert is left out

  async function readAll() {
    const [open, below] = await Promise.all([
      ask("alerts", { state: "opened", limit: asked }),
      ask("inventory", { below_reorder_point: "true", limit: MOST }),
    ]);
    alerts.clear();
    positions.clear();
    open.items.forEach((alert) => alerts.set(alert.alert_id, alert));
    below.items.forEach((row) => positions.set(keyOf(row), row));
    whole = open.next_cursor === null || asked >= MOST;
  }

  /** Read again only the positions that changed and are shown; many at once, all of it. */
  async function readChanged(keys) {
    const mine = [...alerts.values()].filter((alert) => keys.has(keyOf(alert)));
    if (mine.length > READ_ONE_BY_ONE) return readAll();
    const rows = await Promise.all(mine.map((alert) => ask(`inventory/${keyPath(alert.item_id, alert.site_id)}`)));
    rows.forEach((row) => positions.set(keyOf(row), row));
    return undefined;
  }

  function ranked() {
    return [...alerts.values()]
      .map((alert) => asItStands(alert, positions.get(keyOf(alert))))
      .sort((a, b) => b.at_risk_brl - a.at_risk_brl || a.alert_id.localeCompare(b.alert_id));
  }

  return {
    readAll, readChanged, ranked,
    isWhole: () => whole,
    askForMore: () => { asked = Math.min(MOST, asked * 2); },
  };
}

/** An alert says what was true when it opened; its position, read since, what is true now. */
function asItStands(alert, row) {
  if (row === undefined) return { ...alert, coming: 0, below: true };
  const { on_hand, reorder_point, days_to_stockout, recommendation, at_risk_brl, flags } = row;
  return {
    ...alert, on_hand, reorder_point, days_to_stockout, recommendation, at_risk_brl, flags,
    coming: row.on_order + row.in_transit, below: row.below_reorder_point,
  };
}
