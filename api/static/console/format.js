// Numbers, money and time as Brazil writes them, in both languages: the figures are the same.
// All times are shown as São Paulo reads them.

import { t } from "./language.js";

const ZONE = { timeZone: "America/Sao_Paulo" };
const number = (digits) => new Intl.NumberFormat("pt-BR", { maximumFractionDigits: digits });
const reais = (options) => new Intl.NumberFormat("pt-BR", { style: "currency", currency: "BRL", ...options });
const date = (options) => new Intl.DateTimeFormat("pt-BR", { ...ZONE, ...options });

const three = number(3);
const two = number(2);
const one = number(1);
const whole = number(0);
const exactReais = reais({ maximumFractionDigits: 0 });
const thousands = number(1);
const clock = date({ hour: "2-digit", minute: "2-digit" });
const dayAndClock = date({ day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" });
const full = date({ day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" });
const precise = date({
  day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const dayOnly = date({ day: "2-digit", month: "2-digit", year: "numeric" });
const dayAndMonth = date({ day: "2-digit", month: "2-digit" });

export const quantity = (value) => three.format(value);
export const count = (value) => whole.format(value);
export const perSecond = (value) => (value < 10 ? two : one).format(value);
export const decimal = (value) => one.format(value);
export const percent = (share) => `${whole.format(100 * share)} %`;
export const signed = (value) => (value > 0 ? `+${three.format(value)}` : three.format(value).replace("-", "−"));

/** "R$ 850", "R$ 61,2 mil", "R$ 2,1 mi". */
export function money(value) {
  if (value < 1000) return exactReais.format(value);
  if (value < 999_950) return `R$\u00a0${thousands.format(value / 1000)}\u00a0mil`;
  return `R$\u00a0${thousands.format(value / 1e6)}\u00a0mi`;
}

/** A reorder point is a level to cross, not a number of pieces: one decimal is enough, upwards. */
export const level = (value) => three.format(Math.ceil(value * 10) / 10);

const plain = (text) => text.replace(",", "");
export const instant = (text) => plain(full.format(new Date(text)));
export const second = (text) => plain(precise.format(new Date(text)));
export const day = (text) => dayOnly.format(new Date(text));

/** A calendar day, "2025-07-21" as "21/07/2025"; without the year when it is that of `near`. */
export function calendarDay(text, near = null) {
  const [year, month, dayOfMonth] = text.split("-");
  return near?.startsWith(year) ? `${dayOfMonth}/${month}` : `${dayOfMonth}/${month}/${year}`;
}

/** A time near another: "14:20" on the same day, "27/11 14:20" in the same year. */
export function near(text, now) {
  const [then, today] = [new Date(text), new Date(now)];
  if (dayOnly.format(then) === dayOnly.format(today)) return clock.format(then);
  return plain(Math.abs(today - then) < 180 * 864e5 ? dayAndClock.format(then) : full.format(then));
}

export const shortDay = (milliseconds) => dayAndMonth.format(new Date(milliseconds));

/** An age or a delay: "40 ms", "2,5 s", "4 min", "3 h", "12 dias". */
export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (milliseconds < 1000) return `${whole.format(milliseconds)} ms`;
  if (seconds < 10) return `${one.format(seconds)} s`;
  if (seconds < 90) return `${whole.format(seconds)} s`;
  if (seconds < 5400) return `${whole.format(seconds / 60)} min`;
  if (seconds < 129600) return `${whole.format(seconds / 3600)} h`;
  return days(Math.round(seconds / 86400));
}

export const days = (value) => t("unit.day", { count: whole.format(value), number: value });

/** A range of days: "2–6 dias", "3 dias". */
export function dayRange(from, to) {
  const [low, high] = [Math.max(0, Math.round(from)), Math.round(to)];
  return low === high ? days(low) : t("unit.range_days", { from: count(low), to: count(high) });
}
