// Numbers, money and time as Brazil writes them. All times are shown as São Paulo reads them.

const number = new Intl.NumberFormat("pt-BR", { maximumFractionDigits: 3 });
const whole = new Intl.NumberFormat("pt-BR", { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat("pt-BR", { maximumFractionDigits: 1 });
const reais = new Intl.NumberFormat("pt-BR", {
  style: "currency", currency: "BRL", maximumFractionDigits: 0,
});
const shortReais = new Intl.NumberFormat("pt-BR", {
  style: "currency", currency: "BRL", notation: "compact", maximumFractionDigits: 1,
});
const moment = new Intl.DateTimeFormat("pt-BR", {
  timeZone: "America/Sao_Paulo",
  day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit",
});

export const quantity = (value) => number.format(value);
export const count = (value) => whole.format(value);
export const money = (value) => (value < 1000 ? reais : shortReais).format(value);
export const instant = (text) => moment.format(new Date(text)).replace(",", "");

export function plural(value, one, many) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** An age or a delay: "40 ms", "2,5 s", "4 min", "3 h", "12 dias". */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (milliseconds < 1000) return `${whole.format(milliseconds)} ms`;
  if (seconds < 10) return `${oneDecimal.format(seconds)} s`;
  if (seconds < 90) return `${whole.format(seconds)} s`;
  if (seconds < 5400) return `${whole.format(seconds / 60)} min`;
  if (seconds < 129600) return `${whole.format(seconds / 3600)} h`;
  return plural(Math.round(seconds / 86400), "dia", "dias");
}

/** A range of days before a point: "2–6 dias"; null when no end is in sight. */
export function daysRange({ p10, p50, p90 }) {
  if (p10 === null && p50 === null) return null;
  const from = Math.max(0, Math.round(p10 ?? p50));
  if (p90 === null) return `${count(from)} dias ou mais`;
  const to = Math.round(p90);
  return from === to ? plural(from, "dia", "dias") : `${count(from)}–${count(to)} dias`;
}
