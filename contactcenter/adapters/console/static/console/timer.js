/**
 * Ticking lengths of time; the only parts of the console that are drawn again each second.
 */
import { html } from "htm/preact";

import { now } from "../shared/clock.js";
import { duration } from "../shared/format.js";

/** How long something has lasted.
 * @param {{since: number, class?: string}} props */
export function Since(props) {
  return html`<span class=${`timer ${props.class || ""}`}>${duration(now.value - props.since)}</span>`;
}

/** How long something still lasts.
 * @param {{until: number}} props */
export function Until(props) {
  return html`<span class="timer">${duration(props.until - now.value + 999)}</span>`;
}

/** A bar that empties until a deadline; its length is told beside it in words.
 * @param {{from: number, until: number, tone?: string}} props */
export function Countdown(props) {
  const whole = Math.max(1, props.until - props.from);
  const left = Math.min(1, Math.max(0, (props.until - now.value) / whole));
  const late = left < 0.3 ? "late" : "";
  return html`<div class=${`countdown ${late}`} aria-hidden="true"><i style=${{ width: `${(left * 100).toFixed(1)}%` }}></i></div>`;
}
