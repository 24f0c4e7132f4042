// The stream of what happens: connected, lost, resumed where it broke, or signed out.

import { ask, Problem, signInAgain } from "./ask.js";

const AGAIN_AFTER_MS = [500, 1000, 2000, 4000];
// The server says something every ten seconds: a line that is silent for longer is dead.
const SILENT_AFTER_MS = 25_000;

/**
 * Listen for as long as the page lives. A browser resumes a broken connection by itself, but gives
 * up where the server answers with an error, as one does while it starts: so we connect anew, and
 * hand over the id of the last event that was heard.
 */
export function listen({ onAlert, onChanged, onReset, onState }) {
  let source = null;
  let lastId = null;
  let attempts = 0;
  let timer = null;
  let silence = null;

  function connect() {
    clearTimeout(timer);
    const query = lastId === null ? "" : `?${new URLSearchParams({ last_event_id: lastId })}`;
    source = new EventSource(`/v1/alerts/stream${query}`);
    source.onerror = lost;
    hear("ready", () => {
      attempts = 0;
      onState("live");
    });
    hear("alert", (data) => onAlert(data));
    hear("changed", (data) => onChanged(data));
    hear("reset", () => onReset());
    watchSilence();
  }

  function hear(name, act) {
    source.addEventListener(name, (event) => {
      lastId = event.lastEventId || lastId;
      watchSilence();
      act(JSON.parse(event.data));
    });
  }

  function lost() {
    if (source === null) return;
    source.close();
    source = null;
    clearTimeout(silence);
    onState("lost");
    const wait = AGAIN_AFTER_MS[Math.min(attempts, AGAIN_AFTER_MS.length - 1)];
    attempts += 1;
    timer = setTimeout(again, wait);
  }

  async function again() {
    try {
      await ask("status"); // tells a session that is over from a service that is away
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return signInAgain();
      attempts += 1;
      timer = setTimeout(again, AGAIN_AFTER_MS[Math.min(attempts, AGAIN_AFTER_MS.length - 1)]);
      return undefined;
    }
    return connect();
  }

  // Comments are not told to scripts, so silence shows only as time without any event.
  function watchSilence() {
    clearTimeout(silence);
    silence = setTimeout(probe, SILENT_AFTER_MS);
  }

  async function probe() {
    try {
      await ask("status");
      watchSilence();
    } catch {
      lost();
    }
  }

  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && lost());
  addEventListener("online", () => source === null && again());
  connect();
}
