/**
 * A message that a caller has left: to be listened to, and the caller to be called, in place of a talk.
 */
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { get } from "../shared/api.js";
import { clockTime, duration } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { History } from "./customer.js";
import { CallButton } from "./dial.js";
import { Way } from "./offer.js";

/** @typedef {import("./state.js").Contact} Contact */

const AGAIN_MS = 1000; // the records are a moment behind the journal
const TRIES_MAX = 10;

/** The sound of the open message: where it is, "" while it is looked for, null where there is none.
 * @type {import("@preact/signals").Signal<string | null>} */
const sound = signal("");

/** @param {string} contact
 * @param {AbortSignal} stopped
 * @param {number} [tries] */
async function find(contact, stopped, tries = 0) {
  /** @type {{recordings: {id: string, state: string}[]} | null} */
  const record = await get(`/api/contacts/${encodeURIComponent(contact)}`).catch(() => null);
  if (stopped.aborted) return;
  const last = record?.recordings.at(-1);
  if (last && ["stored", "failed"].includes(last.state)) sound.value = `/api/recordings/${last.id}`;
  else if (tries >= TRIES_MAX) sound.value = null;
  else setTimeout(() => find(contact, stopped, tries + 1), AGAIN_MS);
}

function Player() {
  if (sound.value === null) return html`<p class="notice info" role="status">${t("message.silent")}</p>`;
  if (!sound.value) return null;
  return html`<audio controls preload="metadata" src=${sound.value} aria-label=${t("message.listen")}
    onError=${() => { sound.value = null; }} />`;
}

/** What stands in the place of a call.
 * @param {{contact: Contact}} props */
export function Voicemail({ contact }) {
  useEffect(() => {
    const stop = new AbortController();
    sound.value = "";
    void find(contact.id, stop.signal);
    return () => stop.abort();
  }, [contact.id]);
  const whole = contact.message?.whole;
  return html`<div class="call"><div class="call-card">
    <div class="call-ring"><${Icon} name="record" /></div>
    <p class="muted">${t("message.title")}${whole && contact.message ? ` · ${duration(contact.message.duration_ms)}` : ""}</p>
    ${!whole && html`<p class="notice info" role="status">${t("message.not_whole")}</p>`}
    <${Player} />
    ${contact.address && html`<p class="row"><span class="number">${contact.address}</span><${CallButton} number=${contact.address} /></p>`}
    <dl class="call-facts">
      <div><dt>${t("call.arrived")}</dt><dd class="number">${clockTime(contact.arrived_at)}</dd></div>
      <div><dt>${t("offer.queue")}</dt><dd>${contact.queue_name}</dd></div>
    </dl>
    <${Way} contact=${contact} />
    <${History} contact=${contact} />
  </div></div>`;
}
