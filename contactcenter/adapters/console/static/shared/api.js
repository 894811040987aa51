/**
 * HTTP to the desk: JSON in, JSON out, and errors that are sentences for the person at the screen.
 */
import { t } from "./i18n.js";

/** The desk said no, or could not be reached; the message says what to do. */
export class Refusal extends Error {
  /** @param {string} message
   * @param {number} status the HTTP status, 0 where there was no answer */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Asks for a resource.
 * @template T
 * @param {string} path
 * @returns {Promise<T>} */
export async function get(path) {
  return await ask(path, { headers: { Accept: "application/json" } });
}

/** Sends a body.
 * @template T
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<T>} */
export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  return await ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** @param {string} path
 * @param {RequestInit} init */
async function ask(path, init) {
  let answer;
  try {
    answer = await fetch(path, { ...init, credentials: "same-origin" });
  } catch {
    throw new Refusal(t("error.unreachable"), 0);
  }
  if (answer.status === 204) return null;
  const body = await answer.json().catch(() => null);
  if (answer.ok) return body;
  throw new Refusal(sentence(answer.status, body), answer.status);
}

/** The sentence for an error: ours where it is a known case, else the desk's own.
 * @param {number} status
 * @param {{error?: string} | null} body */
function sentence(status, body) {
  if (status === 429) return t("error.too_many");
  if (status >= 502) return t("error.unreachable");
  return body?.error || t("error.unexpected", { status });
}
