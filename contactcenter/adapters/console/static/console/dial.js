/**
 * Calling customers: the field for a number, and the button beside one; and calling colleagues. The agent's own phone
 * rings first.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { center } from "../shared/session.js";
import { acts } from "./desk.js";
import { agent, colleagues, working } from "./state.js";

const number = signal("");

/** Whether the agent has a call in hand, so that no other can begin; beside a message its caller may be called. */
function onCall() {
  return working.value.some((contact) => contact.channel === "voice" && !contact.message);
}

/** @param {Event} event */
async function submit(event) {
  event.preventDefault();
  if (number.value.trim() && await acts.dial(number.value.trim())) number.value = "";
}

/** The field; not there where the centre calls nobody. */
export function DialField() {
  if (!center.value?.dials) return null;
  return html`<form class="dial row" onSubmit=${submit}>
    <label class="visually-hidden" for="dial">${t("dial.number")}</label>
    <input id="dial" class="input grow number" type="tel" autocomplete="off" maxlength="40" placeholder=${t("dial.number")} value=${number.value}
      onInput=${(/** @type {any} */ event) => { number.value = event.target.value; }} />
    <button type="submit" class="button" disabled=${onCall() || !number.value.trim()} title=${t("dial.first")}>
      <${Icon} name="voice" />${t("dial.call")}</button>
  </form>`;
}

/** The colleague who is chosen and not called yet: keys go through a list one by one, and each would have been called. */
const chosen = signal("");

/** @param {any} event */
async function callColleague(event) {
  event.preventDefault();
  const colleague = chosen.value;
  chosen.value = "";
  await acts.callColleague(colleague);
}

/** The colleagues who could be called, by name; not there where colleagues do not call each other. */
export function ColleagueField() {
  if (!center.value?.calls_colleagues) return null;
  const free = colleagues.value.filter((one) => one.id !== agent.value?.id && one.presence === "ready" && !one.work.length);
  const one = free.some((each) => each.id === chosen.value) ? chosen.value : "";
  return html`<form class="dial row" onSubmit=${callColleague}>
    <label class="visually-hidden" for="colleague">${t("dial.colleague")}</label>
    <select id="colleague" class="input grow" disabled=${onCall() || !free.length} value=${one}
      onChange=${(/** @type {any} */ event) => { chosen.value = event.target.value; }}>
      <option value="">${t(free.length ? "dial.colleague" : "dial.no_colleague")}</option>
      ${free.map((each) => html`<option key=${each.id} value=${each.id}>${each.name}</option>`)}</select>
    <button type="submit" class="button" disabled=${onCall() || !one} title=${t("dial.first")} aria-label=${t("dial.call_colleague")}>
      <${Icon} name="voice" />${t("dial.call")}</button>
  </form>`;
}

/** The button beside a customer's number.
 * @param {{number: string}} props */
export function CallButton(props) {
  if (!center.value?.dials || onCall()) return null;
  const words = t("dial.call_number", { number: props.number });
  return html`<button type="button" class="button quiet" title=${words} aria-label=${words} onClick=${() => acts.dial(props.number)}>
    <${Icon} name="voice" />${t("dial.call")}</button>`;
}
