/**
 * The agent console: puts the parts together. The server decides; this page shows and asks.
 */
import { effect, untracked } from "@preact/signals";
import { html } from "htm/preact";

import { now } from "../shared/clock.js";
import { duration } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { me } from "../shared/session.js";
import { behindSignIn, Gate } from "../shared/signin.js";
import { Brand, LanguageSwitch, Person, SchemeButton } from "../shared/topbar.js";
import { ringing, turnRinging, watch } from "./alert.js";
import { ContactList, NothingOpen } from "./contacts.js";
import { leave, line, trouble } from "./desk.js";
import { ColleagueField, DialField } from "./dial.js";
import { HandingSheet } from "./handing.js";
import { KeySheet, listenToKeys, turnSheet } from "./keys.js";
import { Offer } from "./offer.js";
import { forgetDrafts, sendKept } from "./outbox.js";
import { Panel } from "./panel.js";
import { PresenceControl } from "./presence.js";
import { isUnreachable, picking, StationChip, StationPicker } from "./station.js";
import { agent, closingReason, contacts, open, queues, unreached } from "./state.js";

function Bar() {
  const sound = t(ringing.value ? "sound.off" : "sound.on");
  return html`<header class="topbar console-bar">
    <${Brand} aside /><${PresenceControl} />
    <div class="topbar-end"><${StationChip} />
      <button type="button" class="button quiet" title=${sound} aria-label=${sound} onClick=${turnRinging}>
        <${Icon} name=${ringing.value ? "sound" : "mute"} /></button>
      <button type="button" class="button quiet" title=${t("keys.title")} aria-label=${t("keys.title")} onClick=${turnSheet}><${Icon} name="keys" /></button>
      <${SchemeButton} /><${LanguageSwitch} /><${Person} onLeave=${leave} /></div>
  </header>`;
}

/** What is wrong and what to do about it, above everything else. */
function Banners() {
  const state = line.state.value;
  return html`<div aria-live="assertive">
    ${state === "waiting" && html`<p class="banner"><${Icon} name="alert" />${t("line.broken")}</p>`}
    ${state === "replaced" && html`<p class="banner bad"><${Icon} name="alert" />${t("line.replaced")}
      <button type="button" class="button" onClick=${() => line.open()}>${t("line.use_here")}</button></p>`}
    ${state === "not_allowed" && html`<p class="banner bad"><${Icon} name="alert" />${closingReason.value || t("line.not_allowed")}</p>`}
    ${isUnreachable() && html`<p class="banner"><${Icon} name="phone_off" />${t("station.warn", { station: agent.value?.station ?? "" })}</p>`}
    ${unreached.value && html`<p class="banner"><${Icon} name="phone_off" />${t("dial.unreached")} ${word("unreached", unreached.value)}
      <button type="button" class="button" onClick=${() => { unreached.value = ""; }}>${t("close")}</button></p>`}
    ${trouble.value && html`<p class="banner bad"><${Icon} name="alert" />${trouble.value}
      <button type="button" class="button" onClick=${() => { trouble.value = ""; }}>${t("close")}</button></p>`}
  </div>`;
}

function QueueStrip() {
  return html`<section class="queue-strip" aria-label=${t("queues.title")}>
    <h2 class="side-title">${t("queues.title")}</h2>
    <ul>${queues.value.map((queue) => html`<li key=${queue.id} class="row">
      <span class="truncate grow">${queue.name}</span>
      <span class="small muted timer">${queue.longest_wait_at ? duration(now.value - queue.longest_wait_at) : ""}</span>
      <b class=${`number waiting ${queue.waiting ? "some" : ""}`} aria-label=${t("queues.waiting", { count: queue.waiting })}>${queue.waiting}</b></li>`)}</ul>
  </section>`;
}

function Desk() {
  if (picking.value || agent.value?.presence === "logged_out") return html`<${StationPicker} />`;
  if (!agent.value) return html`<div class="gate" aria-busy="true"><${Banners} /></div>`;
  return html`<div class="console">
    <${Bar} /><${Banners} />
    <div class=${`desk ${open.value ? "" : "nothing"}`}>
      <div class="left"><${DialField} /><${ColleagueField} /><${ContactList} /><${QueueStrip} /></div>
      ${open.value ? html`<${Panel} contact=${open.value} />` : html`<main class="panel"><${NothingOpen} /></main>`}
    </div>
    <${Offer} /><${KeySheet} /><${HandingSheet} />
  </div>`;
}

/** For those who have no console: where to go instead. */
function NoConsole() {
  return html`<${Gate}><${Brand} /><div><h1>${t("console.not_agent")}</h1><p class="muted">${t("console.not_agent_note")}</p></div>
    <a class="button primary large" href="/wallboard">${t("page.wallboard")}</a><div class="row"><${Person} /></div></${Gate}>`;
}

let begun = false;

/** Opens the line once, when an agent is signed in; drafts of contacts that are gone are forgotten at the first news. */
function begin() {
  if (begun) return;
  begun = true;
  line.open();
  let first = true;
  effect(() => {
    const here = contacts.value.map((contact) => contact.id);
    if (!agent.value || line.state.value !== "open") return;
    untracked(() => {
      forgetDrafts(here);
      if (first) sendKept();
    });
    first = false;
  });
  effect(() => { if (line.state.value === "signed_out") me.value = null; });
}

function Page() {
  if (me.value?.role !== "agent") return html`<${NoConsole} />`;
  if (me.value.agent) begin();
  return html`<${Desk} />`;
}

listenToKeys();
watch();
effect(() => { if (me.value === null) { begun = false; line.leave(); agent.value = null; contacts.value = []; } });
behindSignIn(Page);
