/**
 * Modes on the wallboard: a banner for each that holds, with the way back, and the dialog in which a supervisor switches
 * after having read what will change. What the desk answers is shown as it says it.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { get, post } from "../shared/api.js";
import { now } from "../shared/clock.js";
import { dayTime } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { modes, oversees, queueName, queues } from "./state.js";

/** @typedef {import("../shared/types.js").ModeFigures} ModeFigures */
/** @typedef {{kind: "queue" | "entry", id: string, key: string, before: unknown, after: unknown}} Difference */
/** @typedef {{id: string, name: string, lasts_ms: number, changes: Difference[]}} Mode */

const NORMAL = "normal";
const MINUTE_MS = 60_000;
const SPANS_MIN = [30, 60, 120, 240, 480];

/** The configured modes while the dialog is open, else null.
 * @type {import("@preact/signals").Signal<Mode[] | null>} */
const known = signal(/** @type {Mode[] | null} */ (null));
const chosen = signal(NORMAL);
const scope = signal("");
const minutes = signal(0);
const reason = signal("");
const error = signal("");
const busy = signal(false);

/** @param {string | null} queue */
function nameOf(queue) {
  return queue === null ? t("modes.centre") : queueName(queue);
}

/** @param {ModeFigures | undefined} figures
 * @param {string} id */
function modeName(figures, id) {
  if (id === NORMAL) return t("modes.normal");
  return known.value?.find((mode) => mode.id === id)?.name ?? (figures?.mode === id ? figures.name : word("mode", id));
}

/** Asks the desk to switch; false, with the reason shown, where it does not.
 * @param {{mode: string, queue: string | null, until_at: number | null, reason: string}} asked */
async function ask(asked) {
  busy.value = true;
  error.value = "";
  try {
    await post("/api/modes", asked);
    return true;
  } catch (why) {
    error.value = /** @type {Error} */ (why).message;
    return false;
  } finally {
    busy.value = false;
  }
}

/** Opens the dialog, with the whole centre and what holds there chosen. */
export async function openModes() {
  if (!oversees() || known.value) return;
  error.value = "";
  try {
    const told = /** @type {{modes: Mode[]}} */ (await get("/api/modes"));
    scope.value = "";
    chosen.value = modes.value.find((each) => each.queue === null)?.mode ?? NORMAL;
    minutes.value = 0;
    reason.value = "";
    known.value = told.modes;
  } catch (why) {
    error.value = /** @type {Error} */ (why).message;
  }
}

function close() {
  known.value = null;
  error.value = "";
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const writing = ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName);
  if (event.key === "m" && !writing && !event.altKey && !event.ctrlKey && !event.metaKey) void openModes();
}

/** Listens for the key M from now on. */
export function listenForModes() {
  addEventListener("keydown", onKey);
}

/** The button in the bar. */
export function ModeButton() {
  if (!oversees()) return null;
  return html`<button type="button" class="button quiet" title=${t("modes.open_key")} onClick=${openModes}>
    <${Icon} name="keys" />${t("modes.open")}</button>`;
}

/** One mode that holds: what, since when, by whom, until when, and the way back.
 * @param {{figures: ModeFigures}} props */
function Banner({ figures }) {
  const undo = () => ask({
    mode: figures.former,
    queue: figures.queue,
    until_at: figures.former_until_at && figures.former_until_at > now.value ? figures.former_until_at : null,
    reason: t("modes.undone"),
  });
  const facts = [
    t("modes.since", { time: dayTime(figures.since_at, now.value) }),
    figures.by && t("modes.by", { name: figures.by }),
    figures.until_at ? t("modes.until", { time: dayTime(figures.until_at, now.value) }) : t("modes.open_end"),
    figures.reason,
  ].filter(Boolean);
  return html`<div class="banner mode" role="status" data-mode=${figures.mode}><${Icon} name="alert" />
    <p><strong>${t("modes.holds", { what: nameOf(figures.queue), mode: figures.name })}</strong> <span>${facts.join(" · ")}</span></p>
    ${oversees() && html`<button type="button" class="button" disabled=${busy.value} onClick=${undo}>
      ${t("modes.back", { mode: modeName(undefined, figures.former) })}</button>`}
  </div>`;
}

/** All modes that hold, and what went wrong while no dialog is open to say it. */
export function ModeBanners() {
  const holding = modes.value.filter((each) => each.mode !== NORMAL);
  return html`${holding.map((figures) => html`<${Banner} key=${figures.queue ?? ""} figures=${figures} />`)}
    ${error.value && !known.value && html`<p class="banner bad" role="alert"><${Icon} name="alert" />${error.value}</p>`}`;
}

/** A value of the configuration as people read it.
 * @param {string} key
 * @param {unknown} value */
function valueText(key, value) {
  if (Array.isArray(value)) return value.length ? value.map((each) => (typeof each === "object" ? JSON.stringify(each) : String(each))).join(", ") : t("modes.nothing");
  if (typeof value === "boolean") return t(value ? "modes.on" : "modes.off");
  if (key.endsWith("_ms")) return `${Number(value) / 1000} s`;
  return value === "" || value === null ? t("modes.nothing") : typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** @param {Difference} change */
function changeText(change) {
  const place = change.kind === "queue" ? nameOf(change.id) : t("modes.entry", { address: change.id });
  return t("modes.change", {
    place,
    key: word("setting", change.key.replace(/_ms$/, "")),
    before: valueText(change.key, change.before),
    after: valueText(change.key, change.after),
  });
}

/** What will be otherwise than usual, in words. */
function Changes() {
  const mode = known.value?.find((each) => each.id === chosen.value);
  if (!mode) return html`<p class="muted">${t(scope.value ? "modes.normal_queue_note" : "modes.normal_note")}</p>`;
  const changes = mode.changes.filter((change) => !scope.value || (change.kind === "queue" && change.id === scope.value));
  if (!changes.length) return html`<p class="muted">${t("modes.no_change")}</p>`;
  return html`<ul class="mode-changes">${changes.map((change) => html`<li key=${`${change.id} ${change.key}`}>${changeText(change)}</li>`)}</ul>`;
}

/** @param {import("@preact/signals").Signal<any>} target */
function into(target) {
  return (/** @type {any} */ event) => { target.value = event.currentTarget.value; };
}

function Form() {
  const mode = known.value?.find((each) => each.id === chosen.value);
  const usual = mode?.lasts_ms ? t("modes.usual_end", { count: mode.lasts_ms / MINUTE_MS }) : t("modes.no_end");
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const until = Number(minutes.value) && mode ? now.value + Number(minutes.value) * MINUTE_MS : null;
    const asked = { mode: chosen.value, queue: scope.value || null, until_at: until, reason: reason.value.trim() };
    if (await ask(asked)) close();
  };
  return html`<form class="mode-form" onSubmit=${submit}>
    <div class="field"><label for="mode-scope">${t("modes.scope")}</label>
      <select class="input" id="mode-scope" value=${scope.value} onChange=${into(scope)}>
        <option value="">${t("modes.centre")}</option>
        ${queues.value.map((queue) => html`<option key=${queue.id} value=${queue.id}>${queue.name}</option>`)}</select></div>
    <fieldset class="mode-choice"><legend class="label">${t("modes.mode")}</legend>
      ${[NORMAL, ...(known.value ?? []).map((each) => each.id)].map((id) => html`<label key=${id} class="row">
        <input type="radio" name="mode" value=${id} checked=${chosen.value === id} onChange=${into(chosen)} />${modeName(undefined, id)}</label>`)}
    </fieldset>
    ${mode && html`<div class="field"><label for="mode-until">${t("modes.for_how_long")}</label>
      <select class="input" id="mode-until" value=${String(minutes.value)} onChange=${into(minutes)}>
        <option value="0">${usual}</option>
        ${SPANS_MIN.map((span) => html`<option key=${span} value=${span}>${t("modes.minutes", { count: span })}</option>`)}</select></div>`}
    <div class="field"><label for="mode-reason">${t("modes.why")}</label>
      <input class="input" id="mode-reason" maxlength="200" autocomplete="off" value=${reason.value} onInput=${into(reason)} /></div>
    <div><h3>${t("modes.will_change")}</h3><${Changes} /></div>
    ${error.value && html`<p class="notice" role="alert"><${Icon} name="alert" /><span>${error.value}</span></p>`}
    <div class="row"><button class="button primary grow" disabled=${busy.value}>${t("modes.switch")}</button>
      <button type="button" class="button" onClick=${close}>${t("close")}</button></div>
  </form>`;
}

/** The dialog. */
export function ModeDialog() {
  if (!known.value) return null;
  return html`<dialog aria-labelledby="modes-title" onClose=${close}
      ref=${(/** @type {HTMLDialogElement | null} */ dialog) => { if (dialog && !dialog.open) dialog.showModal(); }}>
    <div class="card sheet"><h2 id="modes-title">${t("modes.title")}</h2><${Form} /></div>
  </dialog>`;
}
