/**
 * The result of a contact: a disposition and a note, begun whenever the agent likes, finished in wrap-up.
 * When the time runs out, what was chosen by then is sent, so that no note is lost.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { serverTime } from "../shared/clock.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { acts } from "./desk.js";
import { draft, keepDraft } from "./outbox.js";
import { isOver } from "./state.js";
import { Countdown, Until } from "./timer.js";

/** @typedef {import("./state.js").Contact} Contact */

const NOTE_MAX = 2000; // what the desk keeps of a note
const BEFORE_END_MS = 1500; // the way to the server and back, on a slow line

/** Contact id → chosen disposition, as kept in this tab. */
const picks = signal(/** @type {Record<string, string>} */ ({}));
const finishing = signal("");

/** @param {Contact} contact */
function picked(contact) {
  return picks.value[contact.id] ?? draft("pick", contact.id);
}

/** Chooses a disposition by its place, 1 is the first.
 * @param {Contact} contact
 * @param {string} name */
export function pick(contact, name) {
  picks.value = { ...picks.value, [contact.id]: name };
  keepDraft("pick", contact.id, name);
}

/** Sends the result and ends the contact.
 * @param {Contact} contact */
export async function finish(contact) {
  if (!isOver(contact) || finishing.value === contact.id) return;
  finishing.value = contact.id;
  await acts.wrapUp(contact.id, picked(contact), draft("note", contact.id).trim());
  finishing.value = "";
}

/** Asks for the limit once more, where the queue allows it.
 * @param {Contact} contact */
export async function extend(contact) {
  if (contact.state === "wrap_up" && contact.wrap_up_ends_at && contact.extensions_left > 0) {
    await acts.extend(contact.id, contact.extensions + 1);
  }
}

/** @param {{contact: Contact}} props */
function Choices({ contact }) {
  return html`<fieldset class="choices"><legend class="visually-hidden">${t("result.disposition")}</legend>
    ${contact.dispositions.map((name, place) => html`<label class="choice" key=${name}>
      <input type="radio" name="disposition" checked=${picked(contact) === name} onChange=${() => pick(contact, name)} />
      <span>${word("disposition", name)}</span>${place < 9 && html`<kbd>${place + 1}</kbd>`}</label>`)}</fieldset>`;
}

/** @param {Contact} contact */
function useTimeLimit(contact) {
  useEffect(() => {
    if (!isOver(contact) || !contact.wrap_up_ends_at) return undefined;
    const something = () => picked(contact) || draft("note", contact.id).trim();
    const timer = setTimeout(() => { if (something()) void finish(contact); },
      Math.max(0, contact.wrap_up_ends_at - serverTime() - BEFORE_END_MS));
    return () => clearTimeout(timer);
  }, [contact.id, contact.state, contact.wrap_up_ends_at]);
}

/** How long is left, and more of it.
 * @param {{contact: Contact, until: number}} props */
function Limit({ contact, until }) {
  return html`<${Countdown} from=${contact.since_at} until=${until} />
    ${contact.state === "wrap_up" && contact.wrap_up === "timed" && html`<button type="button" class="button wide" disabled=${contact.extensions_left === 0}
      onClick=${() => extend(contact)} title="Alt+E"><${Icon} name="clock" />${contact.extensions_left > 0
      ? t("result.extend", { left: contact.extensions_left }) : t("result.extended")}</button>`}`;
}

/** What is asked of the agent, above the choices.
 * @param {Contact} contact */
function asked(contact) {
  if (contact.state === "result_open") return t("result.open");
  if (contact.state !== "wrap_up") return t("result.title");
  return t(contact.wrap_up === "mandatory" ? "result.mandatory" : "result.due");
}

/** The card with choices, note and, in wrap-up, the way out.
 * @param {{contact: Contact}} props */
export function Result({ contact }) {
  const note = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const over = isOver(contact);
  const missing = contact.dispositions.length > 0 && !picked(contact);
  useTimeLimit(contact);
  useLayoutEffect(() => { if (note.current) note.current.value = draft("note", contact.id); }, [contact.id]);
  return html`<section class=${`side-card result ${over ? "due" : ""}`} aria-label=${t("result.title")}>
    <header class="row"><h3 class="grow">${asked(contact)}</h3>
      ${over && contact.wrap_up_ends_at && html`<span class="tone-wrap"><${Until} until=${contact.wrap_up_ends_at} /></span>`}</header>
    ${over && contact.wrap_up_ends_at && html`<${Limit} contact=${contact} until=${contact.wrap_up_ends_at} />`}
    ${contact.dispositions.length > 0 && html`<${Choices} contact=${contact} />`}
    <div class="field"><label for="note">${t("result.note")}</label>
      <textarea class="input" id="note" rows="3" maxlength=${NOTE_MAX} ref=${note} placeholder=${t("result.note_hint")}
        onInput=${(/** @type {any} */ event) => keepDraft("note", contact.id, event.currentTarget.value)}></textarea></div>
    ${over && html`<button type="button" class="button primary large wide" disabled=${missing || finishing.value === contact.id}
      onClick=${() => finish(contact)} title="Alt+W"><${Icon} name="check" />${t("result.finish")}</button>`}
    ${over && missing && html`<p class="small muted" role="status">${t("result.missing")}</p>`}
  </section>`;
}
