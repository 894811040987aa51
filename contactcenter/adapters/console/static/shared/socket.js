/**
 * One live line to the desk: it comes back by itself with growing pauses, resumes where the server's stream stood, and
 * carries requests with their answers. It never decides what a message means; that is its owner's.
 */
import { signal } from "@preact/signals";

import { get, Refusal } from "./api.js";
import { t } from "./i18n.js";

const PAUSES_MS = [300, 1000, 2000, 4000, 8000]; // quick at first: most breaks are a restart of the desk
const BUSY_PAUSE_MS = 15_000; // the server said 4429: too many connections
const ANSWER_MS = 10_000; // an act that takes longer is told to the person as not done
const SILENCE_MS = 12_000; // two missed beats and a margin: the line is dead although the browser holds it

/** Close codes after which coming back is useless: the page says why instead. */
const FINAL = { 4401: "signed_out", 4403: "not_allowed", 4409: "replaced" };

/** @typedef {"connecting" | "open" | "waiting" | "signed_out" | "not_allowed" | "replaced"} LineState */
/** @typedef {{resolve: () => void, reject: (why: Refusal) => void, message: object, again: boolean, timer: number}} Asked */

export class LiveSocket {
  /** @param {string} path
   * @param {(message: any) => void} onMessage */
  constructor(path, onMessage) {
    this.path = path;
    this.onMessage = onMessage;
    /** @type {import("@preact/signals").Signal<LineState>} */
    this.state = signal("connecting");
    this.failures = 0;
    this.wasOpen = false;
    this.stream = "";
    this.seq = 0;
    this.heardAt = 0;
    this.beats = false;
    this.requests = 0;
    /** @type {Map<number, Asked>} */
    this.asked = new Map();
    /** @type {WebSocket | null} */
    this.line = null;
    this.timer = 0;
    setInterval(() => this.listenForSilence(), 1000);
    addEventListener("online", () => this.comeBackNow());
    document.addEventListener("visibilitychange", () => this.comeBackNow());
  }

  /** Opens the line; also after a final close, when the person asks for it. */
  open() {
    clearTimeout(this.timer);
    this.state.value = "connecting";
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    if (this.stream) {
      url.searchParams.set("stream", this.stream);
      url.searchParams.set("after", String(this.seq));
    }
    const line = new WebSocket(url);
    this.line = line;
    line.onopen = () => this.opened();
    line.onmessage = (event) => this.heard(event.data);
    line.onclose = (event) => { if (this.line === line) this.closed(event.code); };
  }

  /** Leaves for good, without coming back. */
  leave() {
    const line = this.line;
    this.line = null;
    clearTimeout(this.timer);
    line?.close(1000);
  }

  /** Sends a request and waits for its answer; rejects with a sentence that says what to do.
   * @param {string} act
   * @param {object} [fields]
   * @param {boolean} [again] send it again after a break: only for acts that the server takes once
   * @returns {Promise<void>} */
  request(act, fields = {}, again = false) {
    const number = ++this.requests;
    const message = { request: number, do: act, ...fields };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.settle(number, t("error.no_answer")), ANSWER_MS);
      this.asked.set(number, { resolve, reject, message, again, timer });
      if (this.state.value === "open") this.line?.send(JSON.stringify(message));
      else if (!again) this.settle(number, t("error.no_line"));
    });
  }

  /** Sends something that needs no answer; lost when there is no line.
   * @param {string} act
   * @param {object} fields */
  mention(act, fields) {
    if (this.state.value === "open") this.line?.send(JSON.stringify({ request: ++this.requests, do: act, ...fields }));
  }

  opened() {
    this.failures = 0;
    this.wasOpen = true;
    this.heardAt = performance.now();
    this.state.value = "open";
    for (const asked of this.asked.values()) this.line?.send(JSON.stringify(asked.message));
  }

  /** @param {string} data */
  heard(data) {
    this.heardAt = performance.now();
    const message = JSON.parse(data);
    if (message.stream) this.stream = message.stream;
    if (message.seq) this.seq = message.seq;
    if (message.kind === "beat") this.beats = true;
    if (message.kind === "answer") this.settle(message.request, message.ok ? "" : message.error || t("error.refused"));
    else this.onMessage(message);
  }

  /** @param {number} number
   * @param {string} error */
  settle(number, error) {
    const asked = this.asked.get(number);
    if (!asked) return;
    this.asked.delete(number);
    clearTimeout(asked.timer);
    if (error) asked.reject(new Refusal(error, 0));
    else asked.resolve();
  }

  /** @param {number} code */
  closed(code) {
    this.line = null;
    if (!this.wasOpen) void this.askWhy();
    this.wasOpen = false;
    for (const [number, asked] of this.asked) if (!asked.again) this.settle(number, t("error.line_broke"));
    const final = FINAL[/** @type {keyof typeof FINAL} */ (code)];
    if (final) {
      this.state.value = /** @type {LineState} */ (final);
      return;
    }
    this.state.value = "waiting";
    const pause = code === 4429 ? BUSY_PAUSE_MS : PAUSES_MS[Math.min(this.failures, PAUSES_MS.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.open(), pause * (0.75 + Math.random() / 2));
  }

  /** A browser does not tell why a socket was refused: whether the session has ended, a plain request can. */
  async askWhy() {
    const why = await get("/api/me").then(() => null, (error) => error);
    if (this.state.value !== "waiting" || !(why instanceof Refusal) || why.status !== 401) return;
    clearTimeout(this.timer);
    this.state.value = "signed_out";
  }

  comeBackNow() {
    if (this.state.value === "waiting" && !document.hidden) this.open();
  }

  /** A line without beats is dead even where the browser has not noticed (sleep, lost Wi-Fi). */
  listenForSilence() {
    if (this.state.value !== "open" || !this.beats || performance.now() - this.heardAt < SILENCE_MS) return;
    this.line?.close(4000);
    this.closed(4000);
  }
}
