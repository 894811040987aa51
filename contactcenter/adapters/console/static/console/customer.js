/**
 * Who the customer is and what was before: the right side of the console. Everything here came from outside and is text.
 */
import { html } from "htm/preact";

import { now } from "../shared/clock.js";
import { dayTime } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { center } from "../shared/session.js";
import { CallButton } from "./dial.js";

/** @typedef {import("./state.js").Contact} Contact */
/** @typedef {import("../shared/types.js").Customer} Customer */

/** One or two letters that stand for a person.
 * @param {string} name */
function initials(name) {
  const words = name.trim().split(/\s+/);
  if (/[\u3400-\u9fff]/.test(name)) return name.trim().slice(0, 1);
  return words.slice(0, 2).map((part) => part.charAt(0).toUpperCase()).join("");
}

/** @param {string | undefined} id */
function queueName(id) {
  return center.value?.queues.find((queue) => queue.id === id)?.name ?? id;
}

/** @param {{icon: string, label: string, value: unknown, after?: unknown}} props */
function Line(props) {
  if (props.value === undefined || props.value === null || props.value === "") return null;
  return html`<div><dt><${Icon} name=${props.icon} /><span class="visually-hidden">${props.label}</span></dt>
    <dd class="number">${String(props.value)}</dd>${props.after}</div>`;
}

/** @param {{customer: Customer}} props */
function Known({ customer }) {
  const { name } = customer;
  return html`<div class="row person">
      <span class="avatar" aria-hidden="true">${initials(name)}</span>
      <div class="grow"><p class="person-name truncate">${name}</p>
        ${customer.names.length > 0 && html`<p class="small muted truncate">${customer.names.join(" · ")}</p>`}
        <p class="row small">${Boolean(customer.vip) && html`<span class="pill tone-warn"><${Icon} name="star" />VIP</span>`}
          ${customer.class && html`<span class="pill">${word("class", customer.class)}</span>`}
          ${customer.language && html`<span class="muted">${word("language", customer.language)}</span>`}</p></div>
    </div>
    <dl class="lines">
      ${customer.phones.map((phone) => html`<${Line} key=${phone.number} icon=${phone.valid ? "voice" : "phone_off"}
        label=${t("customer.phone")} value=${[phone.number, phone.label].filter(Boolean).join(" · ")}
        after=${phone.valid && html`<${CallButton} number=${phone.number} />`} />`)}
      <${Line} icon="mail" label=${t("customer.email")} value=${customer.email} />
      <${Line} icon="pin" label=${t("customer.address")} value=${customer.address} />
      <${Line} icon="user" label=${t("customer.own_agent")} value=${customer.own_agent} />
    </dl>
    ${customer.notes && html`<p class="customer-notes">${customer.notes}</p>`}
    ${Object.keys(customer.attributes ?? {}).length > 0 && html`<dl class="attributes">
      ${Object.entries(customer.attributes ?? {}).map(([name, value]) => html`<div><dt>${word("attribute", name)}</dt><dd>${String(value)}</dd></div>`)}</dl>`}`;
}

/** @param {{contact: Contact}} props */
function Unknown({ contact }) {
  return html`<div class="row person"><span class="avatar" aria-hidden="true">?</span>
    <div class="grow"><p class="person-name truncate">${contact.name || contact.address || t("customer.unknown")}</p>
      <p class="small muted">${t("customer.not_found")}</p></div></div>`;
}

/** The card with the customer's record.
 * @param {{contact: Contact}} props */
export function CustomerCard({ contact }) {
  return html`<section class="side-card" aria-label=${t("panel.customer")}>
    ${contact.customer ? html`<${Known} customer=${contact.customer} />` : html`<${Unknown} contact=${contact} />`}
  </section>`;
}

/** The customer's earlier contacts, newest first.
 * @param {{contact: Contact}} props */
export function History({ contact }) {
  return html`<section class="side-card"><h3>${t("panel.history")}</h3>
    ${contact.history.length === 0 ? html`<p class="small muted">${t("panel.history_none")}</p>`
      : html`<ol class="timeline">${contact.history.map((item) => html`<li key=${item.contact}>
        <span class=${`channel-mark small ${item.channel}`}><${Icon} name=${item.channel} /></span>
        <div class="grow"><p class="row"><b class="truncate grow">${item.disposition ? word("disposition", item.disposition)
          : word("outcome", item.outcome || "handled")}</b><time class="small muted">${dayTime(item.at, now.peek())}</time></p>
          <p class="small muted">${[queueName(item.queue), item.agent].filter(Boolean).join(" · ")}</p>
          ${item.disposition === "" && html`<p class="small"><span class="pill tone-warn"><${Icon} name="pen" />${t("result.none")}</span></p>`}
          ${item.note && html`<p class="small history-note">${item.note}</p>`}</div></li>`)}</ol>`}
  </section>`;
}
