/**
 * The messages on the wallboard, for supervisors: who left them, who has each of them in hand, its sound, and the one act
 * on one to which nobody is to listen.
 */
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { html } from "htm/preact";

import { now } from "../shared/clock.js";
import { dayTime, duration } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { MessagePlayer } from "../shared/message_sound.js";
import { Listing, ListingButton, ListingDialog } from "./listing.js";
import { agents, queueName } from "./state.js";

/** @typedef {{contact: string, queue: string, number: string | null, placed_at: number, duration_ms: number, whole: boolean,
 *   state: "waiting" | "passed_on" | "in_hand" | "wrap_up", agent: string | null}} Message */

/** @type {Listing<Message>} */
const listing = new Listing("/api/messages");

const COLUMNS = 6;

/** The button in the bar. */
export function MessageButton() {
  return html`<${ListingButton} listing=${listing} icon="record">${t("messages.open")}<//>`;
}

/** @param {Message} message */
function stateText(message) {
  const name = agents.value.find((agent) => agent.id === message.agent)?.name ?? message.agent ?? "";
  return t(`messages.${message.state}`, { name });
}

/** Asks before it is too late: what is dismissed comes back to nobody. The focus goes to the harmless answer, and back.
 * @param {{over: () => void, dismiss: () => void, back: {current: HTMLElement | null}}} props */
function Doubt({ over, dismiss, back }) {
  const keep = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    keep.current?.focus();
    return () => back.current?.focus();
  }, []);
  return html`<tr><td colspan=${COLUMNS}><div class="row notice" role="group" aria-label=${t("messages.dismiss")}>
    <span class="grow" id="messages-really">${t("messages.really")}</span>
    <button type="button" class="button danger" aria-describedby="messages-really" onClick=${dismiss}>${t("messages.dismiss_really")}</button>
    <button type="button" class="button" aria-describedby="messages-really" ref=${keep} onClick=${over}>${t("messages.keep")}</button></div></td></tr>`;
}

/** @param {{message: Message}} props */
function Row({ message }) {
  const plays = useSignal(false);
  const doubted = useSignal(false);
  const button = useRef(/** @type {HTMLElement | null} */ (null));
  const number = message.number ?? t("listing.erased");
  const waits = message.state === "waiting";
  return html`<tr>
    <td class="number">${number}</td><td>${queueName(message.queue)}</td><td class="number">${dayTime(message.placed_at, now.value)}</td>
    <td class="number">${message.whole ? duration(message.duration_ms) : t("messages.not_whole")}</td><td>${stateText(message)}</td>
    <td><div class="row">
      <button type="button" class="button" aria-label=${t(plays.value ? "messages.shut_of" : "messages.listen_of", { number })}
        onClick=${() => { plays.value = !plays.value; }}>${t(plays.value ? "messages.shut" : "messages.listen")}</button>
      ${waits && html`<button type="button" class="button" aria-label=${t("messages.dismiss_of", { number })} ref=${button}
        onClick=${() => { doubted.value = true; }}>${t("messages.dismiss")}</button>`}
    </div></td></tr>
    ${plays.value && html`<tr><td colspan=${COLUMNS}><${MessagePlayer} contact=${message.contact} /></td></tr>`}
    ${waits && doubted.value && html`<${Doubt} back=${button} over=${() => { doubted.value = false; }}
      dismiss=${() => { doubted.value = false; void listing.act(message, "dismiss"); }} />`}`;
}

/** The list. */
export function MessageDialog() {
  const heads = [t("listing.number"), t("listing.queue"), t("listing.since"), t("messages.length"), t("listing.state"), ""];
  return html`<${ListingDialog} listing=${listing} id="messages-title" title=${t("messages.title")} none=${t("messages.none")} heads=${heads}
    row=${(/** @type {Message} */ row) => html`<${Row} key=${row.contact} message=${row} />`} />`;
}
