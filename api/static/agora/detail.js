// The chosen alert: what to do, the chart, the reasons, the fact behind it.

import { pageOf } from "../console/ask.js";
import { t } from "../console/language.js";
import { make, show } from "../console/nodes.js";
import { createChart } from "../item/chart.js";
import { foot } from "../item/foot.js";
import { readSubject } from "../item/subject.js";
import { createWhy } from "../item/why.js";
import { flags, respond, whatToDo } from "../item/words.js";

const SETTLE_MS = 120; // who walks through the list does not want every chart on the way

export function createDetail({ now }) {
  const name = make("span");
  const where = make("small");
  const open = make("a.open", { "data-page": true }, t("agora.open"), " ", make("kbd", { "aria-hidden": "true" }, "Enter"));
  const doing = make("p.do");
  const responding = make("p.respond");
  const odd = make("div");
  const chart = createChart({ height: 280 });
  const why = createWhy();
  const coordinates = make("p.foot");
  const body = make("div", {}, make("div.sentence", {}, doing, odd, responding), chart.node, why.node, coordinates);
  const empty = make("p.empty", {}, t("agora.choose"));
  const node = make("section.panel.chosen", { "aria-labelledby": "chosen-title", "aria-live": "off" },
    make("header", {}, make("h2", { id: "chosen-title" }, name, " ", where), open), body, empty);
  let shownKey = null;
  let timer = null;

  function choose(alert) {
    body.hidden = open.hidden = alert === null;
    empty.hidden = alert !== null;
    if (alert === null) {
      name.textContent = where.textContent = "";
      shownKey = null;
      return;
    }
    const key = `${alert.item_id}|${alert.site_id}`;
    const other = key !== shownKey;
    show(name, alert.name || alert.item_id, { quiet: other });
    where.textContent = `${alert.item_id} · ${alert.site_id}`;
    open.href = pageOf(alert.item_id, alert.site_id);
    show(doing, whatToDo(alert, now()), { quiet: other });
    const answer = respond(alert, now());
    show(responding, answer.words, { quiet: true });
    responding.classList.toggle("late", answer.late);
    if (!other) return;
    shownKey = key;
    clearTimeout(timer);
    timer = setTimeout(() => read(alert), SETTLE_MS);
  }

  async function read({ item_id: item, site_id: site }) {
    const key = `${item}|${site}`;
    let subject;
    try {
      subject = await readSubject(item, site);
    } catch {
      return; // the notice above says what is wrong; the next change reads again
    }
    if (key !== shownKey) return;
    odd.replaceChildren(flags(subject.row.flags));
    why.update(subject.row);
    coordinates.textContent = foot(subject.row, subject.facts);
    await chart.update(subject, { now: now() });
  }

  function refresh(alert, { keys, all }) {
    if (alert && (all || keys.has(`${alert.item_id}|${alert.site_id}`))) read(alert);
  }

  return { node, choose, refresh, leave: () => { clearTimeout(timer); chart.leave(); } };
}
