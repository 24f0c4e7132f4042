// Uploads: send a file, see each refused line in its place, and watch the rest being applied.

import { ask } from "../console/ask.js";
import { count, near } from "../console/format.js";
import { t } from "../console/language.js";
import { keep, make, show } from "../console/nodes.js";
import { createForm, kindName } from "./form.js";
import { createResult } from "./result.js";
import { send } from "./send.js";

const LOOK_EVERY_MS = 2000;

export function uploadsPage({ view, go, query }) {
  const form = createForm(submit);
  const result = createResult();
  const newest = make("ul.newest");
  const nothing = make("p.empty", { hidden: true }, t("uploads.none"));
  view.append(make("h1.unseen", {}, t("nav.uploads")), make("div.uploads", {},
    make("section.panel", { "aria-labelledby": "uploads-title" },
      make("header", {}, make("h2", { id: "uploads-title" }, t("uploads.title"))),
      make("p.lead", {}, t("uploads.lead")), form.node),
    result.node,
    make("section.panel", { "aria-labelledby": "uploads-newest" },
      make("header", {}, make("h2", { id: "uploads-newest" }, t("uploads.newest"))), newest, nothing)));
  let shown = query.get("id");
  let settled = false;
  let left = false;

  async function submit(kind, file) {
    form.busy(true);
    form.complain(null);
    try {
      const upload = await send(kind, file);
      if (left) return;
      settled = false;
      shown = upload.upload_id;
      go(`/envios?id=${encodeURIComponent(shown)}`, { replace: true });
      result.update(upload);
      await refresh();
    } catch (error) {
      form.complain(error.message);
    } finally {
      form.busy(false);
    }
  }

  async function refresh() {
    const { items } = await ask("uploads");
    if (left) return;
    nothing.hidden = items.length > 0;
    keep(newest, items, { keyOf: (each) => each.upload_id, create: row, update: fill });
    if (shown !== null && !settled) await look();
  }

  async function look() {
    const upload = await ask(`uploads/${encodeURIComponent(shown)}`);
    if (left) return;
    settled = upload.status === "applied";
    result.update(upload);
  }

  refresh().catch(() => { nothing.hidden = false; });
  const again = setInterval(() => document.hidden || settled || shown === null || refresh().catch(() => {}), LOOK_EVERY_MS);
  return {
    title: t("nav.uploads"),
    refresh,
    keys: {},
    leave: () => {
      left = true;
      clearInterval(again);
    },
  };
}

function row(upload) {
  return make("li", {},
    make("a", { href: `/envios?id=${encodeURIComponent(upload.upload_id)}`, "data-page": true },
      make("b"), make("span"), make("small")));
}

function fill(node, upload) {
  const [name, figures, when] = node.firstChild.children;
  show(name, upload.file, { quiet: true });
  const refused = upload.rejected_count + upload.dead_letter_count;
  show(figures, `${kindName(upload.kind)} · ${count(upload.rows)} · ${t("flow.refused", { count: count(refused), number: refused })}`, { quiet: true });
  show(when, `${t(`upload.${upload.status}`)} · ${near(upload.received_at, new Date().toISOString())}`, { quiet: true });
}
