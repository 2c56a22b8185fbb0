// Cuts answers into shards: for each slot exactly one, always equally long, with no more in it
// than the count needs.

import { utf8 } from "./bytes.js";
import { insist } from "./refusal.js";
import { ORGANISATION, scored } from "./rules.js";

const SPACE = 32;
// What Python's str.strip removes; trim() knows one sign more and one less.
const EDGE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const EDGES = new RegExp(`^${EDGE}|${EDGE}$`, "g");

// A comment as it is kept: one kind of line end, no control characters, trimmed.
export const plain = (text) =>
  new TextDecoder("utf-8", { ignoreBOM: true })
    .decode(utf8(text.replace(/\r\n?/g, "\n")))
    .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "")
    .replace(EDGES, "");

// `answers` maps a question's code to a number, to words, or to null for no answer.
export const shred = (manifest, labels, answers) =>
  manifest.slots.map((slot) => padded(JSON.stringify(content(slot, manifest, labels, answers)), slot.length));

const content = (slot, manifest, labels, answers) => {
  if (slot.kind === "turnout") return Object.fromEntries(manifest.dimensions.map(({ key }) => [key, labels[key]]));
  if (slot.kind === "answer") return [labels[slot.dimension], answers[slot.question] ?? null];
  if (slot.kind === "vector") return Object.fromEntries(scored(manifest).map(({ code }) => [code, answers[code] ?? null]));
  return [manifest.comment_labels[labels[ORGANISATION]], plain(answers[slot.question] ?? "")];
};

const padded = (text, length) => {
  const bytes = utf8(text);
  insist(bytes.length <= length, "no-place");
  const whole = new Uint8Array(length).fill(SPACE);
  whole.set(bytes);
  return whole;
};
