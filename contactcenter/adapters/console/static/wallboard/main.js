/**
 * The wallboard page: queues, agents, a mark when the figures are old, and a full-screen mode for a screen on the wall.
 */
import { effect, signal } from "@preact/signals";
import { html } from "htm/preact";

import { now } from "../shared/clock.js";
import { clockTime, duration } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { center, me } from "../shared/session.js";
import { behindSignIn } from "../shared/signin.js";
import { Brand, LanguageSwitch, Person, SchemeButton } from "../shared/topbar.js";
import { AgentGrid } from "./agents.js";
import { CallbackButton, CallbackDialog } from "./callbacks.js";
import { MessageButton, MessageDialog } from "./messages.js";
import { listenForModes, ModeBanners, ModeButton, ModeDialog } from "./modes.js";
import { Definitions, QueueCard } from "./queue.js";
import { agents, begin, heardAt, line, queues, silence } from "./state.js";

const tv = signal(false);
document.addEventListener("fullscreenchange", () => { tv.value = document.fullscreenElement !== null; });

function turnTv() {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen();
}

function Bar() {
  return html`<header class="topbar">
    <${Brand} title=${tv.value ? "" : t("page.wallboard")} />
    <time class="board-clock">${clockTime(now.value)}</time>
    <div class="topbar-end">${tv.value
      ? html`<button type="button" class="button quiet" onClick=${turnTv}><${Icon} name="full" />${t("board.tv_leave")}</button>`
      : html`<${ModeButton} /><${CallbackButton} /><${MessageButton} /><button type="button" class="button quiet" onClick=${turnTv}><${Icon} name="full" />${t("board.tv")}</button>
        <${SchemeButton} /><${LanguageSwitch} /><${Person} />`}</div>
  </header>`;
}

function Stale() {
  const quiet = silence.value;
  const state = line.state.value;
  if (state === "not_allowed") return html`<p class="banner bad" role="alert"><${Icon} name="alert" />${t("line.not_allowed")}</p>`;
  if (!quiet && (state === "open" || state === "connecting")) return null;
  return html`<p class="banner bad" role="alert"><${Icon} name="alert" />
    ${t("board.stale", { time: duration(Math.max(quiet, now.value - heardAt.value)) })}</p>`;
}

/** Before the first contact of the day: what to do to see life. */
function Nothing() {
  if (queues.value.some((queue) => queue.offered || queue.waiting) || agents.value.some((agent) => agent.work.length)) return null;
  return html`<div class="card empty board-empty"><svg class="empty-picture" viewBox="0 0 72 72" fill="none" stroke="currentColor"
      stroke-width="3" stroke-linecap="round" aria-hidden="true"><rect x="8" y="14" width="56" height="36" rx="5" /><path d="M24 60h24M36 50v10M20 40v-6M30 40V28M40 40v-9M50 40V24" /></svg>
    <h2>${t("board.empty")}</h2><p>${t("board.empty_note")}</p></div>`;
}

function Board() {
  document.title = `${t("page.wallboard")} · ${center.value?.name ?? t("brand")}`;
  return html`<div class=${`board ${tv.value ? "tv" : ""} ${silence.value ? "stale" : ""}`}>
    <${Bar} /><${Stale} /><${ModeBanners} /><${ModeDialog} /><${CallbackDialog} /><${MessageDialog} />
    <main class="board-main">
      ${heardAt.value > 0 && html`<${Nothing} />
        <section aria-label=${t("board.now")}>
          <div class="queue-grid">${queues.value.map((queue) => html`<${QueueCard} key=${queue.id} queue=${queue} />`)}</div>
          <${Definitions} queues=${queues.value} /></section>
        <${AgentGrid} />`}
    </main>
  </div>`;
}

let begun = false;

function Page() {
  if (!begun) {
    begun = true;
    begin();
  }
  return html`<${Board} />`;
}

listenForModes();
effect(() => {
  if (line.state.value === "signed_out") me.value = null;
  if (me.value === null && begun) {
    begun = false;
    line.leave();
  }
});
behindSignIn(Page);
