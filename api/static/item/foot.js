// The line under a position: which fact it stands on, when that was true and when it was seen.

import { second } from "../console/format.js";
import { t } from "../console/language.js";

export function foot(row, facts) {
  const dead = t("item.dead", { count: row.dlq_pending });
  const last = facts.findLast(({ log_offset: offset }) => offset === row.as_of_offset) ?? newestSeen(facts);
  if (!last) return t("item.position_foot", { offset: row.as_of_offset, occurred: second(row.event_time), dead });
  return t("item.foot", {
    place: `clean.stock-fact.v1[${last.log_partition}]@${last.log_offset}`,
    occurred: second(last.occurred_at), seen: second(last.seen_at), dead,
  });
}

function newestSeen(facts) {
  return facts.reduce((best, fact) => (best === null || fact.log_offset > best.log_offset ? fact : best), null);
}
