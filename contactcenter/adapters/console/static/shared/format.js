/**
 * Times, lengths and shares as people read them, in the language in use.
 */
import { language } from "./i18n.js";

const LOCALES = { en: "en-GB", zh: "zh-CN" };
const SECOND = 1000;
const HOUR_S = 3600;

/** A length of time as m:ss or h:mm:ss; never negative.
 * @param {number} ms */
export function duration(ms) {
  const total = Math.max(0, Math.floor(ms / SECOND));
  const hours = Math.floor(total / HOUR_S);
  const minutes = Math.floor((total % HOUR_S) / 60);
  const seconds = String(total % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/** The time of day.
 * @param {number} at */
export function clockTime(at) {
  return new Date(at).toLocaleTimeString(LOCALES[language.value], { hour: "2-digit", minute: "2-digit" });
}

/** A day and time: today only the time, otherwise with the date.
 * @param {number} at
 * @param {number} nowAt */
export function dayTime(at, nowAt) {
  const day = new Date(at);
  if (day.toDateString() === new Date(nowAt).toDateString()) return clockTime(at);
  const sameYear = day.getFullYear() === new Date(nowAt).getFullYear();
  const date = day.toLocaleDateString(LOCALES[language.value], {
    day: "numeric", month: "short", year: sameYear ? undefined : "numeric",
  });
  return `${date}, ${clockTime(at)}`;
}

/** A share in percent, a dash where there is none.
 * @param {number | null | undefined} percent */
export function share(percent) {
  return percent === null || percent === undefined ? "–" : `${Math.round(percent)} %`;
}

/** A length of time that may be unknown.
 * @param {number | null | undefined} ms */
export function lengthOr(ms) {
  return ms === null || ms === undefined ? "–" : duration(ms);
}

/** A threshold in whole seconds, minutes or hours.
 * @param {number} ms */
export function threshold(ms) {
  const seconds = Math.round(ms / SECOND);
  if (seconds % HOUR_S === 0) return `${seconds / HOUR_S} h`;
  return seconds % 60 === 0 && seconds > 60 ? `${seconds / 60} min` : `${seconds} s`;
}
