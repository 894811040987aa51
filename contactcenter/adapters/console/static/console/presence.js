/**
 * The agent's state control: one coloured button with the timer, the list of reasons, and the ready button.
 * While contacts are open a choice is the *next* state: routing stops at once, the work at hand goes on.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { now } from "../shared/clock.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { center } from "../shared/session.js";
import { askForNotifications } from "./alert.js";
import { acts } from "./desk.js";
import { agent, busyWith, doing } from "./state.js";
import { Since, Until } from "./timer.js";

const menuOpen = signal(false);

/** Colour, picture and word of each state; shape and word carry it where colour does not. */
const LOOKS = {
  ready: { tone: "good", icon: "ready" },
  not_ready: { tone: "warn", icon: "pause" },
  no_answer: { tone: "bad", icon: "phone_off" },
  logged_out: { tone: "idle", icon: "out" },
  talking: { tone: "accent", icon: "chat" },
  hold: { tone: "accent", icon: "pause" },
  ringing: { tone: "accent", icon: "ring" },
  dialling: { tone: "accent", icon: "voice" },
  consulting: { tone: "accent", icon: "pass_on" },
  wrap_up: { tone: "wrap", icon: "pen" },
};

/** Reasons the system gives by itself; they are shown, not offered. */
const FORCED = ["no_answer", "device_lost"];

/** @param {import("./state.js").Agent} one */
function ownState(one) {
  return one.presence === "not_ready" && FORCED.includes(one.reason) ? "no_answer" : one.presence;
}

/** The words for an agent's own state.
 * @param {string} presence
 * @param {string} reason */
export function presenceWords(presence, reason) {
  return presence === "not_ready" && reason ? word("reason", reason) : word("presence", presence);
}

async function chooseReady() {
  menuOpen.value = false;
  askForNotifications();
  await acts.ready();
}

/** Chooses what to be as soon as the hands are empty, which they may be now.
 * @param {string} presence
 * @param {string} [reason] */
async function choose(presence, reason) {
  menuOpen.value = false;
  await acts.next(presence, reason);
}

/** What the agent is about to be: the next state where one is chosen, else the present one.
 * @param {import("./state.js").Agent} one */
function coming(one) {
  return one.next ?? one;
}

/** Ready when not ready, else not ready for the first reason: what the shortcut does. */
export async function turnPresence() {
  const one = agent.value;
  if (one && coming(one).presence === "ready") await choose("not_ready", center.value?.reasons[0] ?? "break");
  else if (one?.presence === "ready") await choose("ready");
  else await chooseReady();
}

/** @param {KeyboardEvent} event */
function moveInMenu(event) {
  const items = [.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll("button")];
  const at = items.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape") {
    menuOpen.value = false;
    document.getElementById("state-button")?.focus();
  }
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}

function Menu() {
  const one = /** @type {import("./state.js").Agent} */ (agent.value);
  const item = (/** @type {string} */ name, /** @type {string} */ tone, /** @type {string} */ icon, /** @type {boolean} */ on,
    /** @type {() => void} */ act) => html`<button type="button" role="menuitemradio" aria-checked=${on} onClick=${act}>
      <${Icon} name=${icon} class=${`tone-${tone}`} /><span class="grow">${name}</span>${on && html`<${Icon} name="check" />`}</button>`;
  const next = coming(one);
  const busy = busyWith.value.length > 0;
  const away = (center.value?.reasons ?? []).filter((reason) => !FORCED.includes(reason));
  return html`<div class="menu card" role="menu" aria-label=${t("state.choose")} onKeyDown=${moveInMenu}
      ref=${(/** @type {HTMLElement | null} */ menu) => menu?.querySelector("button")?.focus()}>
    ${busyWith.value.length > 0 && html`<p class="menu-note small">${t("state.next_note")}</p>`}
    ${item(word("presence", "ready"), "good", "ready", next.presence === "ready", busy ? () => choose("ready") : chooseReady)}
    <hr />
    ${away.map((reason) => item(word("reason", reason), "warn", "pause",
      next.presence === "not_ready" && next.reason === reason, () => choose("not_ready", reason)))}
    ${busy && html`<hr />${item(t("state.then_out"), "idle", "out", next.presence === "logged_out", () => choose("logged_out"))}`}
  </div>`;
}

/** What will hold when the open contacts are done, where that differs from what is shown. */
function Next() {
  const one = /** @type {import("./state.js").Agent} */ (agent.value);
  if (!doing.value || doing.value.work === "ringing") return null;
  const next = coming(one);
  const by = one.next?.by ? t("state.next_by", { name: one.next.by }) : "";
  return html`<span class=${`next small ${next.presence === "ready" ? "" : "tone-warn"}`} role="status">
    ${t("state.next")} <b>${presenceWords(next.presence, next.reason)}</b> ${by}</span>`;
}

/** What is not offered for a while, and why: nothing of a queue after a rejection, nothing at all after no answer. */
function Penalties() {
  const running = (agent.value?.penalties ?? []).filter((penalty) => penalty.until_at > now.value);
  if (!running.length) return null;
  return html`<ul class="penalties small tone-warn" aria-label=${t("penalty.title")}>${running.map((penalty) => html`<li>
    <${Icon} name="pause" />${penalty.queue === null ? t("penalty.all") : t("penalty.queue", { queue: penalty.queue_name ?? penalty.queue })}
    ${" "}<${Until} until=${penalty.until_at} /></li>`)}</ul>`;
}

/** The whole control with its ready button. */
export function PresenceControl() {
  const one = agent.value;
  if (!one) return null;
  const own = ownState(one);
  const state = doing.value?.work ?? own;
  const look = LOOKS[state];
  const words = doing.value ? word("work", state) : presenceWords(one.presence, one.reason);
  const close = (/** @type {FocusEvent} */ event) => {
    const inside = /** @type {HTMLElement} */ (event.currentTarget).contains(/** @type {Node | null} */ (event.relatedTarget));
    if (!inside) menuOpen.value = false;
  };
  return html`<div class="presence" onFocusOut=${close}>
    <button type="button" id="state-button" class=${`state-button look-${look.tone}`} aria-haspopup="menu" aria-expanded=${menuOpen.value}
      onClick=${() => { menuOpen.value = !menuOpen.value; }}>
      <${Icon} name=${look.icon} /><span class="state-word">${words}</span>
      <${Since} since=${doing.value?.since ?? one.since_at} /><${Icon} name="down" />
    </button>
    ${menuOpen.value && html`<${Menu} />`}
    ${one.presence !== "ready" && html`<button type="button" class="button good" onClick=${chooseReady}>
      <${Icon} name="ready" />${t(own === "no_answer" ? "state.back" : "state.go_ready")}</button>`}
    <${Next} />
    <${Penalties} />
    <p class="visually-hidden" role="status" aria-live="polite">${t("state.spoken", { state: words })}</p>
  </div>`;
}
