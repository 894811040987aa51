/**
 * The list of contacts the agent works on, with what each wants next: an answer, a result.
 */
import { html } from "htm/preact";

import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { agent, chosen, isOver, open, unread, working } from "./state.js";
import { acts } from "./desk.js";
import { Since, Until } from "./timer.js";

/** @typedef {import("./state.js").Contact} Contact */

/** The name a person reads for a contact.
 * @param {Contact} contact */
export function nameOf(contact) {
  return contact.customer?.name || contact.name || contact.address || t("customer.unknown");
}

/** Opens the contact `step` places away from the open one.
 * @param {number} step */
export function openNeighbour(step) {
  const list = working.value;
  if (!list.length) return;
  const at = list.findIndex((contact) => contact.id === open.value?.id);
  chosen.value = /** @type {Contact} */ (list[(at + step + list.length) % list.length]).id;
}

/** The queue that a contact came through, or how it began without one.
 * @param {Contact} contact */
export function whence(contact) {
  const beside = contact.direction === "outbound" || (contact.direction !== "inbound" && !contact.queue_name);
  return beside ? word("direction", contact.direction) : contact.queue_name;
}

/** @param {Contact} contact */
function lastWords(contact) {
  const last = contact.messages.findLast((message) => message.author !== "system");
  if (!last) return whence(contact);
  return last.author === "agent" ? t("contacts.you", { text: last.text }) : last.text;
}

/** @param {{contact: Contact}} props */
function Row({ contact }) {
  const fresh = unread(contact);
  const wrapping = isOver(contact);
  return html`<li><button type="button" class=${`contact-row ${wrapping ? "wrapping" : ""}`} aria-current=${open.value?.id === contact.id}
      onClick=${() => { chosen.value = contact.id; }}>
    <span class=${`channel-mark ${contact.channel}`}><${Icon} name=${contact.channel} /></span>
    <span class="grow contact-words">
      <span class="row"><b class="truncate grow">${nameOf(contact)}</b>
        <span class="small muted">${wrapping && contact.wrap_up_ends_at
          ? html`<${Until} until=${contact.wrap_up_ends_at} />` : html`<${Since} since=${contact.since_at} />`}</span></span>
      <span class="row small"><span class="truncate grow muted">${contact.channel === "voice" ? whence(contact) : lastWords(contact)}</span>
        ${wrapping && html`<span class="pill tone-wrap"><${Icon} name="pen" />${word("work", contact.state)}</span>`}
        ${contact.state === "hold" && html`<span class="pill tone-accent"><${Icon} name="pause" />${word("work", "hold")}</span>`}
        ${contact.state === "parked" && html`<span class="pill" title=${t("contacts.parked_note")}><${Icon} name="pause" />${word("work", "parked")}</span>`}
        ${fresh > 0 && html`<span class="unread number" aria-label=${t("contacts.unread", { count: fresh })}>${fresh}</span>`}</span>
    </span>
  </button></li>`;
}

/** The list, or what to do when it is empty. */
export function ContactList() {
  const list = working.value;
  return html`<nav class="contact-list" aria-label=${t("contacts.title")}>
    <h2 class="side-title">${t("contacts.title")} <span class="muted number">${list.length || ""}</span></h2>
    ${list.length ? html`<ul>${list.map((contact) => html`<${Row} key=${contact.id} contact=${contact} />`)}</ul>`
      : html`<p class="side-empty small muted">${t("contacts.none")}</p>`}
  </nav>`;
}

/** The middle of the page while there is nothing to work on. */
export function NothingOpen() {
  const ready = agent.value?.presence === "ready";
  return html`<div class="empty">
    <svg class="empty-picture" viewBox="0 0 72 72" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" aria-hidden="true">
      <path d="M18 40v-6a18 18 0 0 1 36 0v6" /><rect x="13" y="38" width="11" height="16" rx="5" /><rect x="48" y="38" width="11" height="16" rx="5" />
      <path d="M54 54c0 5-6 7-14 7" /></svg>
    <h2>${t(ready ? "empty.ready" : "empty.not_ready")}</h2>
    <p>${t(ready ? "empty.ready_note" : "empty.not_ready_note")}</p>
    ${!ready && html`<button type="button" class="button good large" onClick=${acts.ready}><${Icon} name="ready" />${t("state.go_ready")}</button>`}
    <p class="small">${t("empty.keys")} <kbd>?</kbd></p>
  </div>`;
}
