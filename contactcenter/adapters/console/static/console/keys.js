/**
 * The console's keyboard: a table of shortcuts, and the sheet that shows it. Single keys count only outside of boxes.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { t } from "../shared/i18n.js";
import { openNeighbour } from "./contacts.js";
import { joinAll, openHanding } from "./handing.js";
import { accept, isWriting, reject } from "./offer.js";
import { turnPresence } from "./presence.js";
import { extend, finish, pick } from "./result.js";
import { isOver, offers, open } from "./state.js";

const sheet = signal(false);

/** @typedef {{keys: string, code: string, words: import("../shared/i18n.js").Key, act: () => unknown}} Shortcut */

/** @type {Shortcut[]} */
const WITH_ALT = [
  { keys: "Alt A", code: "KeyA", words: "keys.accept", act: () => offers.value[0] && accept(offers.value[0]) },
  { keys: "Alt X", code: "KeyX", words: "keys.reject", act: () => offers.value[0] && reject(offers.value[0]) },
  { keys: "Alt S", code: "KeyS", words: "keys.presence", act: turnPresence },
  { keys: "Alt J", code: "KeyJ", words: "keys.next", act: () => openNeighbour(1) },
  { keys: "Alt K", code: "KeyK", words: "keys.previous", act: () => openNeighbour(-1) },
  { keys: "Alt L", code: "KeyL", words: "keys.write", act: () => document.getElementById("write")?.focus() },
  { keys: "Alt N", code: "KeyN", words: "keys.note", act: () => document.getElementById("note")?.focus() },
  { keys: "Alt D", code: "KeyD", words: "keys.dial", act: () => document.getElementById("dial")?.focus() },
  { keys: "Alt T", code: "KeyT", words: "keys.transfer", act: openHanding },
  { keys: "Alt C", code: "KeyC", words: "keys.conference", act: joinAll },
  { keys: "Alt W", code: "KeyW", words: "keys.finish", act: () => open.value && finish(open.value) },
  { keys: "Alt E", code: "KeyE", words: "keys.extend", act: () => open.value && extend(open.value) },
];

/** @param {KeyboardEvent} event */
function single(event) {
  if (isWriting() || event.ctrlKey || event.metaKey) return;
  if (event.key === "?") sheet.value = !sheet.value;
  else if (event.key === "Escape") sheet.value = false;
  else chooseResult(event);
}

/** The digits choose a result in wrap-up.
 * @param {KeyboardEvent} event */
function chooseResult(event) {
  const contact = open.value;
  const name = /^[1-9]$/.test(event.key) ? contact?.dispositions[Number(event.key) - 1] : undefined;
  if (contact && name && isOver(contact)) pick(contact, name);
}

/** Listens from now on. `code` is the place on the keyboard, so that Alt letters work where Alt writes signs. */
export function listenToKeys() {
  addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return void single(event);
    const shortcut = WITH_ALT.find((one) => one.code === event.code);
    if (!shortcut) return;
    event.preventDefault();
    shortcut.act();
  });
}

/** Shows or hides the sheet. */
export function turnSheet() {
  sheet.value = !sheet.value;
}

/** The sheet of shortcuts. */
export function KeySheet() {
  if (!sheet.value) return null;
  const rows = [...WITH_ALT, { keys: "Enter", words: "keys.send" }, { keys: "Shift Enter", words: "keys.newline" },
    { keys: "1 – 9", words: "keys.result" }, { keys: "?", words: "keys.sheet" }];
  return html`<dialog ref=${(/** @type {HTMLDialogElement | null} */ dialog) => { if (dialog && !dialog.open) dialog.showModal(); }}
      onClose=${() => { sheet.value = false; }} onClick=${(/** @type {any} */ event) => event.target === event.currentTarget && turnSheet()}
      aria-labelledby="keys-title">
    <div class="card sheet"><h2 id="keys-title">${t("keys.title")}</h2>
      <dl>${rows.map((row) => html`<div><dt>${row.keys.split(" ").map((key) => html`<kbd>${key}</kbd> `)}</dt>
        <dd>${t(/** @type {import("../shared/i18n.js").Key} */ (row.words))}</dd></div>`)}</dl>
      <button type="button" class="button wide" onClick=${turnSheet}>${t("close")}</button></div>
  </dialog>`;
}
