// A file to the API, and its answer or what went wrong in words.

import { Problem } from "../console/ask.js";
import { language, t } from "../console/language.js";

export const LIMIT_MIB = 64;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const NOT_ALLOWED = 405;

/** Send a file and return the upload. @throws {Problem} with words for people */
export async function send(kind, file) {
  if (file.size > LIMIT_MIB * 2 ** 20) throw new Problem(413, t("uploads.too_large", { limit: LIMIT_MIB }));
  const form = new FormData();
  form.append("kind", kind);
  form.append("file", file);
  let response;
  try {
    response = await fetch("/v1/uploads", { method: "POST", body: form });
  } catch {
    throw new Problem(0, t("broken.api"));
  }
  const said = await response.json().catch(() => ({}));
  if (response.ok) return said;
  throw new Problem(response.status, inWords(response.status, said));
}

function inWords(status, said) {
  if (said.detail_pt) return language() === "en" ? said.detail : said.detail_pt;
  if (status === FORBIDDEN) return t("uploads.forbidden");
  if (status === NOT_FOUND || status === NOT_ALLOWED) return t("uploads.absent");
  return t("broken.other", { status, detail: said.detail ?? "" });
}
