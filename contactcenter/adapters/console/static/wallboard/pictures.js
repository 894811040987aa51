/**
 * The wallboard's small pictures in SVG: the gauge of the service level, the line of those who waited, the agents' bar.
 * Each has a text for those who do not see it; colours come with a shape or a number.
 */
import { html } from "htm/preact";

import { t } from "../shared/i18n.js";

const ARC_START = 135; // degrees: the gauge is open at the bottom
const ARC_SWEEP = 270;
const RADIUS = 42;

/** A point on the gauge for a share of its sweep.
 * @param {number} share 0 to 1
 * @param {number} radius */
function point(share, radius) {
  const angle = ((ARC_START + ARC_SWEEP * share) * Math.PI) / 180;
  return `${(50 + radius * Math.cos(angle)).toFixed(2)} ${(50 + radius * Math.sin(angle)).toFixed(2)}`;
}

/** @param {number} share */
function arc(share) {
  const large = ARC_SWEEP * share > 180 ? 1 : 0;
  return `M${point(0, RADIUS)} A${RADIUS} ${RADIUS} 0 ${large} 1 ${point(share, RADIUS)}`;
}

/** A percentage on an arc, with a notch at the target.
 * @param {{percent: number | null, target: number, tone: string, label: string}} props */
export function Gauge(props) {
  const share = Math.min(1, Math.max(0, (props.percent ?? 0) / 100));
  const target = props.target / 100;
  return html`<svg class=${`gauge tone-${props.tone}`} viewBox="0 0 100 92" role="img" aria-label=${props.label}>
    <path class="gauge-ground" d=${arc(1)} />
    ${props.percent !== null && share > 0.005 && html`<path class="gauge-value" d=${arc(share)} />`}
    <path class="gauge-target" d=${`M${point(target, RADIUS - 7)} L${point(target, RADIUS + 7)}`} />
    <text x="50" y="56" class="gauge-number">${props.percent === null ? "–" : Math.round(props.percent)}</text>
    <text x="50" y="71" class="gauge-unit">%</text>
  </svg>`;
}

/** How many waited, sample by sample, the newest at the right.
 * @param {{samples: number[], length: number}} props */
export function Sparkline(props) {
  const top = Math.max(4, ...props.samples);
  const step = 100 / (props.length - 1);
  const left = 100 - (props.samples.length - 1) * step;
  const points = props.samples.map((value, index) => `${(left + index * step).toFixed(2)} ${(28 - (value / top) * 24).toFixed(2)}`);
  const label = `${t("board.trend")}: ${props.samples.at(-1) ?? 0}`;
  return html`<svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label=${label}>
    <path class="spark-ground" d="M0 28 H100" />
    ${points.length > 1 && html`<path class="spark-area" d=${`M${left.toFixed(2)} 28 L${points.join(" L")} L100 28 Z`} />
      <path class="spark-line" d=${`M${points.join(" L")}`} />`}
  </svg>`;
}

/** Agents by state as one bar with its counts in words below.
 * @param {{agents: import("./state.js").QueueFigures["agents"]}} props */
export function AgentBar({ agents }) {
  const parts = /** @type {const} */ ([["ready", "good"], ["busy", "accent"], ["wrap_up", "wrap"], ["not_ready", "warn"]]);
  return html`<div class="agent-bar">
    <div class="agent-strip" aria-hidden="true">${parts.map(([name, tone]) => agents[name] > 0
      && html`<i key=${name} class=${`fill-${tone}`} style=${{ flexGrow: agents[name] }}></i>`)}</div>
    <ul>${parts.map(([name, tone]) => html`<li key=${name} class=${agents[name] ? "" : "none"}>
      <i class=${`dot ${name} fill-${tone}`} aria-hidden="true"></i><b class="number">${agents[name]}</b> ${t(`board.${name}`)}</li>`)}</ul>
  </div>`;
}
