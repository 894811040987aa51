/**
 * What the wallboard knows: the queues' and agents' latest figures, and a short memory of how many waited.
 * Figures are the server's; nothing is computed here but what is drawn.
 */
import { computed, signal } from "@preact/signals";

import { now, serverTime, setServerTime } from "../shared/clock.js";
import { merged } from "../shared/rows.js";
import { center, me } from "../shared/session.js";
import { LiveSocket } from "../shared/socket.js";
import { keep, recall } from "../shared/store.js";

/** @typedef {import("../shared/types.js").QueueFigures} QueueFigures */
/** @typedef {import("../shared/types.js").BoardAgent} BoardAgent */

const STALE_MS = 12_000; // two heartbeats of 5 s and a margin
const SAMPLE_MS = 5_000;
const SAMPLES_MAX = 360; // 30 minutes
const GAP_MS = 60_000; // a memory with a hole this long would draw a line that never was

/** @type {import("@preact/signals").Signal<QueueFigures[]>} */
export const queues = signal(/** @type {QueueFigures[]} */ ([]));
/** @type {import("@preact/signals").Signal<BoardAgent[]>} */
export const agents = signal(/** @type {BoardAgent[]} */ ([]));
/** The last switch of the centre's mode and of each queue's.
 * @type {import("@preact/signals").Signal<import("../shared/types.js").ModeFigures[]>} */
export const modes = signal(/** @type {import("../shared/types.js").ModeFigures[]} */ ([]));
/** When the server was last heard, on its own clock; 0 before the first news. */
export const heardAt = signal(0);
/** Whether the server itself says that what it knows is old: it only hears of the centre, and hears nothing. */
const old = signal(false);
/** Queue id → how many waited, a sample every 5 s.
 * @type {import("@preact/signals").Signal<Record<string, number[]>>} */
export const memory = signal({});

/** How long there has been no news, 0 while the line lives. */
export const silence = computed(() => {
  const quiet = heardAt.value ? now.value - heardAt.value : 0;
  return quiet > STALE_MS || old.value ? quiet : 0;
});

/** @param {any} message */
function take(message) {
  if (typeof message.now_at === "number") setServerTime(message.now_at);
  old.value = typeof message.heard_at === "number";
  heardAt.value = old.value ? message.heard_at : serverTime();
  if (message.modes) modes.value = message.modes;
  if (message.kind === "snapshot") {
    queues.value = message.queues;
    agents.value = message.agents;
    sample();
  } else if (message.kind === "figures") {
    if (message.queues?.length) queues.value = merged(queues.value, message.queues);
    if (message.agents?.length) agents.value = merged(agents.value, message.agents);
  }
}

function sample() {
  if (silence.peek() || !heardAt.peek()) return;
  memory.value = Object.fromEntries(queues.peek().map((queue) => {
    const past = memory.peek()[queue.id] ?? [];
    return [queue.id, [...past, queue.waiting].slice(-SAMPLES_MAX)];
  }));
  keep(sessionStorage, "waiting", { at: serverTime(), samples: memory.peek() });
}

export const line = new LiveSocket("/ws/wallboard", take);

/** Opens the line and begins to remember. */
export function begin() {
  const kept = recall(sessionStorage, "waiting", { at: 0, samples: {} });
  if (Date.now() - kept.at < GAP_MS) memory.value = kept.samples;
  line.open();
  setInterval(sample, SAMPLE_MS);
}

/** Whether this person may see lists, switch modes and set states here; a desk that only displays takes no acts. */
export function oversees() {
  return !center.value?.display && ["supervisor", "admin"].includes(me.value?.role ?? "");
}

/** The name of a queue on the board.
 * @param {string} id */
export function queueName(id) {
  return queues.value.find((queue) => queue.id === id)?.name ?? id;
}
