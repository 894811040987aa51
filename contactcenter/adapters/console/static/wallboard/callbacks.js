/**
 * The callbacks on the wallboard, for supervisors: whom we have promised to call, and two ways to act on each of them.
 */
import { html } from "htm/preact";

import { clockTime } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Listing, ListingButton, ListingDialog } from "./listing.js";
import { queueName } from "./state.js";

/** @typedef {{contact: string, queue: string, number: string | null, placed_at: number, promised_at: number, expires_at: number,
 *   state: string, tries: number, until_at: number, reason: string}} Callback */

/** @type {Listing<Callback>} */
const listing = new Listing("/api/callbacks");

/** The button in the bar. */
export function CallbackButton() {
  return html`<${ListingButton} listing=${listing} icon="voice">${t("callbacks.open")}<//>`;
}

/** @param {{callback: Callback}} props */
function Row({ callback }) {
  const number = callback.number ?? t("listing.erased");
  return html`<tr>
    <td class="number">${number}</td><td>${queueName(callback.queue)}</td><td>${word("callback_state", callback.state)}</td>
    <td class="number">${clockTime(callback.placed_at)}</td><td class="number">${callback.tries}</td>
    <td class="number">${callback.state === "postponed" ? clockTime(callback.until_at) : ""}</td>
    <td><div class="row">
      <button type="button" class="button" aria-label=${t("callbacks.now_of", { number })} onClick=${() => listing.act(callback, "call_now")}>${t("callbacks.now")}</button>
      <button type="button" class="button" aria-label=${t("callbacks.cancel_of", { number })} onClick=${() => listing.act(callback, "cancel")}>${t("callbacks.cancel")}</button>
    </div></td></tr>`;
}

/** The list. */
export function CallbackDialog() {
  const heads = [t("listing.number"), t("listing.queue"), t("listing.state"), t("listing.since"), t("callbacks.tries"), t("callbacks.until"), ""];
  return html`<${ListingDialog} listing=${listing} id="callbacks-title" title=${t("callbacks.title")} none=${t("callbacks.none")} heads=${heads}
    row=${(/** @type {Callback} */ row) => html`<${Row} key=${row.contact} callback=${row} />`} />`;
}
