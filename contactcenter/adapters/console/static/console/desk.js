/**
 * The console's line to the desk and the acts an agent can ask for. What an act changes comes back as a message;
 * what is refused is shown as a sentence and never lost in a console log.
 */
import { signal } from "@preact/signals";

import { t } from "../shared/i18n.js";
import { LiveSocket } from "../shared/socket.js";
import { agent, take, unreached, busyWith } from "./state.js";

export const line = new LiveSocket("/ws/console", take);

/** The last refusal, shown until the next act or until it is put away. */
export const trouble = signal("");

/** @param {string} act
 * @param {object} [fields]
 * @returns {Promise<boolean>} whether the desk took it */
async function ask(act, fields) {
  trouble.value = "";
  try {
    await line.request(act, fields);
    return true;
  } catch (error) {
    trouble.value = /** @type {Error} */ (error).message;
    return false;
  }
}

export const acts = {
  ready: () => ask("ready"),
  /** @param {string} reason */
  notReady: (reason) => ask("not_ready", { reason }),
  /** @param {string} presence
   * @param {string} [reason] */
  next: (presence, reason = "") => ask("next_state", { presence, reason }),
  /** @param {string | null} station */
  station: (station) => ask("station", { station }),
  /** @param {string | null} offer */
  accept: (offer) => ask("accept", { offer }),
  /** @param {string | null} offer */
  reject: (offer) => ask("reject", { offer }),
  /** @param {string} contact */
  close: (contact) => ask("close", { contact }),
  /** @param {string} contact
   * @param {string} disposition
   * @param {string} note */
  wrapUp: (contact, disposition, note) => ask("wrap_up", { contact, disposition, note }),
  /** @param {string} contact
   * @param {number} number */
  extend: (contact, number) => ask("extend", { contact, number }),
  /** @param {string} number */
  dial: (number) => {
    unreached.value = "";
    return ask("dial", { number });
  },
  /** @param {string} colleague */
  callColleague: (colleague) => {
    unreached.value = "";
    return ask("call_colleague", { agent: colleague });
  },
  /** @param {string} contact
   * @param {{agent?: string, queue?: string, number?: string}} place */
  transfer: (contact, place) => ask("transfer", { contact, ...place }),
  /** @param {string} contact */
  machine: (contact) => ask("machine", { contact }),
  /** @param {string} contact
   * @param {{agent?: string, queue?: string, number?: string}} place */
  consult: (contact, place) => ask("consult", { contact, ...place }),
  /** @param {string} contact
   * @param {boolean} toCustomer */
  consultTurn: (contact, toCustomer) => ask("consult_turn", { contact, to_customer: toCustomer }),
  /** @param {string} contact */
  consultComplete: (contact) => ask("consult_complete", { contact }),
  /** @param {string} contact */
  consultCancel: (contact) => ask("consult_cancel", { contact }),
  /** @param {string} contact */
  conference: (contact) => ask("conference", { contact }),
  signOut: () => ask("sign_out"),
  /** @param {string} contact */
  typing: (contact) => line.mention("typing", { contact }),
};

const ASK_MS = 6000; // how long a second click counts as "yes, leave my contacts to others"
let askedAt = -ASK_MS;

/** Whether the agent knows that open contacts go back to their queues: the first click tells, the second means it. */
function isSure() {
  if (busyWith.value.length === 0 || performance.now() - askedAt < ASK_MS) return true;
  askedAt = performance.now();
  trouble.value = t("sign_out.open", { count: busyWith.value.length });
  return false;
}

/** Leaves the centre before the session ends; refused, it keeps both. */
export async function leave() {
  if (!isSure()) return false;
  const gone = agent.value?.presence === "logged_out" || await acts.signOut();
  if (gone) line.leave();
  return gone;
}
