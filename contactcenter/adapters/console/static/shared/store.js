/**
 * What a page keeps in the browser: preferences in localStorage, what one tab must not lose in sessionStorage.
 * A browser that refuses storage (private mode, quota) costs comfort, never function.
 */

const PREFIX = "contactcenter.";

/** Reads a kept value, `fallback` where there is none or it is unreadable.
 * @template T
 * @param {Storage} storage
 * @param {string} name
 * @param {T} fallback
 * @returns {T} */
export function recall(storage, name, fallback) {
  try {
    const text = storage.getItem(PREFIX + name);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** Keeps a value; null and empty text are forgotten.
 * @param {Storage} storage
 * @param {string} name
 * @param {unknown} value */
export function keep(storage, name, value) {
  try {
    if (value === null || value === "") storage.removeItem(PREFIX + name);
    else storage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Refused: the value lives as long as the page.
  }
}

/** An id that no other page makes; unlike `crypto.randomUUID` also without TLS. */
export function freshId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The names kept under a prefix.
 * @param {Storage} storage
 * @param {string} prefix */
export function keptNames(storage, prefix) {
  return Object.keys(storage)
    .filter((key) => key.startsWith(PREFIX + prefix))
    .map((key) => key.slice(PREFIX.length));
}
