/**
 * The reports page: one table of a span of days, with a picture for intervals and the same table as CSV.
 */
import { signal } from "@preact/signals";
import { html } from "htm/preact";

import { get } from "../shared/api.js";
import { t } from "../shared/i18n.js";
import { Icon } from "../shared/icons.js";
import { me } from "../shared/session.js";
import { behindSignIn, Gate } from "../shared/signin.js";
import { Brand, LanguageSwitch, Person, SchemeButton } from "../shared/topbar.js";
import { Chart } from "./chart.js";
import { DataTable } from "./table.js";
import { Why } from "./why.js";

/** @typedef {{title: string, columns: {name: string, meaning: string}[], rows: (string | number | null)[][]}} Table */

const KINDS = /** @type {const} */ (["intervals", "agents", "contacts", "modes"]);
const DAY_MS = 86_400_000;

/** @type {import("@preact/signals").Signal<typeof KINDS[number]>} */
const kind = signal("intervals");
const from = signal(dayText(new Date()));
const to = signal(dayText(new Date()));
/** @type {import("@preact/signals").Signal<Table | null>} */
const table = signal(/** @type {Table | null} */ (null));
const error = signal("");
const loading = signal(false);

/** @param {Date} day */
function dayText(day) {
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
}

/** The query for the chosen span: from the first day's start to the last day's end, on this machine's calendar. */
function query() {
  const start = new Date(`${from.value}T00:00`).getTime();
  const last = new Date(`${to.value}T00:00`).getTime();
  return `/api/reports/${kind.value}?from=${start}&to=${Math.max(start, last) + DAY_MS}`;
}

async function load() {
  loading.value = true;
  error.value = "";
  try {
    table.value = await get(`${query()}&format=json`);
  } catch (why) {
    error.value = /** @type {Error} */ (why).message;
    table.value = null;
  } finally {
    loading.value = false;
  }
}

/** @param {typeof KINDS[number]} chosen */
function choose(chosen) {
  kind.value = chosen;
  table.value = null;
  void load();
}

/** @param {{id: string, label: string, value: import("@preact/signals").Signal<string>}} props */
function DayField(props) {
  return html`<div class="field"><label for=${props.id}>${props.label}</label>
    <input class="input" type="date" id=${props.id} required value=${props.value.value}
      onInput=${(/** @type {any} */ event) => { props.value.value = event.currentTarget.value; }} /></div>`;
}

function Choice() {
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void load();
  };
  return html`<form class="report-form" onSubmit=${submit}>
    <div class="segmented" role="group" aria-label=${t("reports.kind")}>${KINDS.map((name) => html`<button type="button" key=${name}
      aria-pressed=${kind.value === name} onClick=${() => choose(name)}>${t(`reports.${name}`)}</button>`)}</div>
    <${DayField} id="from" label=${t("reports.from")} value=${from} /><${DayField} id="to" label=${t("reports.to")} value=${to} />
    <button class="button primary" disabled=${loading.value}>${t(loading.value ? "reports.loading" : "reports.show")}</button>
    <a class="button" href=${`${query()}&format=csv`} download>${t("reports.csv")}</a>
  </form>`;
}

/** Whether an interval has begun and anything happened in it; its first cell is its start in UTC.
 * @param {Table["rows"][0]} row */
function isLively(row) {
  const begun = Date.parse(`${String(row[0]).replace(" ", "T")}Z`) <= Date.now();
  return begun && row.some((cell) => typeof cell === "number" && cell > 0);
}

function Result() {
  if (error.value) return html`<p class="notice" role="alert"><${Icon} name="alert" /><span>${error.value}</span></p>`;
  if (!table.value) return html`<p class="muted" role="status">${loading.value ? t("reports.loading") : ""}</p>`;
  if (table.value.rows.length === 0) {
    return html`<div class="card empty"><h2>${t("reports.empty")}</h2><p>${t("reports.empty_note")}</p></div>`;
  }
  if (kind.value !== "intervals") return html`<${DataTable} table=${table.value} key=${kind.value} />`;
  const busy = { ...table.value, rows: table.value.rows.filter(isLively) };
  return html`<${Chart} table=${table.value} /><${DataTable} table=${busy} key=${kind.value} />
    <p class="small muted">${t("reports.quiet")}</p>`;
}

function Reports() {
  document.title = t("reports.title");
  return html`<header class="topbar"><${Brand} title=${t("reports.title")} />
      <div class="topbar-end"><${SchemeButton} /><${LanguageSwitch} /><${Person} /></div></header>
    <main class="reports"><${Choice} /><${Result} /><${Why} /></main>`;
}

function NotAllowed() {
  return html`<${Gate}><${Brand} /><div><h1>${t("reports.not_allowed")}</h1><p class="muted">${t("reports.not_allowed_note")}</p></div>
    <div class="row"><${Person} /></div></${Gate}>`;
}

let begun = false;

function Page() {
  if (me.value?.role !== "supervisor" && me.value?.role !== "admin") return html`<${NotAllowed} />`;
  if (!begun) {
    begun = true;
    queueMicrotask(load);
  }
  return html`<${Reports} />`;
}

behindSignIn(Page);
