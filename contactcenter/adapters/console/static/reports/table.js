/**
 * One report as a table that can be sorted by any column; the meaning of each column is its title's help.
 */
import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { duration } from "../shared/format.js";
import { t, word } from "../shared/i18n.js";
import { ask, isContact } from "./why.js";

/** @typedef {import("./main.js").Table} Table */

const ROWS_MAX = 500; // what a browser lays out at once; the CSV has all

/** A cell as people read it: ms as time, the rest as it is.
 * @param {string} column
 * @param {string | number | null} cell */
function shown(column, cell) {
  if (cell === null || cell === "") return "–";
  if (column.endsWith("_ms") && typeof cell === "number") return duration(cell);
  if (typeof cell === "number") return Number.isInteger(cell) ? cell : cell.toFixed(1);
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(cell) ? localTime(cell) : cell;
}

/** A time that the desk gives in UTC, on this machine's clock.
 * @param {string} utc */
function localTime(utc) {
  const at = new Date(`${utc.replace(" ", "T")}Z`);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** @param {string} name */
function title(name) {
  return word("column", name.replace(/_ms$/, ""));
}

/** @param {Table["rows"]} rows
 * @param {number} column
 * @param {boolean} down */
function sorted(rows, column, down) {
  if (column < 0) return rows;
  const order = (/** @type {any[]} */ a, /** @type {any[]} */ b) =>
    (typeof a[column] === "number" ? a[column] - (b[column] ?? 0) : String(a[column] ?? "").localeCompare(String(b[column] ?? "")));
  return [...rows].sort((a, b) => (down ? -order(a, b) : order(a, b)));
}

/** A cell; a contact can be asked why it went where it went.
 * @param {{column: string, cell: string | number | null}} props */
function Cell({ column, cell }) {
  if (!isContact(column, cell)) return shown(column, cell);
  return html`<button type="button" class="link" title=${t("why.ask")} onClick=${() => void ask(String(cell))}>${cell}</button>`;
}

/** The table of a report.
 * @param {{table: Table}} props */
export function DataTable({ table }) {
  const [sort, setSort] = useState({ column: -1, down: false });
  const rows = sorted(table.rows, sort.column, sort.down);
  const turn = (/** @type {number} */ column) => setSort({ column, down: sort.column === column ? !sort.down : true });
  const numeric = table.columns.map((_, index) => table.rows.some((row) => typeof row[index] === "number"));
  const direction = sort.down ? "descending" : "ascending";
  return html`<div class="card table-card" tabindex="0"><table>
    <thead><tr>${table.columns.map((column, index) => html`<th key=${column.name} scope="col" class=${numeric[index] ? "right" : ""}
      aria-sort=${sort.column === index ? direction : "none"}><button type="button" title=${column.meaning} onClick=${() => turn(index)}>
      ${title(column.name)}${sort.column === index ? (sort.down ? " ↓" : " ↑") : ""}</button></th>`)}</tr></thead>
    <tbody>${rows.slice(0, ROWS_MAX).map((row) => html`<tr>${row.map((cell, index) => html`<td
      class=${numeric[index] ? "right number" : ""}><${Cell} column=${table.columns[index]?.name ?? ""} cell=${cell} /></td>`)}</tr>`)}</tbody>
  </table></div>`;
}
