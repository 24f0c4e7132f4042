// The table of live positions.

import { count, daysRange, money, quantity } from "./format.js";
import { byId, keep, make, show } from "./nodes.js";

const ODD = {
  never_counted: "nunca contado",
  negative_on_hand: "estoque negativo",
  unknown_item: "item sem cadastro",
  unknown_site: "local sem cadastro",
  overdue_order: "pedido atrasado",
  transfer_discrepancy: "transferência não confere",
  orphan_correction: "correção sem alvo",
};
const COLUMNS = [
  ["what", ""], ["held n", "Em estoque"], ["coming n", "A caminho"],
  ["point", "Posição / ponto de pedido"], ["days n", "Falta em"], ["risk n", "Em risco"],
];

export function showPositions(page, { filtered, total }) {
  keep(byId("rows"), page.items, {
    keyOf: (row) => `${row.item_id}|${row.site_id}`, create, update,
  });
  const empty = byId("rows-empty");
  empty.hidden = page.items.length > 0;
  empty.textContent = filtered
    ? "Nenhuma posição com esse filtro."
    : "Nenhuma posição ainda: a linha não recebeu nenhum fato.";
  show(byId("positions-shown"), shown(page, { filtered, total }), { quiet: true });
}

function shown(page, { filtered, total }) {
  if (page.items.length === 0) return "";
  if (page.next_cursor !== null) {
    return filtered ? `as ${count(page.items.length)} primeiras`
      : `${count(page.items.length)} de ${count(total)}`;
  }
  return filtered ? `${count(page.items.length)} com esse filtro` : `todas as ${count(page.items.length)}`;
}

function create() {
  const node = make("tr");
  for (const [className, label] of COLUMNS) {
    const cell = make("td", className);
    if (label) cell.dataset.label = label;
    node.append(cell);
  }
  const [what, , coming, point, days] = node.children;
  what.append(make("span", "name"), make("small", "where"), make("small", "odd"));
  coming.append(make("span", "amount"));
  const level = make("span", "level");
  level.append(make("i"), make("b"));
  point.append(make("span", "position"), make("span", "of"), level);
  days.append(make("span", "range"));
  node.querySelector(".held").append(make("span", "amount"), make("small", "reserved"));
  node.querySelector(".risk").append(make("span", "amount"));
  return node;
}

function update(node, row) {
  const part = (path) => node.querySelector(path);
  const coming = row.on_order + row.in_transit;
  show(part(".name"), row.name || row.item_id);
  show(part(".where"), `${row.item_id} em ${row.site_id}${row.region ? `, ${row.region}` : ""}`);
  show(part(".odd"), row.flags.map((flag) => ODD[flag] ?? flag).join(", "));
  show(part(".held .amount"), `${quantity(row.on_hand)} ${row.unit}`);
  show(part(".reserved"), row.reserved ? `${quantity(row.reserved)} reservado` : "");
  show(part(".coming .amount"), coming ? quantity(coming) : "–");
  show(part(".position"), quantity(row.position));
  show(part(".of"), row.reorder_point > 0 ? ` / ${quantity(ceil(row.reorder_point))}` : " / sem ponto");
  show(part(".range"), daysRange(row.days_to_stockout) ?? "sem previsão");
  show(part(".risk .amount"), row.at_risk_brl > 0 ? money(row.at_risk_brl) : "–");
  part(".coming").classList.toggle("zero", coming === 0);
  part(".days").classList.toggle("zero", row.days_to_stockout.p50 === null);
  part(".risk").classList.toggle("zero", row.at_risk_brl === 0);
  node.classList.toggle("below", row.below_reorder_point);
  node.classList.toggle("out", row.position <= 0 && row.below_reorder_point);
  level(node, row);
}

const ceil = (value) => Math.ceil(value * 10) / 10;

/** How full: the position on a scale that ends at the order-up-to level, the reorder point a mark. */
function level(node, row) {
  const full = Math.max(row.order_up_to, row.position, row.reorder_point, 0.001);
  const share = (value) => `${Math.min(100, Math.max(0, (100 * value) / full))}%`;
  node.style.setProperty("--held", share(row.position));
  node.style.setProperty("--point", share(row.reorder_point));
  node.querySelector(".level").hidden = row.order_up_to <= 0;
}
