// What became of one upload: figures, and each refused line as it stands, its fault marked.

import { count } from "../console/format.js";
import { language, t } from "../console/language.js";
import { keep, make, show } from "../console/nodes.js";
import { kindName } from "./form.js";

const FIGURES = [
  ["rows", "uploads.rows"], ["accepted", "uploads.accepted"], ["rejected_count", "uploads.rejected"],
  ["applied", "uploads.applied"], ["duplicates", "uploads.duplicates"],
  ["dead_letter_count", "uploads.dead"], ["pending", "uploads.pending"],
];

export function createResult() {
  const title = make("h2", { id: "uploads-result" });
  const state = make("p.state", { role: "status" }, make("i"), make("span"));
  const figures = make("dl.figures", {}, ...FIGURES.map(([name, words]) =>
    make("div", { "data-figure": name }, make("dt", {}, t(words)), make("dd"))));
  const notices = make("ul.notices");
  const refused = make("div.refused");
  const node = make("section.panel", { "aria-labelledby": "uploads-result", hidden: true },
    make("header", {}, title, state), figures, notices, refused);
  let shown = null;

  function update(upload) {
    node.hidden = false;
    show(title, `${kindName(upload.kind)} · ${upload.file}`, { quiet: true });
    state.className = `state ${upload.status === "applied" ? "ready" : "between"}`;
    state.lastChild.textContent = t(`upload.${upload.status}`);
    FIGURES.forEach(([name], index) => show(figures.children[index].lastChild, count(upload[name])));
    keep(notices, upload.notices, { keyOf: (words) => words, create: (words) => make("li", { lang: "en" }, words), update: () => {} });
    const picture = `${upload.upload_id}|${upload.dead_letter_count}`;
    if (picture === shown) return;
    shown = picture;
    refused.replaceChildren(...lines(upload));
  }

  return { node, update };
}

function lines(upload) {
  const parts = [];
  if (upload.rejected.length) parts.push(heading(upload), inPlace(upload.rejected));
  if (upload.dead_letters.length) parts.push(make("h3", {}, t("uploads.dead")), deadLetters(upload.dead_letters));
  return parts.length ? parts : [make("p.empty", {}, t("uploads.none_refused"))];
}

function heading({ rejected, rejected_count: all }) {
  const more = all > rejected.length ? t("uploads.more", { shown: count(rejected.length), count: count(all) }) : null;
  return make("div", {}, make("h3", {}, t("uploads.refused_rows")), more && make("p", {}, more));
}

/** The table of the file with the refused lines only; the fault stands below its cell's text. */
function inPlace(rejected) {
  const columns = Object.keys(rejected[0].cells);
  return make("div.wide", { tabindex: "0" }, make("table.lines", {},
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, t("uploads.row")),
      ...columns.map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, ...rejected.map((line) => make("tr", { "data-row": line.row },
      make("th", { scope: "row" }, String(line.row)),
      ...columns.map((name) => cell(line, name)),
      columns.includes(line.column) ? null : make("td.wrong", {}, said(line)))))));
}

function cell(line, name) {
  if (name !== line.column) return make("td", {}, line.cells[name]);
  return make("td.wrong", {}, line.cells[name], make("small", {}, said(line)));
}

const said = (line) => (language() === "en" ? line.message_en : line.message_pt);

function deadLetters(dead) {
  return make("table.lines", {}, make("tbody", {}, ...dead.map((each) => make("tr", {},
    make("th", { scope: "row" }, String(each.row)),
    make("td.wrong", {}, t(`reason.${each.reason}`), make("small", { lang: "en" }, each.detail))))));
}
