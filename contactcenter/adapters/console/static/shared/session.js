/**
 * Who is signed in and which centre this is, for every page. The server holds the session; the page only asks.
 */
import { signal } from "@preact/signals";

import { get, post, Refusal } from "./api.js";
import { proposeLanguage } from "./i18n.js";

/** @typedef {import("./types.js").Me} Me */
/** @typedef {import("./types.js").Center} Center */

/** The signed-in person; null is nobody, undefined is not known yet.
 * @type {import("@preact/signals").Signal<Me | null | undefined>} */
export const me = signal(undefined);

/** The centre's public facts, null until they are read.
 * @type {import("@preact/signals").Signal<Center | null>} */
export const center = signal(/** @type {Center | null} */ (null));

/** The sentence to show when even that could not be asked. */
export const unreachable = signal("");

/** Asks who is signed in, and reads the centre's facts when somebody is. */
export async function loadSession() {
  try {
    me.value = /** @type {Me} */ (await get("/api/me"));
    proposeLanguage(me.value?.language ?? "");
    await loadCenter();
    unreachable.value = "";
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) me.value = null;
    else unreachable.value = error instanceof Error ? error.message : String(error);
  }
}

/** Reads the centre's facts again (a phone may have registered since). */
export async function loadCenter() {
  center.value = /** @type {Center} */ (await get("/api/center"));
}

/** Signs in; throws a `Refusal` whose message is for the person.
 * @param {string} name
 * @param {string} password */
export async function signIn(name, password) {
  await post("/api/sign-in", { name, password });
  await loadSession();
}

/** Ends the session here and on the server. */
export async function signOut() {
  await post("/api/sign-out").catch(() => null);
  me.value = null;
}
