/**
 * A message that a caller has left: to be listened to, and the caller to be called, in place of a talk.
 */
import { html } from "htm/preact";

import { clockTime, duration } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { MessagePlayer } from "../shared/message_sound.js";
import { History } from "./customer.js";
import { CallButton } from "./dial.js";
import { Way } from "./offer.js";

/** @typedef {import("./state.js").Contact} Contact */

/** What stands in the place of a call.
 * @param {{contact: Contact}} props */
export function Voicemail({ contact }) {
  const whole = contact.message?.whole;
  return html`<div class="call"><div class="call-card">
    <div class="call-ring"><${Icon} name="record" /></div>
    <p class="muted">${t("message.title")}${whole && contact.message ? ` · ${duration(contact.message.duration_ms)}` : ""}</p>
    ${!whole && html`<p class="notice info" role="status">${t("message.not_whole")}</p>`}
    <${MessagePlayer} contact=${contact.id} />
    ${contact.address && html`<p class="row"><span class="number">${contact.address}</span><${CallButton} number=${contact.address} /></p>`}
    <dl class="call-facts">
      <div><dt>${t("call.arrived")}</dt><dd class="number">${clockTime(contact.arrived_at)}</dd></div>
      <div><dt>${t("offer.queue")}</dt><dd>${contact.queue_name}</dd></div>
    </dl>
    <${Way} contact=${contact} />
    <${History} contact=${contact} />
  </div></div>`;
}
