/**
 * What an agent wrote and the desk has not confirmed, and what is still in the box: both survive a reload of the tab.
 * Each text has an id made here, so sending it twice makes one message.
 */
import { signal } from "@preact/signals";

import { serverTime } from "../shared/clock.js";
import { freshId, keep, keptNames, recall } from "../shared/store.js";
import { line } from "./desk.js";

/** @typedef {{id: string, contact: string, text: string, at: number, error: string}} Unsent */

/** Texts on their way, oldest first.
 * @type {import("@preact/signals").Signal<Unsent[]>} */
export const unsent = signal(recall(sessionStorage, "outbox", /** @type {Unsent[]} */ ([])));

function keepUnsent() {
  keep(sessionStorage, "outbox", unsent.value.length ? unsent.value : null);
}

/** Sends a text to the customer of a contact.
 * @param {string} contact
 * @param {string} text */
export function write(contact, text) {
  const one = { id: freshId(), contact, text, at: serverTime(), error: "" };
  unsent.value = [...unsent.value, one];
  keepUnsent();
  void send(one);
}

/** Sends a text that is kept here, again if need be.
 * @param {Unsent} one */
export async function send(one) {
  change(one.id, "");
  try {
    await line.request("write", { contact: one.contact, text: one.text, id: one.id }, true);
    drop(one.id);
  } catch (error) {
    change(one.id, /** @type {Error} */ (error).message);
  }
}

/** Forgets a text: it is confirmed, or the agent gave it up.
 * @param {string} id */
export function drop(id) {
  unsent.value = unsent.value.filter((one) => one.id !== id);
  keepUnsent();
}

/** @param {string} id
 * @param {string} error */
function change(id, error) {
  unsent.value = unsent.value.map((one) => (one.id === id ? { ...one, error } : one));
  keepUnsent();
}

/** After a reload: sends what the last page could not see confirmed. */
export function sendKept() {
  for (const one of unsent.value) void send(one);
}

/** The unsent words in a contact's box, by the name of the box.
 * @param {string} box
 * @param {string} contact */
export function draft(box, contact) {
  return recall(sessionStorage, `draft.${box}.${contact}`, "");
}

/** Keeps the words of a box.
 * @param {string} box
 * @param {string} contact
 * @param {string} text */
export function keepDraft(box, contact, text) {
  keep(sessionStorage, `draft.${box}.${contact}`, text);
}

/** Forgets the boxes of contacts that are no longer here.
 * @param {string[]} here */
export function forgetDrafts(here) {
  for (const name of keptNames(sessionStorage, "draft.")) {
    if (!here.includes(name.split(".").slice(2).join("."))) keep(sessionStorage, name, null);
  }
  unsent.value = unsent.peek().filter((one) => here.includes(one.contact));
  keepUnsent();
}
