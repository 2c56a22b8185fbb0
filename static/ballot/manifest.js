// Reads the manifest and holds it against the link, the page and the rules.

import { fromBase64url, hex, sha256 } from "./bytes.js";
import { issuerKey } from "./issuer.js";
import { choices, spoken } from "./language.js";
import { insist, Refused } from "./refusal.js";
import { commentLabels, isOpen, labels, slots } from "./rules.js";
import { openingKey } from "./sealing.js";

// The law of the house allows no smaller group, whatever a manifest says.
const SMALLEST_LABEL = 5;

// Gives {manifest, digest, issuer, opening}. Throws Refused where anything is not as promised.
export const check = async (bytes, { wave, fingerprint, page }) => {
  const digest = await sha256(bytes);
  insist(fingerprint, "no-fingerprint");
  insist(fingerprint === page.dataset.fingerprint, "other-page");
  insist(hex(digest) === fingerprint, "other-questions");
  const manifest = read(bytes);
  insist(manifest.wave === wave, "other-pulse");
  insist(same(manifest.slots, slots(manifest)), "asks-more");
  insist(same(manifest.comment_labels, commentLabels(manifest)), "small-group");
  const people = asked(manifest.dimensions[0]);
  for (const dimension of manifest.dimensions) {
    insist(
      dimension.nodes.every(({ invited }) => Number.isInteger(invited) && (invited === 0 || invited >= SMALLEST_LABEL)),
      "small-group",
    );
    insist(asked(dimension) === people, "other-people");
  }
  insist(shows(page, manifest), "shows-other");
  const issuer = await issuerKey(manifest.issuer_key);
  return { manifest, digest, issuer, opening: await openingKey(point(manifest.opening_key)) };
};

// A person's labels, as the server gave them: one for each dimension, each held by many.
export const checkLabels = (given, manifest) => {
  const keys = manifest.dimensions.map(({ key }) => key);
  insist(
    given && same(Object.keys(given).sort(), [...keys].sort()) &&
      manifest.dimensions.every((item) => labels(item).some(({ code }) => code === given[item.key])),
    "no-such-group",
  );
  return Object.fromEntries(keys.map((key) => [key, given[key]]));
};

// The groups that a ballot is marked with, in words for its owner.
export const names = (given, { dimensions }) =>
  dimensions.map(({ key, nodes }) => nodes.find(({ code }) => code === given[key])?.name).join(" · ");

// Each dimension divides all who are asked, so everybody has one label in each.
const asked = ({ nodes }) => nodes.reduce((sum, { invited }) => sum + invited, 0);

const read = (bytes) => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refused("no-manifest");
  }
};

const point = (text) => {
  try {
    return fromBase64url(text);
  } catch {
    throw new Refused("bad-key");
  }
};

const sorted = (_, value) =>
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const same = (one, other) => JSON.stringify(one, sorted) === JSON.stringify(other, sorted);

const words = (text) => text.replace(/\s+/g, " ").trim();

// Whether the page shows what everybody is asked, in its language where the manifest has the text:
// the words of each question, and for each answer the very words that stand beside it.
const shows = (page, manifest) => {
  const cards = [...page.querySelectorAll("fieldset")];
  const texts = manifest.translations?.find(({ language }) => language === spoken());
  const head = (place) => words(document.querySelector(`.page-head ${place}`)?.textContent ?? "");
  const people = document.getElementById("asked")?.textContent;
  return people?.replace(/\D/g, "") === String(asked(manifest.dimensions[0])) &&
    head("h1") === words(texts?.title || manifest.title) &&
    head(".lead") === words(texts?.introduction || manifest.introduction) &&
    cards.length === manifest.questions.length &&
    manifest.questions.every((question, at) =>
      same(shown(cards[at]), put(question, texts?.questions[at] || question.text, `q${at + 1}`)));
};

const put = (question, text, name) => ({
  text: words(text),
  fields: isOpen(question)
    ? [[name, "", ""]]
    : choices(question.scale, spoken()).map(([value, label]) => [name, String(value), label]),
});

const shown = (card) => {
  const legend = card.querySelector("legend").cloneNode(true);
  for (const small of legend.querySelectorAll(".eyebrow")) small.remove();
  return {
    text: words(legend.textContent),
    fields: [...card.querySelectorAll("input, textarea, select, button")].map((field) =>
      field.type === "radio"
        ? [field.name, field.value, words(field.closest("label").textContent)]
        : [field.name, "", ""]),
  };
};
