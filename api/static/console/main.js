// Puts the console together: pages, the live stream, keys, search, language.

import { agoraPage } from "../agora/page.js";
import { flowPage } from "../flow/page.js";
import { itemPage } from "../item/page.js";
import { uploadsPage } from "../uploads/page.js";
import { listenToKeys, showKeys } from "./keyboard.js";
import { language, switchLanguage, t, translate } from "./language.js";
import { listen } from "./live.js";
import { make } from "./nodes.js";
import { createPulse } from "./pulse.js";
import { createRouter } from "./router.js";
import { createSearch } from "./search.js";

const REFRESH_AT_MOST_EVERY_MS = 1000;
const PIPELINE_EVERY_MS = 15_000;
const LOOK_EVERY_MS = 5000; // ages grow though nothing happens

const view = document.getElementById("view");
const pulse = createPulse();
let page = null; // what is shown: {title, refresh, alert, keys, leave}

const router = createRouter([
  [/^\/$/, agoraPage],
  [/^\/fluxo$/, flowPage],
  [/^\/envios$/, uploadsPage],
  [/^\/item\/([^/]+)\/([^/]+)$/, itemPage],
], showPage);
const search = createSearch(router.go);

function showPage(make_, path, query) {
  page?.leave?.();
  view.replaceChildren();
  scrollTo(0, 0);
  page = make_ ? make_({ view, path, query, go: router.go, pulse, titled }) : notFound();
  titled(page.title);
  for (const link of document.querySelectorAll(".top nav a")) {
    const current = link.pathname === location.pathname;
    current ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
}

function titled(title) {
  document.title = title ? `${title} · Nova Corrente` : "Nova Corrente";
}

function notFound() {
  view.append(make("p.empty", {}, t("page.not_found")));
  return { title: t("page.not_found") };
}

// What changed is gathered, and read at most once a second.
const changed = { keys: new Set(), all: false };
let refreshing = null;

function soon({ keys = [], all = false }) {
  keys.forEach(({ item_id: item, site_id: site }) => changed.keys.add(`${item}|${site}`));
  changed.all ||= all;
  refreshing ??= setTimeout(refresh, 0);
}

async function refresh() {
  const what = { keys: new Set(changed.keys), all: changed.all };
  changed.keys.clear();
  changed.all = false;
  pulse.readPipeline({ atMostEvery: PIPELINE_EVERY_MS });
  await Promise.all([pulse.read().then(() => page?.pulsed?.()), page?.refresh?.(what)]).catch(() => {});
  await new Promise((done) => setTimeout(done, REFRESH_AT_MOST_EVERY_MS));
  refreshing = changed.all || changed.keys.size ? setTimeout(refresh, 0) : null;
}

function say(words) {
  document.getElementById("said").textContent = words;
}

listen({
  onAlert: ({ transition, alert }) => {
    page?.alerted?.(transition, alert);
    const words = { opened: "agora.new", recovered: "agora.recovered" }[transition];
    if (words) say(t(words, { name: alert.name, site: alert.site_id }));
    soon({ all: true });
  },
  onChanged: ({ keys, many }) => soon({ keys, all: many }),
  onReset: () => soon({ all: true }),
  onState: (state) => {
    pulse.connection(state);
    soon({ all: state === "live" });
  },
});
setInterval(() => document.hidden || soon({}), LOOK_EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || soon({ all: true }));

listenToKeys({
  agora: () => router.go("/"),
  flow: () => router.go("/fluxo"),
  uploads: () => router.go("/envios"),
  search: search.focus,
  help: showKeys,
}, () => page);
document.getElementById("help").addEventListener("click", showKeys);
document.getElementById("language").addEventListener("click", () => {
  switchLanguage();
  inThisLanguage();
  router.here();
});

function inThisLanguage() {
  translate(document);
  document.getElementById("language").lang = language() === "en" ? "pt-BR" : "en";
  pulse.retell();
}

inThisLanguage();
router.here();
