/**
 * Calls the agent's attention to an offer: the title flashes, a notification and a soft tone if they are wanted.
 * It never takes the focus, and it is silent the moment the offer is over.
 */
import { effect, signal } from "@preact/signals";

import { t } from "../shared/i18n.js";
import { keep, recall } from "../shared/store.js";
import { contacts, offers, unread } from "./state.js";

const FLASH_MS = 1000;
const RING_EVERY_MS = 3000;
const RING_NOTES_HZ = [660, 880]; // a fifth-like pair: heard in an office, not sharp
const RING_LEVEL = 0.05;

/** Whether this browser rings aloud. */
export const ringing = signal(recall(localStorage, "ring", true));

/** Turns the tone on or off. */
export function turnRinging() {
  ringing.value = !ringing.value;
  keep(localStorage, "ring", ringing.value);
}

/** @type {AudioContext | null} */
let sound = null;

function ringOnce() {
  if (!ringing.value) return;
  sound ??= new AudioContext();
  if (sound.state !== "running") return; // the browser wants a click first; the tone is only a comfort
  RING_NOTES_HZ.forEach((hz, index) => note(/** @type {AudioContext} */ (sound), hz, index * 0.28));
}

/** @param {AudioContext} context
 * @param {number} hz
 * @param {number} delay seconds */
function note(context, hz, delay) {
  const start = context.currentTime + delay;
  const tone = new OscillatorNode(context, { frequency: hz });
  const level = new GainNode(context, { gain: 0 });
  level.gain.linearRampToValueAtTime(RING_LEVEL, start + 0.04);
  level.gain.setValueAtTime(RING_LEVEL, start + 0.2);
  level.gain.linearRampToValueAtTime(0, start + 0.6);
  tone.connect(level).connect(context.destination);
  tone.start(start);
  tone.stop(start + 0.7);
}

/** @type {Notification | null} */
let shown = null;

/** @param {import("./state.js").Contact} contact */
function notify(contact) {
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  shown = new Notification(t("offer.title"), { body: `${contact.name || contact.address} · ${contact.queue_name}`, tag: contact.id });
  shown.onclick = () => window.focus();
}

/** Asks once, on the agent's own click, whether notifications are welcome. */
export function askForNotifications() {
  if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
  sound ??= new AudioContext();
  void sound.resume();
}

/** Watches offers and unread messages from now on. */
export function watch() {
  let flash = 0;
  let rings = 0;
  let current = "";
  effect(() => {
    const offer = offers.value[0];
    const waiting = contacts.value.reduce((sum, contact) => sum + unread(contact), 0);
    const calm = (waiting ? `(${waiting}) ` : "") + t("console.title");
    clearInterval(flash);
    document.title = calm;
    if (offer) {
      let odd = false;
      const turn = () => { document.title = (odd = !odd) ? `● ${t("offer.title")}` : offer.name || offer.address; };
      turn();
      flash = setInterval(turn, FLASH_MS);
    }
    if ((offer?.id ?? "") === current) return;
    current = offer?.id ?? "";
    clearInterval(rings);
    shown?.close();
    shown = null;
    if (!offer) return;
    notify(offer);
    ringOnce();
    rings = setInterval(ringOnce, RING_EVERY_MS);
  });
}
