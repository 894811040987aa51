/**
 * Passing a contact on: a sheet that finds a colleague, a queue, or takes a number. The server says who may have it.
 */
import { computed, signal } from "@preact/signals";
import { html } from "htm/preact";

import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { center } from "../shared/session.js";
import { acts, trouble } from "./desk.js";
import { agent, colleagues, isOver, open, queues } from "./state.js";

/** @typedef {import("./state.js").Contact} Contact */
/** @typedef {{agent?: string, queue?: string, number?: string}} Place */
/** @typedef {{key: string, name: string, note: string, tone: string, icon: string, place: Place}} Choice */

/** The contact that is to be passed on; null while the sheet is closed. */
const handed = signal(/** @type {string | null} */ (null));
const wanted = signal("");
const DIGITS = /^[+\d][\d\s().-]{2,}$/;

/** The contact of the sheet as long as the agent talks with it. */
const contact = computed(() => (open.value && open.value.id === handed.value && !isOver(open.value) ? open.value : null));

/** Opens the sheet for the contact in the middle. */
export function openHanding() {
  if (!open.value || isOver(open.value) || open.value.state === "dialling") return;
  wanted.value = "";
  trouble.value = "";
  handed.value = open.value.id;
}

function close() {
  handed.value = null;
}

/** @returns {Choice[]} */
function people() {
  const order = { ready: 0, not_ready: 1, logged_out: 2 };
  return colleagues.value
    .filter((one) => one.id !== agent.value?.id && one.presence !== "logged_out")
    .sort((a, b) => order[a.presence] - order[b.presence] || a.work.length - b.work.length)
    .map((one) => ({
      key: `agent ${one.id}`, name: one.name, icon: "user", place: { agent: one.id },
      tone: one.presence === "ready" && one.work.length === 0 ? "good" : "plain",
      note: one.work[0] ? word("work", one.work[0].state) : word("presence", one.presence),
    }));
}

/** @returns {Choice[]} */
function lines() {
  return queues.value.map((queue) => ({
    key: `queue ${queue.id}`, name: queue.name, icon: "clock", tone: "plain", place: { queue: queue.id },
    note: t("queues.waiting", { count: queue.waiting }),
  }));
}

/** Whether somebody is on the line: a number outside and a colleague who is asked first talk with him. */
const onLine = computed(() => contact.value?.channel === "voice" && !contact.value.message);

/** What is offered for the words in the box. */
const choices = computed(() => {
  const text = wanted.value.trim().toLowerCase();
  const found = [...people(), ...lines()].filter((one) => one.name.toLowerCase().includes(text));
  if (center.value?.dials && onLine.value && DIGITS.test(text)) {
    found.push({ key: "number", name: wanted.value.trim(), note: t("transfer.outside"), tone: "plain", icon: "voice", place: { number: text } });
  }
  return found;
});

/** @param {Choice | undefined} choice */
async function choose(choice) {
  const chosen = contact.value;
  if (choice && chosen && await acts.transfer(chosen.id, choice.place)) close();
}

/** @param {Choice} choice */
async function consult(choice) {
  const chosen = contact.value;
  if (chosen && await acts.consult(chosen.id, choice.place)) close();
}

/** @param {Event} event */
function submit(event) {
  event.preventDefault();
  void choose(choices.value[0]);
}

/** The button in the head of a contact.
 * @param {{contact: Contact}} props */
export function HandingButton(props) {
  if (isOver(props.contact) || props.contact.state === "dialling" || props.contact.consult) return null;
  return html`<button type="button" class="button" title="Alt T" onClick=${openHanding}><${Icon} name="pass_on" />${t("transfer.button")}</button>`;
}

/** Who is asked, or asks; somebody outside has no name.
 * @param {NonNullable<Contact["consult"]>} asked */
const other = (asked) => asked.with ?? t("consult.outsider");

/** What is said of a consultation to the agent who asks.
 * @param {NonNullable<Contact["consult"]>} asked */
function said(asked) {
  if (!asked.answered) return t("consult.rings", { name: other(asked) });
  if (asked.joined) return t("consult.joined", { name: other(asked) });
  return t(asked.aside ? "consult.with" : "consult.waits", { name: other(asked) });
}

/** Lets all three talk together, if a colleague is asked and has answered. */
export function joinAll() {
  const asked = open.value?.consult;
  if (open.value && asked?.asks && asked.answered && !asked.joined) void acts.conference(open.value.id);
}

/** What may be done while a colleague is asked: turn to one or the other, join all, pass the customer on, or go back.
 * @param {{contact: Contact}} props */
export function ConsultBar(props) {
  const { id, consult: asked } = props.contact;
  if (!asked) return null;
  if (!asked.asks) {
    return html`<p class="consult row" role="status">${t(asked.joined ? "consult.joined" : "consult.asked_by", { name: other(asked) })}</p>`;
  }
  /** @param {boolean} toCustomer */
  const turn = (toCustomer) => html`<button type="button" class="button" onClick=${() => acts.consultTurn(id, toCustomer)}>
    ${toCustomer ? t("consult.to_customer") : t("consult.to_colleague", { name: other(asked) })}</button>`;
  return html`<div class="consult row" role="group" aria-label=${t("consult.title")}>
    <span class="grow" role="status">${said(asked)}</span>
    ${asked.answered && (asked.joined || asked.aside) && turn(true)}
    ${asked.answered && (asked.joined || !asked.aside) && turn(false)}
    ${asked.answered && !asked.joined && html`<button type="button" class="button" title="Alt C" onClick=${joinAll}>${t("consult.join")}</button>`}
    ${asked.answered && html`<button type="button" class="button primary" onClick=${() => acts.consultComplete(id)}>
      ${t(asked.joined ? "consult.leave" : "consult.complete")}</button>`}
    <button type="button" class="button" onClick=${() => acts.consultCancel(id)}>
      ${asked.joined ? t("consult.let_go", { name: other(asked) }) : t("consult.cancel")}</button></div>`;
}

/** The sheet. */
export function HandingSheet() {
  if (!contact.value) return null;
  return html`<dialog ref=${(/** @type {HTMLDialogElement | null} */ dialog) => { if (dialog && !dialog.open) dialog.showModal(); }}
      onClose=${close} onClick=${(/** @type {any} */ event) => event.target === event.currentTarget && close()} aria-labelledby="handing-title">
    <form class="card sheet handing" onSubmit=${submit}><h2 id="handing-title">${t("transfer.title")}</h2>
      <label class="visually-hidden" for="handing">${t("transfer.search")}</label>
      <input id="handing" class="input" autofocus autocomplete="off" maxlength="40" placeholder=${t("transfer.search")} value=${wanted.value}
        onInput=${(/** @type {any} */ event) => { wanted.value = event.target.value; }} />
      ${trouble.value && html`<p class="small tone-bad" role="alert">${trouble.value}</p>`}
      <ul class="handing-list">${choices.value.map((one) => html`<li key=${one.key}>
        <button type="button" class="button grow row" onClick=${() => choose(one)}><${Icon} name=${one.icon} />
          <span class="grow truncate">${one.name}</span><span class=${`pill tone-${one.tone}`}>${one.note}</span></button>
        ${onLine.value && html`<button type="button" class="button"
          aria-label=${t("consult.ask_name", { name: one.name })} onClick=${() => consult(one)}>${t("consult.ask")}</button>`}</li>`)}</ul>
      ${choices.value.length === 0 && html`<p class="small muted">${t("transfer.nobody")}</p>`}
      <button type="button" class="button wide" onClick=${close}>${t("close")}</button></form>
  </dialog>`;
}
