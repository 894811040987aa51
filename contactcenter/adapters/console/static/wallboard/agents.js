/**
 * The agents on the wallboard: each with state, shape, reason and how long, sorted by what a supervisor acts on.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { post } from "../shared/api.js";
import { now } from "../shared/clock.js";
import { clockTime, duration } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { center } from "../shared/session.js";
import { agents, oversees } from "./state.js";

/** @typedef {import("./state.js").BoardAgent} BoardAgent */
/** @typedef {{order: number, tone: string, icon: string, words: string, since: number}} Look */

const WORK_ORDER = /** @type {const} */ (["ringing", "dialling", "talking", "consulting", "hold", "wrap_up"]);
const WORK_LOOKS = {
  ringing: { order: 1, tone: "accent", icon: "ring" },
  dialling: { order: 3, tone: "accent", icon: "voice" },
  consulting: { order: 3, tone: "accent", icon: "pass_on" },
  talking: { order: 3, tone: "accent", icon: "voice" },
  hold: { order: 3, tone: "accent", icon: "pause" },
  wrap_up: { order: 4, tone: "wrap", icon: "pen" },
};
/** Why a state could not be set, until the next is. */
const trouble = signal("");
const FORCED = ["no_answer", "device_lost"];

/** The word for a state, with the direction of a talk that came from no queue.
 * @param {string} state
 * @param {BoardAgent["work"]} work */
function workWords(state, work) {
  const beside = work.find((one) => one.direction && one.direction !== "inbound");
  return state === "talking" && beside
    ? `${word("work", state)} · ${word("direction", beside.direction ?? "")}`
    : word("work", state);
}

/** What an agent's tile shows.
 * @param {BoardAgent} agent
 * @returns {Look} */
export function lookOf(agent) {
  for (const state of WORK_ORDER) {
    const work = agent.work.filter((one) => one.state === state);
    if (!work.length) continue;
    const look = WORK_LOOKS[state];
    const icon = state === "talking" ? /** @type {typeof agent.work[0]} */ (work[0]).channel : look.icon;
    return { ...look, icon, words: workWords(state, work), since: Math.min(...work.map((one) => one.since_at)) };
  }
  const since = agent.since_at;
  if (agent.presence === "ready") return { order: 2, tone: "good", icon: "ready", words: t("presence.ready"), since };
  const forced = FORCED.includes(agent.reason);
  const words = agent.reason ? word("reason", agent.reason) : t("presence.not_ready");
  return forced ? { order: 0, tone: "bad", icon: "phone_off", words, since } : { order: 5, tone: "warn", icon: "pause", words, since };
}

/** Offers of today that count against the agent, and a penalty that runs; the rest stands in the title.
 * @param {{agent: BoardAgent}} props */
function Missed({ agent }) {
  const missed = agent.missed;
  const running = (agent.penalties ?? []).filter((penalty) => penalty.until_at > now.value);
  if (!missed || !(missed.rejected || missed.no_answer || missed.busy || missed.device_lost || running.length)) return null;
  const words = [
    missed.rejected ? t("board.rejected", { count: missed.rejected }) : "",
    missed.no_answer ? t("board.unanswered", { count: missed.no_answer }) : "",
    running.length ? t("board.penalty", { until: clockTime(Math.max(...running.map((penalty) => penalty.until_at))) }) : "",
  ].filter(Boolean);
  return html`<span class="small truncate muted missed" title=${t("board.missed", missed)}>${words.join(" · ")}</span>`;
}

/** The words for what an agent is, or will be.
 * @param {string} presence
 * @param {string} reason */
function stateWords(presence, reason) {
  return presence === "not_ready" && reason ? word("reason", reason) : word("presence", presence);
}

/** What an agent will be when the hands are empty.
 * @param {{agent: BoardAgent}} props */
function Next({ agent }) {
  if (!agent.next) return null;
  const { presence, reason, forced } = agent.next;
  return html`<span class="small truncate tone-warn">${t("state.next")} ${stateWords(presence, reason)}
    ${forced && t("board.forced")}</span>`;
}

/** Lets a supervisor set an agent's state.
 * @param {{agent: BoardAgent}} props */
function SetState({ agent }) {
  if (!oversees()) return null;
  const set = async (/** @type {any} */ event) => {
    const [presence, reason = ""] = event.currentTarget.value.split(":");
    event.currentTarget.value = "";
    trouble.value = "";
    try {
      await post(`/api/agents/${encodeURIComponent(agent.id)}/state`, { presence, reason });
    } catch (error) {
      trouble.value = /** @type {Error} */ (error).message;
    }
  };
  return html`<select class="set-state small" aria-label=${t("board.set_state", { name: agent.name })} onChange=${set}>
    <option value="">⋯</option><option value="ready">${word("presence", "ready")}</option>
    ${(center.value?.reasons ?? []).map((reason) => html`<option value=${`not_ready:${reason}`}>${word("reason", reason)}</option>`)}
    <option value="logged_out">${word("presence", "logged_out")}</option></select>`;
}

/** @param {{agent: BoardAgent, look: Look}} props */
function Tile({ agent, look }) {
  return html`<li class=${`agent-tile edge-${look.tone}`} data-agent=${agent.id}>
    <span class=${`state-shape tone-${look.tone}`}><${Icon} name=${look.icon} /></span>
    <span class="grow"><b class="truncate">${agent.name}</b><span class=${`small truncate tone-${look.tone}`}>${look.words}</span>
      <${Next} agent=${agent} /><${Missed} agent=${agent} /></span>
    <span class="agent-right"><span class="timer">${duration(now.value - look.since)}</span>
      <span class="row works">${agent.work.map((work) => html`<span title=${`${word("channel", work.channel)} · ${word("work", work.state)}`}>
        <${Icon} name=${work.state === "parked" ? "pause" : work.channel} /></span>`)}
        ${(agent.units ?? 0) > 0 && html`<span class="small number" title=${t("board.units")} aria-label=${t("board.units")}>
          ${agent.units_used}/${agent.units}</span>`}</span><${SetState} agent=${agent} /></span>
  </li>`;
}

/** All agents who are signed in. */
export function AgentGrid() {
  const here = agents.value.filter((agent) => agent.presence !== "logged_out")
    .map((agent) => ({ agent, look: lookOf(agent) }))
    .sort((a, b) => a.look.order - b.look.order || a.look.since - b.look.since || a.agent.id.localeCompare(b.agent.id));
  return html`<section class="agents" aria-label=${t("board.agents")}>
    <h2 class="section-title">${t("board.agents")} <span class="muted">${t("board.signed_in", { count: here.length })}</span></h2>
    ${trouble.value && html`<p class="banner bad" role="alert"><${Icon} name="alert" />${trouble.value}</p>`}
    ${here.length === 0 ? html`<p class="muted">${t("board.no_agents")}</p>`
      : html`<ul class="agent-grid">${here.map((row) => html`<${Tile} key=${row.agent.id} ...${row} />`)}</ul>`}
  </section>`;
}
