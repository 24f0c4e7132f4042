// The ranked list: one sentence an alert, what it puts at risk, until when to respond.

import { daysRange, instant, money } from "./format.js";
import { byId, keep, make, show } from "./nodes.js";

const STATES = {
  opened: "aberto", acknowledged: "reconhecido", snoozed: "adiado", escalated: "escalado",
};

export function showAlerts(alerts, { dataTime, positions }) {
  const most = Math.max(...alerts.map((alert) => alert.at_risk_brl), 1);
  keep(byId("alerts"), alerts, {
    keyOf: (alert) => alert.alert_id,
    create,
    update: (node, alert) => update(node, alert, { most, dataTime }),
  });
  const empty = byId("alerts-empty");
  empty.hidden = alerts.length > 0;
  empty.textContent = positions === 0
    ? "Ainda não chegou nenhum dado. Os alertas aparecem aqui assim que um item cruzar o ponto de pedido."
    : "Nenhum item cruzou o ponto de pedido. Nada a fazer agora.";
}

function create() {
  const node = make("li");
  const what = make("p", "what");
  what.append(make("span", "name"), make("small", "where"));
  const foot = make("p", "foot");
  foot.append(make("span", "tag"), make("span", "respond"), make("span", "state"));
  node.append(what, make("p", "risk"), make("p", "why"), make("p", "do"), foot, make("span", "share"));
  return node;
}

function update(node, alert, { most, dataTime }) {
  const part = (name) => node.querySelector(`.${name}`);
  const late = dataTime !== null && new Date(alert.respond_by) < new Date(dataTime);
  const { why, action } = sentences(alert);
  show(part("name"), alert.name);
  show(part("where"), `${alert.item_id} em ${alert.site_id}`);
  show(part("risk"), money(alert.at_risk_brl));
  show(part("why"), why);
  show(part("do"), action);
  show(part("tag"), when(alert));
  show(part("respond"), `responder até ${instant(alert.respond_by)}${late ? " (vencido)" : ""}`);
  show(part("state"), alert.state === "opened" ? "" : STATES[alert.state] ?? alert.state);
  part("tag").classList.toggle("late", alert.on_hand <= 0 || (alert.days_to_stockout.p50 ?? 99) < 3);
  node.classList.toggle("late", late);
  node.style.setProperty("--share", `${(100 * alert.at_risk_brl) / most}%`);
}

function when(alert) {
  if (alert.on_hand <= 0) return "estoque zerado";
  const range = daysRange(alert.days_to_stockout);
  return range === null ? "abaixo do ponto" : `falta em ${range}`;
}

/** The platform's sentences without what the row already shows; the last one is what to do. */
function sentences({ message, name, site_id: site }) {
  const start = `${name} em ${site}: `;
  if (!message.startsWith(start)) return { why: message, action: "" };
  const parts = message.slice(start.length).split(". ");
  if (parts.length < 3) return { why: parts.join(". "), action: "" };
  return { why: `${parts.slice(1, -1).join(". ")}.`, action: parts.at(-1) };
}
