/**
 * The way in: shows the sign-in form until somebody is signed in, then the page behind it. Says what to do on errors.
 */
import { signal } from "@preact/signals";
import { html, render } from "htm/preact";

import { language, t } from "./i18n.js";
import { Icon } from "./icons.js";
import { loadSession, me, signIn, unreachable } from "./session.js";
import { Brand, LanguageSwitch, SchemeButton } from "./topbar.js";

const error = signal("");
const busy = signal(false);

/** The frame of a page with one card in its middle.
 * @param {{children?: any, wide?: boolean}} props */
export function Gate(props) {
  return html`<div class="gate">
    <div class="gate-bar"><${LanguageSwitch} /><${SchemeButton} /></div>
    <main class="gate-body"><div class=${`card gate-card ${props.wide ? "wide" : ""}`}>${props.children}</div></main>
  </div>`;
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const fields = new FormData(form);
  busy.value = true;
  error.value = "";
  try {
    await signIn(String(fields.get("name")).trim(), String(fields.get("password")));
  } catch (why) {
    error.value = /** @type {{status?: number}} */ (why).status === 401 ? t("signin.wrong") : /** @type {Error} */ (why).message;
    form.querySelector("input")?.focus();
  } finally {
    busy.value = false;
  }
}

function SignIn() {
  return html`<${Gate}>
    <${Brand} />
    <div><h1>${t("signin.title")}</h1><p class="muted">${t("signin.subtitle")}</p></div>
    <form onSubmit=${submit}>
      <div class="field"><label for="name">${t("signin.name")}</label>
        <input class="input" id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck=${false} required autofocus /></div>
      <div class="field"><label for="password">${t("signin.password")}</label>
        <input class="input" id="password" name="password" type="password" autocomplete="current-password" required /></div>
      ${error.value && html`<p class="notice" role="alert"><${Icon} name="alert" /><span>${error.value}</span></p>`}
      <button class="button primary large wide" disabled=${busy.value}>${t(busy.value ? "signin.busy" : "signin.submit")}</button>
    </form>
    <p class="muted small">${t("signin.help")}</p>
  </${Gate}>`;
}

/** Shown while the desk does not answer; asks again by itself. */
function Unreachable() {
  return html`<${Gate}><${Brand} />
    <div role="alert"><h1>${t("gate.unreachable")}</h1><p class="muted">${unreachable.value}</p></div>
    <button type="button" class="button primary" onClick=${loadSession}>${t("gate.retry")}</button></${Gate}>`;
}

/** Draws `Page` for a signed-in person, the sign-in form for anybody else.
 * @param {any} Page */
export function behindSignIn(Page) {
  const Door = () => {
    if (me.value) return html`<${Page} />`;
    if (unreachable.value) return html`<${Unreachable} />`;
    return me.value === null ? html`<${SignIn} key=${language.value} />` : html`<div class="gate" aria-busy="true"></div>`;
  };
  const root = /** @type {HTMLElement} */ (document.getElementById("page"));
  render(html`<${Door} />`, root);
  void loadSession();
}
