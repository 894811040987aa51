/**
 * An incoming contact: who, where to, how long already, what was keyed in, and the time left to answer.
 * It takes the focus only from an agent who is not writing; shortcuts and the spoken text reach the others.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { now } from "../shared/clock.js";
import { dayTime, duration } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { acts } from "./desk.js";
import { chosen, offers } from "./state.js";
import { Countdown, Until } from "./timer.js";

/** @typedef {import("./state.js").Contact} Contact */

const HISTORY_SHOWN = 3;
const busy = signal("");

/** Accepts an offer and opens the contact.
 * @param {Contact} contact */
export async function accept(contact) {
  if (!contact.can_accept) return;
  busy.value = contact.id;
  chosen.value = contact.id;
  await acts.accept(contact.offer);
  busy.value = "";
}

/** @param {Contact} contact */
export async function reject(contact) {
  busy.value = contact.id;
  await acts.reject(contact.offer);
  busy.value = "";
}

/** Whether somebody is writing at this moment, so that nothing may take the focus. */
export function isWriting() {
  const at = document.activeElement;
  return at instanceof HTMLElement && at.matches("textarea, input:not([type=radio]), select");
}

/** @param {HTMLElement | null} card */
function takeFocus(card) {
  if (card && !isWriting()) card.focus({ preventScroll: true });
}

/** What the customer keyed in and chose, as short tags.
 * @param {{contact: Contact}} props */
export function Way(props) {
  const { path } = props.contact;
  const inputs = props.contact.inputs.filter((input) => input.value); // on text channels the words stand in the thread
  if (!path.length && !inputs.length) return null;
  return html`<dl class="way">
    ${path.length > 0 && html`<div><dt>${t("panel.path")}</dt><dd class="steps">${path.map((step) =>
      html`<span class="step">${step.key && html`<kbd>${step.key}</kbd>`}${step.label || step.node}</span>`)}</dd></div>`}
    ${inputs.map((input) => html`<div><dt>${word("input", input.name)}</dt><dd class="number">${input.value}</dd></div>`)}
  </dl>`;
}

/** @param {{contact: Contact}} props */
function Facts({ contact }) {
  const last = contact.history.slice(0, HISTORY_SHOWN);
  return html`<dl class="offer-facts">
      <div><dt>${t("offer.queue")}</dt><dd>${contact.queue_name}</dd></div>
      <div><dt>${t("offer.waited")}</dt><dd class="timer">${duration(contact.waited_ms + now.value - contact.since_at)}</dd></div>
    </dl>
    <${Way} contact=${contact} />
    ${last.length > 0 && html`<div class="offer-history"><h3>${t("panel.history")}</h3><ul>${last.map((item) => html`<li class="row small">
      <${Icon} name=${item.channel} class="muted" /><span class="muted number">${dayTime(item.at, now.value)}</span>
      <span class="truncate">${item.disposition ? word("disposition", item.disposition) : word("outcome", item.outcome ?? "")}</span></li>`)}
    </ul></div>`}`;
}

/** The pop for the offer that runs out first; the others are counted. */
export function Offer() {
  const contact = offers.value[0];
  if (!contact) return null;
  const disabled = busy.value === contact.id;
  const name = contact.customer?.name || contact.name || contact.address || t("customer.unknown");
  const more = offers.value.length - 1;
  return html`<section class="offer card" role="alertdialog" aria-modal="false" aria-labelledby="offer-name" aria-describedby="offer-about"
      tabindex="-1" key=${contact.offer} ref=${takeFocus}>
    ${contact.expires_at && html`<${Countdown} from=${contact.since_at} until=${contact.expires_at} />`}
    <header class="offer-head">
      <span class=${`channel-mark ${contact.channel}`}><${Icon} name=${contact.channel} /></span>
      <div class="grow"><p class="small muted">${t(contact.message ? "offer.from.message" : `offer.from.${contact.channel}`)}</p>
        <h2 id="offer-name" class="truncate">${name}${Boolean(contact.customer?.vip) && html` <span class="pill tone-warn"><${Icon} name="star" />VIP</span>`}</h2>
        ${contact.address && contact.address !== name && html`<p class="number muted">${contact.address}</p>`}</div>
      ${contact.expires_at && html`<span class="offer-left" title=${t("offer.left")}><${Until} until=${contact.expires_at} /></span>`}
    </header>
    <div id="offer-about" class="offer-body"><${Facts} contact=${contact} />
      ${!contact.can_accept && html`<p class="notice info"><${Icon} name="voice" /><span>${t("offer.pick_up")}</span></p>`}</div>
    <footer class="offer-acts">
      <button type="button" class="button danger large" disabled=${disabled} onClick=${() => reject(contact)} title="Alt+X">${t("offer.reject")}</button>
      ${contact.can_accept && html`<button type="button" class="button good large grow" disabled=${disabled} onClick=${() => accept(contact)} title="Alt+A">
        <${Icon} name="ready" />${t("offer.accept")}</button>`}
    </footer>
    ${more > 0 && html`<p class="offer-more small muted">${t("offer.more", { count: more })}</p>`}
    <p class="visually-hidden" role="alert">${t("offer.spoken", { name, queue: contact.queue_name })}</p>
  </section>`;
}

