/**
 * The words of the pages in the reader's language. A text is looked up by key; `{name}` in it is filled in.
 * Texts are always set as text, never as HTML.
 */
import { signal } from "@preact/signals";

import { columnsZh, reasonsZh } from "./i18n/columns.js";
import { en } from "./i18n/en.js";
import { zh } from "./i18n/zh.js";
import { keep, recall } from "./store.js";

/** @typedef {keyof typeof en} Key */
/** @typedef {"en" | "zh"} Language */

/** @type {Record<Language, Record<Key, string>>} */
const TEXTS = { en, zh };

/** @type {{id: Language, name: string}[]} */
export const LANGUAGES = [{ id: "en", name: "English" }, { id: "zh", name: "中文" }];

/** The language in use; a change draws every text again. */
export const language = signal(firstLanguage());

/** @returns {Language} */
function firstLanguage() {
  const kept = String(recall(localStorage, "language", ""));
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Sets the language for this browser.
 * @param {Language} chosen */
export function setLanguage(chosen) {
  language.value = chosen;
  document.documentElement.lang = chosen;
  keep(localStorage, "language", chosen);
}

/** Takes the account's language where nobody has chosen one in this browser.
 * @param {string} account */
export function proposeLanguage(account) {
  if (recall(localStorage, "language", "") || !LANGUAGES.some((known) => known.id === account)) return;
  language.value = /** @type {Language} */ (account);
  document.documentElement.lang = account;
}

/** The text for a key with its blanks filled in.
 * @param {Key} key
 * @param {Record<string, string | number>} [blanks] */
export function t(key, blanks) {
  const text = TEXTS[language.value][key];
  return blanks ? text.replace(/\{(\w+)\}/g, (whole, name) => String(blanks[name] ?? whole)) : text;
}

/** The text for a word of an open vocabulary (a reason, an outcome), or the word made readable.
 * @param {string} group
 * @param {string} word */
export function word(group, word) {
  const key = `${group}.${word}`;
  if (key in en) return t(/** @type {Key} */ (key));
  const chinese = language.value === "zh" ? (group === "column" ? columnsZh : group === "why" ? reasonsZh : {})[word] : undefined;
  if (chinese) return chinese;
  const plain = word.replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

document.documentElement.lang = language.value;
