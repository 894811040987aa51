/**
 * One queue on the wallboard: what must be acted on large, the day's figures small, every target with its definition.
 */
import { html } from "htm/preact";

import { now } from "../shared/clock.js";
import { duration, lengthOr, share, threshold } from "../shared/format.js";
import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { AgentBar, Gauge, Sparkline } from "./pictures.js";
import { memory } from "./state.js";

/** @typedef {import("./state.js").QueueFigures} QueueFigures */

const NEAR_POINTS = 5; // percentage points below the target that still count as near
const SPARK_LENGTH_MIN = 60; // five minutes: shorter memories would jump about

/** How the service level stands to its target.
 * @param {QueueFigures} queue
 * @returns {"ok" | "near" | "below" | "none"} */
export function standing(queue) {
  if (queue.service_level === null) return "none";
  if (queue.service_level >= queue.target_percent) return "ok";
  return queue.service_level >= queue.target_percent - NEAR_POINTS ? "near" : "below";
}

const LOOKS = {
  ok: { tone: "good", icon: "check" },
  near: { tone: "warn", icon: "alert" },
  below: { tone: "bad", icon: "down" },
  none: { tone: "idle", icon: "clock" },
};

/** @param {QueueFigures} queue */
function waitTone(queue) {
  if (!queue.longest_wait_at) return "";
  const waited = now.value - queue.longest_wait_at;
  if (waited > queue.target_ms) return "tone-bad";
  return waited > queue.target_ms / 2 ? "tone-warn" : "";
}

/** @param {{queue: QueueFigures}} props */
function Waiting({ queue }) {
  const channels = /** @type {const} */ (["voice", "chat", "sms"]);
  const tone = waitTone(queue);
  return html`<div class="big-figures">
    <div><p class="label">${t("board.waiting")}</p><p class=${`big number ${queue.waiting ? "" : "calm"}`} data-figure="waiting">${queue.waiting}</p>
      ${Boolean(queue.callbacks) && html`<p class="small muted" data-figure="callbacks">${t("board.callbacks", { count: queue.callbacks ?? 0 })}</p>`}
      ${Boolean(queue.messages) && html`<p class="small muted" data-figure="messages">${t("board.messages", { count: queue.messages ?? 0 })}</p>`}
      <p class="channels small muted">${channels.map((channel) => (queue.channels[channel] ?? 0) > 0 && html`<span key=${channel} class="row"
        title=${t(`channel.${channel}`)}><${Icon} name=${channel} /><span class="number">${queue.channels[channel]}</span></span>`)}</p></div>
    <div><p class="label">${t("board.longest")}</p>
      <p class=${`big number ${tone || (queue.longest_wait_at ? "" : "calm")}`}>${queue.longest_wait_at ? duration(now.value - queue.longest_wait_at) : "–"}</p>
      <p class=${`small ${tone}`}>${tone === "tone-bad" && html`<span class="row"><${Icon} name="alert" />${`> ${threshold(queue.target_ms)}`}</span>`}</p></div>
  </div>`;
}

/** @param {{queue: QueueFigures}} props */
function Level({ queue }) {
  const stand = standing(queue);
  const look = LOOKS[stand];
  const key = /** @type {import("../shared/i18n.js").Key} */ (`variant.${queue.service_level_variant}`);
  const target = t("board.target", { percent: queue.target_percent, time: threshold(queue.target_ms) });
  return html`<div class="level" title=${t(key)}>
    <${Gauge} percent=${queue.service_level} target=${queue.target_percent} tone=${look.tone}
      label=${`${t("board.level")} ${share(queue.service_level)}, ${target}, ${t(`board.${stand}`)}`} />
    <p class="small muted">${target}</p>
  </div>`;
}

/** How the service levels on the board are defined, once for all queues that agree.
 * @param {{queues: QueueFigures[]}} props */
export function Definitions({ queues }) {
  const variants = [...new Set(queues.map((queue) => queue.service_level_variant))];
  return html`<p class="definitions small">${variants.map((variant) => html`<span key=${variant}>${t("board.level")} = ${
    t(/** @type {import("../shared/i18n.js").Key} */ (`variant.${variant}`))}. </span>`)}${t("board.today")}</p>`;
}

/** An interval of waits, as "0:40–2:10".
 * @param {[number, number] | null | undefined} wait */
function span(wait) {
  if (!wait) return "–";
  return wait[0] === wait[1] ? duration(wait[0]) : `${duration(wait[0])}–${duration(wait[1])}`;
}

/** What the estimate means, and how good it was today.
 * @param {QueueFigures} queue */
function estimateHelp(queue) {
  if (!queue.estimates_judged) return t("board.next_wait_help");
  return t("board.next_wait_error", {
    error: lengthOr(queue.estimate_error_ms),
    within: share(queue.estimates_within),
    judged: queue.estimates_judged,
  });
}

/** The whole card of a queue.
 * @param {{queue: QueueFigures}} props */
export function QueueCard({ queue }) {
  const stand = standing(queue);
  const look = LOOKS[stand];
  const samples = memory.value[queue.id] ?? [];
  const figures = [
    { label: t("board.asa"), help: t("board.asa_help"), value: lengthOr(queue.asa_ms) },
    { label: t("board.next_wait"), help: estimateHelp(queue), value: span(queue.next_wait_ms) },
    { label: t("board.abandon_rate"), help: "", value: share(queue.abandon_rate) },
    { label: t("board.offered"), help: t("board.today"), value: queue.offered },
    { label: t("board.handled"), help: t("board.today"), value: queue.handled },
  ];
  return html`<article class=${`queue-card card stand-${stand}`} data-queue=${queue.id}>
    <header class="row"><h2 class="truncate grow">${queue.name}</h2>
      ${queue.reserve_called && html`<span class="pill tone-warn" data-figure="reserve" title=${t("board.reserve_help")}><${Icon} name="user" />${t("board.reserve")}</span>`}
      <span class=${`pill tone-${look.tone}`}><${Icon} name=${look.icon} />${t(`board.${stand}`)}</span></header>
    <div class="queue-top"><${Waiting} queue=${queue} /><${Level} queue=${queue} /></div>
    <${Sparkline} samples=${samples} length=${Math.max(SPARK_LENGTH_MIN, samples.length)} />
    <dl class="small-figures">${figures.map((figure) => html`<div title=${figure.help}><dt>${figure.label}</dt><dd class="number">${figure.value}</dd></div>`)}</dl>
    <${AgentBar} agents=${queue.agents} />
  </article>`;
}
