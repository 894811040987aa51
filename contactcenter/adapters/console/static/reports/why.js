/**
 * Why a contact was offered to whom: each offer with its candidates, in the order in which they would have been asked.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";

import { get } from "../shared/api.js";
import { duration, clockTime } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";

/** @typedef {{agent: string, name: string, rank: number, excluded: string, score: number[], idle_ms: number, chosen: boolean, far: boolean}} Candidate */
/** @typedef {{at: number, queue: string | null, channel: string, strategy: string, step: number, waited_ms: number,
 *   asked: {agent: string, outcome: string}[], candidates: Candidate[]}} Offer */

const CONTACT = /^C[0-9.]+$/;

const contact = signal("");
const offers = signal(/** @type {Offer[] | null} */ (null));
const error = signal("");
const everybody = signal(false);

/** Whether a cell names a contact that can be asked about.
 * @param {string} column
 * @param {unknown} cell */
export function isContact(column, cell) {
  return column === "contact" && typeof cell === "string" && CONTACT.test(cell);
}

/** Asks why a contact went where it went.
 * @param {string} id */
export async function ask(id) {
  contact.value = id;
  offers.value = null;
  error.value = "";
  try {
    const told = /** @type {{offers: Offer[]}} */ (await get(`/api/contacts/${encodeURIComponent(id)}/why`));
    if (contact.value === id) offers.value = told.offers;
  } catch (why) {
    if (contact.value === id) error.value = /** @type {Error} */ (why).message;
  }
}

function close() {
  contact.value = "";
}

/** @param {{candidate: Candidate}} props */
function Row({ candidate }) {
  const verdict = candidate.excluded ? word("why", candidate.excluded) : t(candidate.chosen ? "why.chosen" : "why.after");
  return html`<tr class=${candidate.chosen ? "chosen" : candidate.excluded ? "muted" : ""}>
    <td class="right number">${candidate.rank || "–"}</td><td>${candidate.name}</td><td class="number">${candidate.score.join(" · ")}</td>
    <td class="number">${candidate.rank ? duration(candidate.idle_ms) : ""}</td><td>${verdict}</td></tr>`;
}

/** @param {{offer: Offer}} props */
function OfferTable({ offer }) {
  const shown = offer.candidates.filter((each) => everybody.value || !each.far);
  const what = t("why.offer", { queue: offer.queue ?? "–", strategy: word("why", offer.strategy), wait: duration(offer.waited_ms) });
  const ends = offer.asked.map((each) => `${each.agent}: ${word("why", each.outcome)}`).join(", ");
  return html`<section class="why-offer"><h3>${clockTime(offer.at)} · ${ends}</h3>
    <p class="small muted">${what}${offer.step > 0 && t("why.step", { step: offer.step })}</p>
    <div class="table-card" tabindex="0"><table><thead><tr><th scope="col">${t("why.rank")}</th><th scope="col">${t("why.agent")}</th>
      <th scope="col" title=${t("why.score_help")}>${t("why.score")}</th><th scope="col">${t("why.idle")}</th><th scope="col">${t("why.verdict")}</th></tr></thead>
      <tbody>${shown.map((candidate) => html`<${Row} key=${candidate.agent} candidate=${candidate} />`)}</tbody></table></div></section>`;
}

function Told() {
  if (error.value) return html`<p class="notice" role="alert"><${Icon} name="alert" /><span>${error.value}</span></p>`;
  if (!offers.value) return html`<p role="status"><progress aria-label=${t("why.reading")}></progress> ${t("why.reading")}</p>`;
  if (offers.value.length === 0) return html`<p class="muted">${t("why.never")}</p>`;
  return html`<label class="row small"><input type="checkbox" checked=${everybody.value}
      onChange=${() => { everybody.value = !everybody.value; }} />${t("why.everybody")}</label>
    ${offers.value.map((offer) => html`<${OfferTable} key=${offer.at} offer=${offer} />`)}`;
}

/** The dialog, open while a contact is asked about; Escape closes it. */
export function Why() {
  const box = /** @type {{current: HTMLDialogElement | null}} */ (useRef(null));
  const id = contact.value;
  useEffect(() => {
    if (id && box.current && !box.current.open) box.current.showModal();
  }, [id]);
  if (!id) return null;
  return html`<dialog class="why card" ref=${box} aria-labelledby="why-title" onClose=${close}>
    <header class="row"><h2 id="why-title" class="grow">${t("why.title", { contact: id })}</h2>
      <button type="button" class="button" onClick=${() => box.current?.close()}>${t("why.close")}</button></header>
    <${Told} /></dialog>`;
}
