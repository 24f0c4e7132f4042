// Questions to the API, and what goes wrong with them in words.

import { t } from "./language.js";

const TIMEOUT_MS = 8000;

/** What the API said instead of an answer; `status` 0: nothing. */
export class Problem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Return the JSON at a path under /v1. @throws {Problem} */
export async function ask(path, parameters = {}, { signal = null } = {}) {
  const query = new URLSearchParams(parameters);
  const signals = [AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])];
  let response;
  try {
    response = await fetch(`/v1/${path}${query.size ? `?${query}` : ""}`, {
      signal: AbortSignal.any(signals), headers: { Accept: "application/json" },
    });
    if (response.ok) return await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, t("broken.api"));
  }
  if (response.status === 401 || response.status === 403) signInAgain();
  throw new Problem(response.status, await inWords(response));
}

/** The server asks for a key at this same address, and leads back to it. */
export function signInAgain() {
  location.reload();
}

export const keyPath = (item, site) => `${encodeURIComponent(item)}/${encodeURIComponent(site)}`;
export const pageOf = (item, site) => `/item/${keyPath(item, site)}`;

async function inWords(response) {
  if (response.status === 503) return t("broken.read_model");
  const problem = await response.json().catch(() => ({}));
  return t("broken.other", { status: response.status, detail: problem.detail ?? response.statusText });
}
