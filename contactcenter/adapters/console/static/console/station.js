/**
 * Where an agent's calls ring: picked at sign-in, changed from the bar at any time without an open call.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { center, loadCenter } from "../shared/session.js";
import { Gate } from "../shared/signin.js";
import { Brand, Person } from "../shared/topbar.js";
import { keep, recall } from "../shared/store.js";
import { acts, leave, trouble } from "./desk.js";
import { agent } from "./state.js";

const NO_PHONE = "";
const LOOK_AGAIN_MS = 3000; // a phone that is being plugged in appears by itself

/** Whether the agent asked to change the station. */
export const picking = signal(false);

/** Whether the agent sits at a phone that no call can reach. */
export function isUnreachable() {
  return Boolean(agent.value?.station) && !agent.value?.station_reachable;
}

/** What to propose: where the agent sits, else a phone that rings: the last one used here, or the agent's own.
 * @param {import("../shared/types.js").Station[]} stations */
function proposal(stations) {
  if (agent.value?.station) return agent.value.station;
  const mine = [recall(localStorage, "station", ""), agent.value?.home_station];
  return mine.find((id) => stations.some((station) => station.id === id && station.reachable)) ?? NO_PHONE;
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const picked = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("station"));
  keep(localStorage, "station", picked);
  if (await acts.station(picked === NO_PHONE ? null : picked)) picking.value = false;
}

/** @param {{id: string, name: string, tone: string, words: string, checked: boolean}} props */
function Choice(props) {
  return html`<label class="station"><input type="radio" name="station" value=${props.id} defaultChecked=${props.checked} />
    <${Icon} name=${props.id === NO_PHONE ? "chat" : "voice"} class="muted" />
    <span class="grow"><b>${props.name}</b></span><span class=${`pill tone-${props.tone}`}>${props.words}</span></label>`;
}

/** @param {HTMLElement | null} form */
function keepFresh(form) {
  if (!form) return;
  const timer = setInterval(() => {
    if (form.isConnected) void loadCenter().catch(() => null);
    else clearInterval(timer);
  }, LOOK_AGAIN_MS);
}

/** The picker as a page of its own. */
export function StationPicker() {
  const stations = center.value?.stations ?? [];
  const start = proposal(stations);
  return html`<${Gate} wide>
    <${Brand} />
    <div><h1>${t("station.title")}</h1><p class="muted">${t("station.subtitle")}</p></div>
    <form onSubmit=${submit} ref=${keepFresh}>
      <div class="stations" role="radiogroup" aria-label=${t("station.title")}>
        ${stations.map((station) => html`<${Choice} key=${station.id} id=${station.id} name=${station.id} checked=${start === station.id}
          tone=${station.reachable ? "good" : "idle"} words=${t(station.reachable ? "station.registered" : "station.absent")} />`)}
        <${Choice} id=${NO_PHONE} name=${t("station.none")} checked=${start === NO_PHONE} tone="idle" words=${t("station.text_only")} />
      </div>
      ${trouble.value && html`<p class="notice" role="alert"><${Icon} name="alert" /><span>${trouble.value}</span></p>`}
      <button class="button primary large wide">${t("station.submit")}</button>
      ${picking.value && html`<button type="button" class="button quiet wide" onClick=${() => { picking.value = false; }}>${t("cancel")}</button>`}
    </form>
    ${!picking.value && html`<div class="row"><${Person} onLeave=${leave} /></div>`}
  </${Gate}>`;
}

/** The station in the bar; opens the picker. */
export function StationChip() {
  const station = agent.value?.station;
  const absent = isUnreachable();
  const tone = station ? (absent ? "bad" : "good") : "idle";
  const words = station ? t(absent ? "station.absent" : "station.registered") : t("station.text_only");
  return html`<button type="button" class="button quiet station-chip" onClick=${() => { picking.value = true; }} title=${t("station.change")}>
    <${Icon} name=${absent ? "phone_off" : "voice"} class=${`tone-${tone}`} />
    <span>${station || t("station.none")}</span><span class="visually-hidden">${words}</span></button>`;
}
