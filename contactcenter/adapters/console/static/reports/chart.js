/**
 * The day as a picture: offered and handled per interval, all queues together. Drawn by uPlot from the shown table.
 */
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";

import { clockTime } from "../shared/format.js";
import { language, t } from "../shared/i18n.js";

/** @typedef {import("./main.js").Table} Table */

const HEIGHT_PX = 220;

/** Sums the columns by interval: times in s, offered, handled.
 * @param {Table} table */
function series(table) {
  const at = (/** @type {string} */ name) => table.columns.findIndex((column) => column.name === name);
  const [from, offered, handled] = [at("from"), at("offered"), at("handled")];
  /** @type {Map<number, [number, number]>} */
  const sums = new Map();
  for (const row of table.rows) {
    const time = Date.parse(`${String(row[from]).replace(" ", "T")}Z`) / 1000;
    const sum = sums.get(time) ?? [0, 0];
    sums.set(time, [sum[0] + Number(row[offered] ?? 0), sum[1] + Number(row[handled] ?? 0)]);
  }
  const times = [...sums.keys()].filter((time) => time * 1000 <= Date.now()).sort((a, b) => a - b);
  return [times, times.map((time) => sums.get(time)?.[0] ?? 0), times.map((time) => sums.get(time)?.[1] ?? 0)];
}

/** A token of the theme as a colour that a canvas takes.
 * @param {HTMLElement} element
 * @param {string} name */
function colour(element, name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** The marks of the time axis, in hours of the day.
 * @param {unknown} _plot
 * @param {number[]} marks s since 1970 */
function clockOf(_plot, marks) {
  return marks.map((mark) => clockTime(mark * 1000));
}

/** @param {HTMLElement} box
 * @param {Table} table */
function draw(box, table) {
  const font = `12px ${getComputedStyle(box).fontFamily}`;
  const axis = { font, stroke: colour(box, "--muted"), grid: { stroke: colour(box, "--line"), width: 1 }, ticks: { show: false } };
  const line = (/** @type {string} */ label, /** @type {string} */ token, /** @type {number[]} */ dash) =>
    ({ label, stroke: colour(box, token), width: 2, dash, points: { show: false } });
  const options = { width: box.clientWidth, height: HEIGHT_PX, axes: [{ ...axis, space: 80, values: clockOf }, axis],
    series: [{ value: "{YYYY}-{MM}-{DD} {HH}:{mm}" }, line(t("board.offered"), "--accent", []), line(t("board.handled"), "--good", [6, 4])],
    scales: { y: { range: (/** @type {any} */ _, /** @type {number} */ __, /** @type {number} */ top) => [0, Math.max(4, top * 1.1)] } } };
  return new UPlot(/** @type {any} */ (options), /** @type {any} */ (series(table)), box);
}

/** The picture above the intervals.
 * @param {{table: Table}} props */
export function Chart({ table }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const element = /** @type {HTMLElement} */ (box.current);
    const plot = draw(element, table);
    const watcher = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      plot.destroy();
    };
  }, [table, language.value]);
  return html`<figure class="card chart"><figcaption class="label">${t("reports.chart")}</figcaption><div ref=${box}></div></figure>`;
}
