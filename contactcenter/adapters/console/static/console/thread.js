/**
 * The conversation of a chat or SMS contact: messages in order, what is on its way, and the box to write in.
 * Customers' words are text and are never read as anything else.
 */
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { now } from "../shared/clock.js";
import { clockTime, dayTime } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { nameOf } from "./contacts.js";
import { acts } from "./desk.js";
import { draft, drop, keepDraft, send, unsent, write } from "./outbox.js";
import { isOver, markSeen, writing } from "./state.js";

/** @typedef {import("./state.js").Contact} Contact */
/** @typedef {import("./state.js").Message} Message */

const TYPING_EVERY_MS = 3000; // often enough for the customer's sign to stay, rare enough to cost nothing
const TEXT_MAX = { chat: 4000, sms: 1600, voice: 0 }; // what the desk takes for one message
const NEAR_END_PX = 80;

let typingTold = 0;

/** The delivery mark of an own message.
 * @param {{delivery: string | null | undefined}} props */
function Mark(props) {
  if (!props.delivery) return null;
  const icon = { pending: "clock", sent: "check", delivered: "checks", failed: "alert" }[props.delivery] ?? "check";
  const words = word("delivery", props.delivery);
  return html`<span class=${`mark ${props.delivery === "failed" ? "tone-bad" : ""}`} title=${words}>
    <${Icon} name=${icon} /><span class=${props.delivery === "failed" ? "" : "visually-hidden"}>${words}</span></span>`;
}

/** @param {{message: Message, contact: Contact}} props */
function Bubble({ message, contact }) {
  if (message.author === "system") {
    return html`<li class="bubble system"><p>${message.text}</p></li>`;
  }
  const mine = message.author === "agent";
  return html`<li class=${`bubble ${mine ? "mine" : "theirs"}`}>
    <span class="visually-hidden">${mine ? t("thread.you") : nameOf(contact)}:</span>
    <p>${message.text}</p>
    <footer><time datetime=${new Date(message.at).toISOString()} title=${dayTime(message.at, now.peek())}>${clockTime(message.at)}</time>
      ${mine && html`<${Mark} delivery=${message.delivery} />`}</footer>
  </li>`;
}

/** A text that the desk has not confirmed.
 * @param {{one: import("./outbox.js").Unsent}} props */
function OnItsWay({ one }) {
  return html`<li class="bubble mine unsent"><p>${one.text}</p>
    <footer>${one.error
      ? html`<span class="tone-bad">${t("thread.not_sent")} ${one.error}</span>
        <button type="button" class="link" onClick=${() => send(one)}>${t("thread.again")}</button>
        <button type="button" class="link" onClick=${() => drop(one.id)}>${t("thread.drop")}</button>`
      : html`<span class="mark"><${Icon} name="clock" />${t("thread.sending")}</span>`}</footer></li>`;
}

/** @param {{contact: Contact}} props */
function Writing({ contact }) {
  if ((writing.value[contact.id] ?? 0) < now.value) return null;
  return html`<p class="is-writing small muted"><i></i><i></i><i></i>${t("thread.writing", { name: nameOf(contact) })}</p>`;
}

/** @param {{contact: Contact}} props */
function Box({ contact }) {
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const grow = () => {
    const area = /** @type {HTMLTextAreaElement} */ (box.current);
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 180)}px`;
  };
  useLayoutEffect(() => {
    const area = /** @type {HTMLTextAreaElement} */ (box.current);
    area.value = draft("text", contact.id);
    grow();
  }, [contact.id]);
  const post = () => {
    const area = /** @type {HTMLTextAreaElement} */ (box.current);
    const text = area.value.trim();
    if (!text) return;
    write(contact.id, text);
    area.value = "";
    keepDraft("text", contact.id, "");
    grow();
  };
  const typed = () => {
    keepDraft("text", contact.id, /** @type {HTMLTextAreaElement} */ (box.current).value);
    grow();
    if (contact.channel !== "chat" || performance.now() - typingTold < TYPING_EVERY_MS) return;
    typingTold = performance.now();
    acts.typing(contact.id);
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    post();
  };
  return html`<form class="write" onSubmit=${(/** @type {Event} */ event) => { event.preventDefault(); post(); }}>
    <label class="visually-hidden" for="write">${t("thread.label", { name: nameOf(contact) })}</label>
    <textarea class="input" id="write" ref=${box} rows="1" maxlength=${TEXT_MAX[contact.channel]} placeholder=${t("thread.placeholder")}
      onInput=${typed} onKeyDown=${key}></textarea>
    <button class="button primary" aria-label=${t("thread.send")} title=${t("thread.send_keys")}><${Icon} name="send" /></button>
  </form>`;
}

/** The thread of one contact with its box.
 * @param {{contact: Contact}} props */
export function Thread({ contact }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = useRef("");
  const waiting = unsent.value.filter((one) => one.contact === contact.id && !contact.messages.some((message) => message.id === one.id));
  useLayoutEffect(() => {
    const box = /** @type {HTMLElement} */ (list.current);
    const another = shown.current !== contact.id;
    const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX + (/** @type {HTMLElement} */ (box.lastElementChild)?.offsetHeight ?? 0);
    shown.current = contact.id;
    if (another || near) box.scrollTop = box.scrollHeight;
  }, [contact.id, contact.messages.length, waiting.length]);
  useEffect(() => {
    const see = () => { if (!document.hidden) markSeen(contact); };
    see();
    document.addEventListener("visibilitychange", see);
    return () => document.removeEventListener("visibilitychange", see);
  }, [contact.id, contact.messages.length]);
  return html`<div class="thread">
    <ol class="bubbles" ref=${list} tabindex="0" role="log" aria-label=${t("thread.log", { name: nameOf(contact) })}>
      ${contact.messages.map((message) => html`<${Bubble} key=${message.number} message=${message} contact=${contact} />`)}
      ${waiting.map((one) => html`<${OnItsWay} key=${one.id} one=${one} />`)}
    </ol>
    <${Writing} contact=${contact} />
    ${isOver(contact) ? html`<p class="thread-over small muted">${t("thread.over")}</p>` : html`<${Box} contact=${contact} />`}
  </div>`;
}
