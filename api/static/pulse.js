// How the line is doing: counters, freshness, components, and what is said when something is wrong.

import { count, duration, instant, money, plural } from "./format.js";
import { byId, make, show } from "./nodes.js";

// Live, the clock alone writes a record a minute: three silent minutes mean that nobody feeds it.
const QUIET_AFTER_MS = 180_000;
const STATES = {
  waiting: "à espera", starting: "iniciando", backing_off: "reiniciando", stopped: "parado",
  failed: "em falha",
};
const REASONS = {
  undecodable: "ilegível", unknown_schema: "esquema desconhecido", undated: "sem data",
  missing_item: "sem item", invalid_date: "data inválida", invalid_quantity: "quantidade inválida",
  invalid_key: "chave inválida", invalid_master: "cadastro inválido", unknown_type: "tipo desconhecido",
  missing_transfer: "transferência incompleta", transfer_to_itself: "transferência para si",
  recorded_in_future: "registro no futuro", too_late: "tarde demais",
};

export function showSummary(summary) {
  show(byId("at-risk"), money(summary.at_risk_brl));
  show(byId("alerts-open"), count(summary.alerts_open));
  show(byId("alerts-note"), plural(summary.alerts_recovered, "recuperado", "recuperados"));
  show(byId("below"), count(summary.below_reorder_point));
  const share = summary.positions ? summary.below_reorder_point / summary.positions : 0;
  show(byId("below-note"), `${(100 * share).toLocaleString("pt-BR", { maximumFractionDigits: 1 })} % das posições`);
  show(byId("positions"), count(summary.positions));
  show(byId("dead-letters"), count(summary.dead_letters));
  const [first] = summary.dead_letters_by_reason;
  const most = first ? `mais: ${REASONS[first.reason] ?? first.reason}` : "nada recusado";
  show(byId("dead-letters-note"), most);
}

export function showFreshness(freshness) {
  const newest = newestTopic(freshness);
  if (newest === null) {
    show(byId("freshness"), "–");
    show(byId("freshness-note"), "nenhum fato ainda");
    return say("quiet", "à espera do primeiro fato");
  }
  show(byId("freshness"), duration(newest.staleness_ms), { quiet: true });
  show(byId("freshness-note"), `dados até ${instant(freshness.data_time ?? newest.newest_record_at)}`);
  if (newest.staleness_ms > QUIET_AFTER_MS) {
    return say("quiet", `sem fato novo há ${duration(newest.staleness_ms)}`);
  }
  return say("live", `ao vivo · visível em ${duration(newest.delay_ms)}`);
}

export function showComponents(status) {
  const line = byId("components");
  if (!status.known) {
    line.replaceChildren("componentes: nenhum supervisor informa o estado");
    return notice(null);
  }
  line.replaceChildren("componentes:", ...status.components.map(component));
  const down = status.components.filter(({ state }) => state !== "ready");
  return notice(down.length ? "quiet" : null, down.map(inWords).join(" · "));
}

export function showBroken(problem, { since }) {
  const ago = since === null ? "" : ` Os números abaixo são de ${duration(Date.now() - since)} atrás.`;
  say("broken", "sem dados novos");
  notice("broken", `${problem}${ago} Tentando de novo a cada 2 s.`);
  document.body.classList.toggle("old", since !== null);
}

export function showWhole() {
  document.body.classList.remove("old");
}

function newestTopic(freshness) {
  const read = freshness.topics.filter((topic) => topic.staleness_ms !== null);
  return read.length ? read.reduce((a, b) => (a.staleness_ms <= b.staleness_ms ? a : b)) : null;
}

function component({ name, state, restarts }) {
  const node = make("span", state);
  const again = restarts ? ` (${plural(restarts, "reinício", "reinícios")})` : "";
  node.append(make("i"), `${name}${state === "ready" ? "" : ` ${STATES[state] ?? state}`}${again}`);
  return node;
}

function inWords({ name, state, detail }) {
  return `O processo ${name} está ${STATES[state] ?? state}${detail ? `: ${detail}` : ""}`;
}

function say(state, text) {
  byId("pulse").dataset.state = state;
  show(byId("pulse-text"), text, { quiet: true });
}

function notice(state, text = "") {
  const node = byId("notice");
  node.hidden = state === null;
  node.dataset.state = state ?? "";
  show(node, text, { quiet: true });
}
