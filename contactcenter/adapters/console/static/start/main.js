/**
 * The start page: who you are, and where you can go with that.
 */
import { html } from "htm/preact";

import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { me } from "../shared/session.js";
import { behindSignIn } from "../shared/signin.js";
import { Brand, LanguageSwitch, Person, SchemeButton } from "../shared/topbar.js";

/** Every page, its picture and who may use it. */
const PAGES = /** @type {const} */ ([
  { name: "console", icon: "voice", roles: ["agent"] },
  { name: "wallboard", icon: "board", roles: ["agent", "supervisor", "admin"] },
  { name: "reports", icon: "report", roles: ["supervisor", "admin"] },
  { name: "chat", icon: "chat", roles: ["agent", "supervisor", "admin", "integration"] },
]);

function Start() {
  const person = /** @type {import("../shared/types.js").Me} */ (me.value);
  const pages = PAGES.filter((page) => /** @type {readonly string[]} */ (page.roles).includes(person.role));
  return html`<header class="topbar"><${Brand} /><div class="topbar-end"><${SchemeButton} /><${LanguageSwitch} /><${Person} /></div></header>
    <main class="start">
      <div><h1>${t("start.hello", { name: person.name })}</h1><p class="muted">${t("start.role", { role: t(`role.${person.role}`) })}</p></div>
      <div class="tiles">${pages.map((page) => html`<a key=${page.name} class="card tile" href=${`/${page.name}`}>
        <${Icon} name=${page.icon} /><h2>${t(`page.${page.name}`)}</h2><p class="muted">${t(`page.${page.name}_note`)}</p></a>`)}</div>
    </main>`;
}

behindSignIn(Start);
