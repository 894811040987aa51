/**
 * The sound of a message that a caller has left, read from the records: for the agent who has it in hand, and for
 * supervisors in the list.
 */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";

import { get } from "./api.js";
import { t } from "./i18n.js";

const AGAIN_MS = 1000; // the records are a moment behind the journal
const TRIES_MAX = 10;

/** Looks for the sound of a message; null where there is none.
 * @param {string} contact
 * @param {AbortSignal} stopped
 * @param {(path: string | null) => void} then
 * @param {number} [tries] */
async function find(contact, stopped, then, tries = 0) {
  /** @type {{recordings: {id: string, state: string}[]} | null} */
  const record = await get(`/api/contacts/${encodeURIComponent(contact)}`).catch(() => null);
  if (stopped.aborted) return;
  const last = record?.recordings.at(-1);
  if (last && ["stored", "failed"].includes(last.state)) then(`/api/recordings/${last.id}`);
  else if (tries >= TRIES_MAX) then(null);
  else setTimeout(() => find(contact, stopped, then, tries + 1), AGAIN_MS);
}

/** The player of a message, or that it has no sound.
 * @param {{contact: string}} props */
export function MessagePlayer({ contact }) {
  /** Where the sound is, "" while it is looked for, null where there is none. */
  const sound = useSignal(/** @type {string | null} */ (""));
  useEffect(() => {
    const stop = new AbortController();
    sound.value = "";
    void find(contact, stop.signal, (path) => { sound.value = path; });
    return () => stop.abort();
  }, [contact]);
  if (sound.value === null) return html`<p class="notice info" role="status">${t("message.silent")}</p>`;
  if (!sound.value) return null;
  return html`<audio controls preload="metadata" src=${sound.value} aria-label=${t("message.listen")}
    onError=${() => { sound.value = null; }} />`;
}
