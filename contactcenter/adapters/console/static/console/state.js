/**
 * What the console knows: the agent, the contacts, the queues, as signals fed by the server's messages alone.
 * It never guesses a state: a click is a request, and the page changes when the server says so.
 */
import { batch, computed, signal } from "@preact/signals";

import { serverTime, setServerTime } from "../shared/clock.js";
import { merged } from "../shared/rows.js";

/** @typedef {import("../shared/types.js").Agent} Agent */
/** @typedef {import("../shared/types.js").Contact} Contact */
/** @typedef {import("../shared/types.js").Message} Message */
/** @typedef {import("../shared/types.js").QueueFigures} QueueFigures */
/** @typedef {import("../shared/types.js").BoardAgent} BoardAgent */

/** @type {import("@preact/signals").Signal<Agent | null>} */
export const agent = signal(/** @type {Agent | null} */ (null));
/** @type {import("@preact/signals").Signal<Contact[]>} */
export const contacts = signal(/** @type {Contact[]} */ ([]));
/** @type {import("@preact/signals").Signal<QueueFigures[]>} */
export const queues = signal(/** @type {QueueFigures[]} */ ([]));
/** Everybody who takes contacts here, with what they do.
 * @type {import("@preact/signals").Signal<BoardAgent[]>} */
export const colleagues = signal(/** @type {BoardAgent[]} */ ([]));
/** The id of the contact that is open in the middle. */
export const chosen = signal("");
/** Contact id → number of the last message seen.
 * @type {import("@preact/signals").Signal<Record<string, number>>} */
export const seen = signal({});
/** Contact id → until when "is writing" is shown.
 * @type {import("@preact/signals").Signal<Record<string, number>>} */
export const writing = signal({});
/** Why the server closed, in its own words. */
export const closingReason = signal("");
/** How the last call of the agent's own failed, in the server's word; empty once it is put away. */
export const unreached = signal("");

const WRITING_MS = 6000; // a little longer than writers repeat the sign

/** Contacts that ring, the one that runs out first on top. */
export const offers = computed(() => contacts.value
  .filter((contact) => contact.state === "ringing")
  .sort((a, b) => (a.expires_at ?? 0) - (b.expires_at ?? 0)));

/** Contacts that the agent works on, in order of arrival at this agent. */
export const working = computed(() => {
  const open = contacts.value.filter((contact) => contact.state !== "ringing");
  const last = open.filter((contact) => contact.state === "result_open"); // nobody waits for these
  return [...open.filter((contact) => contact.state !== "result_open"), ...last];
});

/** Contacts that keep the agent's hands full. */
export const busyWith = computed(() => working.value.filter((contact) => contact.state !== "result_open"));

/** Whether the conversation is over and its result is asked for, or may still be written.
 * @param {Contact} contact */
export function isOver(contact) {
  return contact.state === "wrap_up" || contact.state === "result_open";
}

/** The contact in the middle: the chosen one, else the first. */
export const open = computed(() => working.value.find((contact) => contact.id === chosen.value) ?? working.value[0] ?? null);

/** Customer messages of a contact that were not seen yet.
 * @param {Contact} contact */
export function unread(contact) {
  const last = seen.value[contact.id] ?? 0;
  return contact.messages.filter((message) => message.author === "customer" && message.number > last).length;
}

/** Notes that all messages of a contact were on screen.
 * @param {Contact} contact */
export function markSeen(contact) {
  const last = contact.messages.at(-1)?.number ?? 0;
  if ((seen.value[contact.id] ?? 0) < last) seen.value = { ...seen.value, [contact.id]: last };
}

/** Takes one message of the server.
 * @param {any} message */
export function take(message) {
  batch(() => { // nobody may see a snapshot's agent beside the contacts of before
    if (typeof message.now_at === "number") setServerTime(message.now_at);
    TAKERS[/** @type {keyof typeof TAKERS} */ (message.kind)]?.(message);
  });
}

const TAKERS = {
  /** @param {any} message */
  snapshot(message) {
    agent.value = message.agent;
    contacts.value = message.contacts;
    queues.value = message.queues;
    closingReason.value = "";
  },
  /** @param {any} message */
  agent(message) { agent.value = message.agent; },
  /** @param {any} message */
  contact(message) { replace(message.contact); },
  /** @param {any} message */
  contact_gone(message) {
    contacts.value = contacts.value.filter((contact) => contact.id !== message.contact);
  },
  /** @param {any} message */
  dial_ended(message) { unreached.value = message.outcome; },
  /** @param {any} message */
  message(message) { addMessage(message.contact, message.message); },
  /** @param {any} message */
  typing(message) { writing.value = { ...writing.value, [message.contact]: serverTime() + WRITING_MS }; },
  /** @param {any} message */
  queues(message) {
    queues.value = merged(queues.value, message.queues);
  },
  /** @param {any} message */
  colleagues(message) {
    colleagues.value = merged(colleagues.value, message.colleagues);
  },
  /** @param {any} message */
  closing(message) { closingReason.value = message.reason; },
};

/** @param {Contact} contact */
function replace(contact) {
  contacts.value = merged(contacts.value, [contact]);
}

/** @param {string} id
 * @param {Message} message */
function addMessage(id, message) {
  contacts.value = contacts.value.map((contact) => (contact.id === id ? withMessage(contact, message) : contact));
  if (message.author === "customer") writing.value = { ...writing.value, [id]: 0 };
}

/** A contact with a message put in its place; one that is there already (a new delivery mark) is replaced.
 * @param {Contact} contact
 * @param {Message} message
 * @returns {Contact} */
export function withMessage(contact, message) {
  const others = contact.messages.filter((one) => one.number !== message.number);
  return { ...contact, messages: [...others, message].sort((a, b) => a.number - b.number) };
}

/** What the agent is doing, in the word that the state control shows. */
export const doing = computed(() => {
  const order = /** @type {const} */ (["talking", "consulting", "hold", "dialling", "ringing", "wrap_up"]);
  for (const work of order) {
    const at = contacts.value.filter((contact) => contact.state === work).map((contact) => contact.since_at);
    if (at.length) return { work, since: Math.min(...at) };
  }
  return null;
});
