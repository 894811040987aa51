/**
 * The callbacks on the wallboard, for supervisors: whom we have promised to call, and two ways to act on each of them.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { get, post } from "../shared/api.js";
import { clockTime } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { me } from "../shared/session.js";
import { queues } from "./state.js";

/** @typedef {{contact: string, queue: string, number: string | null, placed_at: number, promised_at: number, expires_at: number,
 *   state: string, tries: number, until_at: number, reason: string}} Callback */

const AGAIN_MS = 3000; // the list is read anew so often while it is open

/** All callbacks while the list is open, else null.
 * @type {import("@preact/signals").Signal<Callback[] | null>} */
const known = signal(null);
const error = signal("");
let again = 0;

function mayAct() {
  return me.value?.role === "supervisor" || me.value?.role === "admin";
}

async function read() {
  try {
    known.value = /** @type {Callback[]} */ (await get("/api/callbacks"));
  } catch (why) {
    error.value = /** @type {Error} */ (why).message;
  }
}

async function open() {
  error.value = "";
  await read();
  known.value ??= [];
  again = setInterval(read, AGAIN_MS);
}

function close() {
  clearInterval(again);
  known.value = null;
}

/** @param {Callback} callback
 * @param {"cancel" | "call_now"} what */
async function act(callback, what) {
  error.value = "";
  try {
    await post("/api/callbacks", { contact: callback.contact, do: what });
  } catch (why) {
    error.value = /** @type {Error} */ (why).message;
  }
  await read();
}

/** The button in the bar. */
export function CallbackButton() {
  if (!mayAct()) return null;
  return html`<button type="button" class="button quiet" onClick=${open}><${Icon} name="voice" />${t("callbacks.open")}</button>`;
}

/** @param {{callback: Callback}} props */
function Row({ callback }) {
  const number = callback.number ?? t("callbacks.erased");
  const name = queues.value.find((queue) => queue.id === callback.queue)?.name ?? callback.queue;
  return html`<tr>
    <td class="number">${number}</td><td>${name}</td><td>${word("callback_state", callback.state)}</td>
    <td class="number">${clockTime(callback.placed_at)}</td><td class="number">${callback.tries}</td>
    <td class="number">${callback.state === "postponed" ? clockTime(callback.until_at) : ""}</td>
    <td><div class="row">
      <button type="button" class="button" aria-label=${t("callbacks.now_of", { number })} onClick=${() => act(callback, "call_now")}>${t("callbacks.now")}</button>
      <button type="button" class="button" aria-label=${t("callbacks.cancel_of", { number })} onClick=${() => act(callback, "cancel")}>${t("callbacks.cancel")}</button>
    </div></td></tr>`;
}

function Table() {
  const rows = known.value ?? [];
  if (!rows.length) return html`<p class="muted">${t("callbacks.none")}</p>`;
  const heads = [t("callbacks.number"), t("callbacks.queue"), t("callbacks.state"), t("callbacks.since"), t("callbacks.tries"), t("callbacks.until"), ""];
  return html`<table class="callbacks"><thead><tr>${heads.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<${Row} key=${row.contact} callback=${row} />`)}</tbody></table>`;
}

/** The list. */
export function CallbackDialog() {
  if (!known.value) return null;
  return html`<dialog aria-labelledby="callbacks-title" onClose=${close}
      ref=${(/** @type {HTMLDialogElement | null} */ dialog) => { if (dialog && !dialog.open) dialog.showModal(); }}>
    <div class="card sheet wide"><h2 id="callbacks-title">${t("callbacks.title")}</h2><${Table} />
      ${error.value && html`<p class="notice" role="alert"><${Icon} name="alert" /><span>${error.value}</span></p>`}
      <div class="row"><button type="button" class="button" onClick=${close}>${t("close")}</button></div></div>
  </dialog>`;
}
