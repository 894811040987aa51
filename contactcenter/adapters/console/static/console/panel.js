/**
 * The open contact: its head with the timer and the way to end it, the call or the thread, and the customer's side.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { now } from "../shared/clock.js";
import { clockTime, duration } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { nameOf, whence } from "./contacts.js";
import { CustomerCard, History } from "./customer.js";
import { acts } from "./desk.js";
import { ConsultBar, HandingButton } from "./handing.js";
import { Way } from "./offer.js";
import { Result } from "./result.js";
import { isOver } from "./state.js";
import { Since } from "./timer.js";
import { Thread } from "./thread.js";
import { Voicemail } from "./voicemail.js";

/** @typedef {import("./state.js").Contact} Contact */

const ASK_MS = 4000; // how long the second click counts as the answer to "really?"
const asking = signal("");

/** Ends the conversation; the first click asks, the second does it.
 * @param {Contact} contact */
function end(contact) {
  if (asking.value === contact.id) {
    asking.value = "";
    void acts.close(contact.id);
    return;
  }
  asking.value = contact.id;
  setTimeout(() => { if (asking.value === contact.id) asking.value = ""; }, ASK_MS);
}

/** @param {{contact: Contact}} props */
function Head({ contact }) {
  const tone = isOver(contact) ? "wrap" : "accent";
  const words = t(contact.channel === "voice" && !contact.message ? "panel.hang_up" : "panel.end");
  return html`<header class="panel-head">
    <span class=${`channel-mark large ${contact.channel}`}><${Icon} name=${contact.channel} /></span>
    <div class="grow"><h1 class="truncate">${nameOf(contact)}</h1>
      <p class="row small muted"><span class="number truncate">${[contact.address, whence(contact), contact.called_back && t("callback.mark"), contact.passed_on_by && t("transfer.from", { name: contact.passed_on_by })].filter(Boolean).join(" · ")}</span></p></div>
    ${contact.auto && contact.state === "talking" && html`<span class="pill tone-accent" role="status"><${Icon} name="ready" />${t("panel.auto")}</span>`}
    ${contact.recording && html`<span class="pill tone-bad recording"><${Icon} name="record" />${t("panel.recording")}</span>`}
    <span class=${`pill tone-${tone}`}>${word("work", contact.state)} <${Since} since=${contact.since_at} /></span>
    ${contact.called_back && ["talking", "hold"].includes(contact.state) && html`<button type="button" class="button" title=${t("callback.machine_note")}
      onClick=${() => acts.machine(contact.id)}>${t("callback.machine")}</button>`}
    <${HandingButton} contact=${contact} />
    ${!isOver(contact) && html`<button type="button" class="button danger" onClick=${() => end(contact)}>
      <${Icon} name=${contact.channel === "voice" && !contact.message ? "phone_off" : "close"} />${asking.value === contact.id ? t("panel.really") : words}</button>`}
  </header>`;
}

/** @param {Contact} contact */
function wordsOf(contact) {
  const calledBack = contact.called_back && contact.state === "dialling";
  return /** @type {"call.talking"} */ (calledBack ? "call.calling_back" : `call.${contact.state}`);
}

/** @param {{contact: Contact}} props */
function Call({ contact }) {
  const live = !isOver(contact);
  return html`<div class="call"><div class="call-card">
    <div class=${`call-ring ${contact.state}`}><${Icon} name=${contact.state === "hold" ? "pause" : live ? "voice" : "pen"} /></div>
    <p class="call-time timer">${duration(now.value - contact.since_at)}</p>
    <p class="muted">${t(live ? wordsOf(contact) : "call.over")}</p>
    <dl class="call-facts">
      <div><dt>${t("call.arrived")}</dt><dd class="number">${clockTime(contact.arrived_at)}</dd></div>
      ${contact.queue_name && contact.direction !== "outbound" && html`<div><dt>${t("call.waited")}</dt><dd class="number">${duration(contact.waited_ms)}</dd></div>
        <div><dt>${t("offer.queue")}</dt><dd>${contact.queue_name}</dd></div>`}
    </dl>
    <${Way} contact=${contact} />
    <${History} contact=${contact} />
  </div></div>`;
}

/** Why nobody hurries: the call is first, and the customer's clock stands still. */
function Parked() {
  return html`<p class="banner" role="status"><${Icon} name="pause" />${t("contacts.parked_note")}</p>`;
}

/** Everything about one contact.
 * @param {{contact: Contact}} props */
export function Panel({ contact }) {
  const over = isOver(contact);
  return html`<main class="panel" aria-label=${nameOf(contact)}>
      <${Head} contact=${contact} /><${ConsultBar} contact=${contact} />
      ${contact.state === "parked" && html`<${Parked} />`}
      ${contact.message ? html`<${Voicemail} contact=${contact} />`
        : contact.channel === "voice" ? html`<${Call} contact=${contact} />` : html`<${Thread} contact=${contact} />`}
    </main>
    <aside class="side" aria-label=${t("panel.about")}>
      ${over && html`<${Result} contact=${contact} key=${contact.id} />`}
      <${CustomerCard} contact=${contact} />
      ${contact.channel !== "voice" && contact.path.length > 0
        && html`<section class="side-card"><${Way} contact=${contact} /></section>`}
      ${!over && html`<${Result} contact=${contact} key=${contact.id} />`}
      ${contact.channel !== "voice" && html`<${History} contact=${contact} />`}
    </aside>`;
}
