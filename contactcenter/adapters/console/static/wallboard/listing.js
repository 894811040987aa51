/**
 * A list that supervisors open from the wallboard's bar and act on: read anew while it is open, and after each act.
 * What the desk answers is shown as it says it.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { get, post } from "../shared/api.js";
import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { oversees } from "./state.js";

const AGAIN_MS = 3000; // the list is read anew so often while it is open

/** One list, by the path that it is read from and that acts are sent to.
 * @template {{contact: string}} Row */
export class Listing {
  #path;
  #again = 0;

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
    /** All rows while the list is open, else null.
     * @type {import("@preact/signals").Signal<Row[] | null>} */
    this.rows = signal(null);
    this.error = signal("");
  }

  open = async () => {
    if (this.#again) return;
    this.error.value = "";
    this.#again = setInterval(() => this.#read(), AGAIN_MS);
    await this.#read();
    if (this.#again) this.rows.value ??= [];
  };

  close = () => {
    clearInterval(this.#again);
    this.#again = 0;
    this.rows.value = null;
  };

  /** Does something to one row.
   * @param {Row} row
   * @param {string} what */
  async act(row, what) {
    this.error.value = "";
    try {
      await post(this.#path, { contact: row.contact, do: what });
    } catch (why) {
      this.error.value = /** @type {Error} */ (why).message;
    }
    await this.#read();
  }

  async #read() {
    try {
      const rows = /** @type {Row[]} */ (await get(this.#path));
      if (this.#again) this.rows.value = rows; // else it was closed meanwhile
    } catch (why) {
      this.error.value = /** @type {Error} */ (why).message;
    }
  }
}

/** The button in the bar.
 * @param {{listing: Listing<any>, icon: string, children?: any}} props */
export function ListingButton({ listing, icon, children }) {
  if (!oversees()) return null;
  return html`<button type="button" class="button quiet" onClick=${listing.open}><${Icon} name=${icon} />${children}</button>`;
}

/** The list in its dialog: a table of its rows, or that there are none.
 * @param {{listing: Listing<any>, id: string, title: string, none: string, heads: string[], row: (row: any) => any}} props */
export function ListingDialog({ listing, id, title, none, heads, row }) {
  const rows = listing.rows.value;
  if (!rows) return null;
  // The dialog closes itself, so that the focus returns to the button that opened it.
  const shut = (/** @type {any} */ event) => event.currentTarget.closest("dialog").close();
  return html`<dialog aria-labelledby=${id} onClose=${listing.close}
      ref=${(/** @type {HTMLDialogElement | null} */ dialog) => { if (dialog && !dialog.open) dialog.showModal(); }}>
    <div class="card sheet wide"><h2 id=${id}>${title}</h2>
      ${rows.length ? html`<table class="listing"><thead><tr>${heads.map((head) => html`<th key=${head} scope="col">${head}</th>`)}</tr></thead>
        <tbody>${rows.map(row)}</tbody></table>` : html`<p class="muted">${none}</p>`}
      ${listing.error.value && html`<p class="notice" role="alert"><${Icon} name="alert" /><span>${listing.error.value}</span></p>`}
      <div class="row"><button type="button" class="button" onClick=${shut}>${t("close")}</button></div></div>
  </dialog>`;
}
