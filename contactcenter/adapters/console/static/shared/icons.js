/**
 * The pictures of the pages: 16 px strokes drawn here, so that nothing is fetched and colour follows the text.
 */
import { html } from "htm/preact";

/** @type {Record<string, string>} */
const PATHS = {
  voice: "M3.2 2.5h2.3l1 2.9-1.6 1.2a8 8 0 0 0 4.5 4.5l1.2-1.6 2.9 1v2.3c0 .7-.6 1.2-1.3 1.2A10.7 10.7 0 0 1 2 3.8c0-.7.5-1.3 1.2-1.3Z",
  chat: "M2.5 3.5h11v7.2h-6L4.6 13v-2.3H2.5Z",
  sms: "M4.5 1.8h7v12.4h-7ZM7 12h2M4.5 9.8h7",
  ready: "M2.8 8.4 6.3 12l7-8",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  alert: "M8 2.2 14.4 13H1.6ZM8 6.2v3.2M8 11.2v.3",
  pen: "M2.8 13.2l.6-2.8 7.4-7.4 2.2 2.2-7.4 7.4Z",
  ring: "M4 11.2V7a4 4 0 0 1 8 0v4.2l1 1H3ZM6.6 13.8h2.8",
  out: "M9.5 3H3v10h6.5M7 8h7M11.5 5.5 14 8l-2.5 2.5",
  user: "M8 8.2a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM2.8 14c.4-2.8 2.4-4.2 5.2-4.2s4.8 1.4 5.2 4.2",
  board: "M2 2.8h12v8.4H2ZM8 11.2v2.6M5 13.8h6M5 8.6V7M8 8.6V5M11 8.6V6",
  report: "M3 13.5V2.5M3 13.5h10.5M6 11V8M8.8 11V5M11.6 11V7",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M12.8 3.2l-1 1M4.2 11.8l-1 1",
  moon: "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z",
  down: "M4 6.2 8 10.2l4-4",
  close: "M4 4l8 8M12 4l-8 8",
  pass_on: "M2.5 12.5c.6-4 3-6 6.5-6V4l4.5 4L9 12V9.5c-2.8-.2-4.8.7-6.5 3Z",
  send: "M2.5 8 13.5 2.8 10.4 13.2 7.6 8.9ZM7.6 8.9l2.8-2.6",
  keys: "M1.8 4h12.4v8H1.8ZM4 6.4h.4M6.6 6.4H7M9.2 6.4h.4M11.8 6.4h.4M5 9.6h6",
  full: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  pin: "M8 14s4.6-4.4 4.6-7.6a4.6 4.6 0 0 0-9.2 0C3.4 9.6 8 14 8 14ZM8 8a1.6 1.6 0 1 0 0-3.2A1.6 1.6 0 0 0 8 8Z",
  mail: "M2 3.8h12v8.4H2ZM2 4.4l6 4.6 6-4.6",
  star: "M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6Z",
  phone_off: "M2 10.2c3.6-3.6 8.4-3.6 12 0l-1.6 1.9-2.4-1V9.3a6.6 6.6 0 0 0-4 0v1.8l-2.4 1ZM3 3l10 10",
  check: "M3.2 8.4 6.6 12l6.2-7.6",
  checks: "M1.4 8.4 4.4 12l5.8-7.4M6.8 11l.8 1L13.8 4.6",
  clock: "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2ZM8 4.8V8l2.2 1.6",
  record: "M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Z",
  sound: "M2.5 6v4h2.6L9 13V3L5.1 6ZM11.4 5.6a3.4 3.4 0 0 1 0 4.8M13.2 3.8a6 6 0 0 1 0 8.4",
  mute: "M2.5 6v4h2.6L9 13V3L5.1 6ZM11.5 6.2l3 3.6M14.5 6.2l-3 3.6",
  link: "M6.4 9.6l3.2-3.2M7 4.6l1.4-1.4a2.9 2.9 0 0 1 4.2 4.2L11.2 8.8M9 11.4l-1.4 1.4a2.9 2.9 0 0 1-4.2-4.2L4.8 7.2",
};

/** One picture, hidden from screen readers: the text beside it speaks.
 * @param {{name: string, class?: string}} props */
export function Icon(props) {
  return html`<svg class=${`icon ${props.class || ""}`} viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${PATHS[props.name]} /></svg>`;
}

/** The mark of the product: two people and the line between them. */
export function Mark() {
  return html`<svg class="brand-mark" viewBox="0 0 28 28" aria-hidden="true">
    <rect width="28" height="28" rx="8" fill="var(--accent)" />
    <path d="M7 15.5v-2a7 7 0 0 1 14 0v2" fill="none" stroke="var(--on-accent)" stroke-width="2" stroke-linecap="round" />
    <rect x="5.5" y="14" width="4.2" height="6.4" rx="2" fill="var(--on-accent)" />
    <rect x="18.3" y="14" width="4.2" height="6.4" rx="2" fill="var(--on-accent)" />
    <path d="M20.6 20.4c0 1.9-2 2.9-4.6 2.9" fill="none" stroke="var(--on-accent)" stroke-width="1.8" stroke-linecap="round" />
  </svg>`;
}
