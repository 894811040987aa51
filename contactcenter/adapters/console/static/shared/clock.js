/**
 * The centre's clock in the page: the server's time plus what has passed here since, ticking as a signal.
 * Never used to decide anything; it only shows how long something has lasted.
 */
import { signal } from "@preact/signals";

const TICK_MS = 500; // a timer in seconds is never seen to skip one

let skew = 0;

/** The centre's time in ms since 1970; every component that reads it is drawn again twice a second. */
export const now = signal(Date.now());

/** Takes the server's `now_at` as the time it is.
 * @param {number} nowAt */
export function setServerTime(nowAt) {
  skew = nowAt - Date.now();
  now.value = nowAt;
}

/** The centre's time without drawing anything again. */
export function serverTime() {
  return Date.now() + skew;
}

setInterval(() => { now.value = serverTime(); }, TICK_MS);
