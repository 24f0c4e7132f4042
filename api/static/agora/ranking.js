// Positions with an open alert as they stand now, the most at risk first.

import { ask, keyPath } from "../console/ask.js";

const MOST = 500; // the API's largest page
const READ_ONE_BY_ONE = 8;
const keyOf = ({ item_id: item, site_id: site }) => `${item}|${site}`;

export function createRanking() {
  let rows = [];
  let asked = 50;
  let whole = false; // none is left out

  async function readAll() {
    const page = await ask("inventory", { alerted: "true", limit: asked });
    rows = page.items;
    whole = page.next_cursor === null || asked >= MOST;
  }

  /** Read again only the positions that changed and are shown; many at once, all of them. */
  async function readChanged(keys) {
    const mine = rows.filter((row) => keys.has(keyOf(row)));
    if (mine.length > READ_ONE_BY_ONE) return readAll();
    const read = await Promise.all(mine.map((row) => ask(`inventory/${keyPath(row.item_id, row.site_id)}`)));
    const fresh = new Map(read.map((row) => [keyOf(row), row]));
    rows = rows
      .map((row) => fresh.get(keyOf(row)) ?? row)
      .filter((row) => row.alert_id !== null)
      .sort((a, b) => b.at_risk_brl - a.at_risk_brl || keyOf(a).localeCompare(keyOf(b)));
    return undefined;
  }

  return {
    readAll, readChanged,
    ranked: () => rows,
    isWhole: () => whole,
    askForMore: () => { asked = Math.min(MOST, asked * 2); },
  };
}
