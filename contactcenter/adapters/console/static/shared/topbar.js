/**
 * What stands at the top of every page: the mark, the language, light or dark.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { LANGUAGES, language, setLanguage, t } from "./i18n.js";
import { Icon, Mark } from "./icons.js";
import { center, me, signOut } from "./session.js";
import { keep, recall } from "./store.js";

const dark = signal(firstScheme());

function firstScheme() {
  const kept = recall(localStorage, "theme", "");
  if (kept) document.documentElement.dataset.theme = kept;
  return kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function turnScheme() {
  dark.value = !dark.value;
  const name = dark.value ? "dark" : "light";
  document.documentElement.dataset.theme = name;
  keep(localStorage, "theme", name);
}

/** The mark with the centre's name, a link to the start page; `aside` opens that beside a page that must stay.
 * @param {{title?: string, aside?: boolean}} props */
export function Brand(props) {
  const name = center.value?.name || t("brand");
  return html`<div class="brand"><${Mark} />
    <a class="truncate" href="/" target=${props.aside ? "_blank" : undefined}>${name}</a>${props.title && html`<span class="muted small truncate">${props.title}</span>`}
  </div>`;
}

/** English or 中文. */
export function LanguageSwitch() {
  return html`<div class="segmented" role="group" aria-label=${t("language")}>
    ${LANGUAGES.map((choice) => html`<button type="button" lang=${choice.id} aria-pressed=${language.value === choice.id}
      onClick=${() => setLanguage(choice.id)}>${choice.name}</button>`)}
  </div>`;
}

/** Light or dark. */
export function SchemeButton() {
  const title = t(dark.value ? "scheme.light" : "scheme.dark");
  return html`<button type="button" class="button quiet" title=${title} aria-label=${title} onClick=${turnScheme}>
    <${Icon} name=${dark.value ? "sun" : "moon"} /></button>`;
}

/** The signed-in person's name and the way out.
 * @param {{onLeave?: () => Promise<boolean>}} props what must be done first; false keeps the session */
export function Person(props) {
  const leave = async () => {
    if (!props.onLeave || await props.onLeave()) await signOut();
  };
  return html`<span class="muted truncate">${me.value?.name}</span>
    <button type="button" class="button quiet" onClick=${leave} title=${t("sign_out")}>
      <${Icon} name="out" /><span>${t("sign_out")}</span></button>`;
}
