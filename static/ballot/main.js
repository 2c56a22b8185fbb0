// The respondent's page. It works without this script, by short code, with trust in the server.
// With it, and a link, nobody can tell whose ballot it is: see docs/adr/0009-browser-build.md.

import * as answers from "./answers.js";
import { blind, finalize, issuerKey, variants } from "./issuer.js";
import { kept as withLanguage, spoken } from "./language.js";
import { check } from "./manifest.js";
import { commentLabels, slots } from "./rules.js";
import { openingKey, place, seal } from "./sealing.js";
import { offerReceipt, Sender } from "./sender.js";
import { plain, shred } from "./shards.js";
import * as store from "./store.js";
import * as view from "./view.js";

// For whoever wants to try the file that they were served on published test vectors.
Object.defineProperty(globalThis, "pulseBallot", {
  value: Object.freeze({
    variants, issuerKey, blind, finalize, openingKey, place, seal, shred, plain, slots, commentLabels, check,
  }),
});

// Whether somebody has just chosen another language for this very page.
let moved = false;

const fragment = () => new URLSearchParams(location.hash.slice(1));

// Another person's link, opened where a page of this wave stands, changes no more than the
// fragment. Its page is asked for anew, so that nobody answers with what the one before left.
addEventListener("hashchange", () => {
  if (fragment().has("t")) location.replace(withLanguage(location.pathname, "anew") + location.hash);
});
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

const main = async () => {
  const form = view.find("ballot");
  const thanks = view.find("thanks");
  if (!form && !thanks) return;
  const wave = Number((form || thanks).dataset.wave);
  const tab = store.tab(wave);
  store.tidy(Date.now());
  if (thanks) {
    const { owner } = tab.read();
    tab.clear();
    if (owner) tab.write({ owner });
    offerReceipt(wave, owner);
    return;
  }
  // Another language is the same visit: what this tab knows goes on, as after a reload.
  const { moves, ...before } = tab.read();
  if (moves) tab.write(before);
  moved = Boolean(moves);
  for (const other of document.querySelectorAll("a[hreflang]")) {
    other.addEventListener("click", () => tab.write({ ...tab.read(), moves: true }));
  }
  const link = fragment();
  if (link.has("t") && wants(link.get("l"))) {
    location.replace(`${location.pathname}?lang=${link.get("l")}${location.hash}`);
    return;
  }
  if (link.has("t")) history.replaceState(null, "", withLanguage(location.pathname));
  await enter(form, tab, { secret: link.get("t"), fingerprint: link.get("m") });
};

// Whether the letter was in a language that this page has, and the browser asked for another. What
// somebody chose in the address goes before both.
const wants = (language) =>
  language !== spoken() && !new URLSearchParams(location.search).has("lang") &&
  [...document.querySelectorAll("a[hreflang]")].some(({ hreflang }) => hreflang === language);

const enter = async (form, tab, link) => {
  const person = await known(form, tab, link);
  if (person) {
    if (person.owner !== tab.read().owner) tab.clear();
    await new Sender(form, tab, person).begin();
    return;
  }
  const wave = Number(form.dataset.wave);
  const [owner, ...more] = crypto.subtle && !typed(form) ? store.unfinished(wave) : [];
  if (!owner || more.length) {
    byCode(form, tab, link);
    return;
  }
  view.show("offer");
  view.find("go-on").addEventListener("click", () => {
    tab.clear();
    const { secret, fingerprint } = store.get(wave, owner);
    new Sender(form, tab, { owner, secret, fingerprint }).begin();
  });
  view.find("other-code").addEventListener("click", () => {
    byCode(form, tab, link);
    view.find("code").focus();
  });
};

// Who this is, by the link or because the page was reloaded; null for a typed code, and where the
// browser lacks what blinding needs.
const known = async (form, tab, { secret, fingerprint }) => {
  if (!crypto.subtle) return null;
  if (secret) return { owner: await store.ownerOf(secret), secret, fingerprint };
  const kept = tab.read();
  return cameBack() && kept.owner && !typed(form) ? kept : null;
};

const typed = (form) => view.find("code").value || form.querySelector(".has-error") || !view.find("problems").hidden;

const cameBack = () => {
  const [arrival] = performance.getEntriesByType("navigation");
  return moved || (Boolean(arrival) && arrival.type !== "navigate");
};

// The way without blinding: the form as the server knows it, with a draft in this tab.
const byCode = (form, tab, { secret, fingerprint }) => {
  const hidden = view.find("secret");
  const kept = tab.read();
  const code = view.find("code").value;
  const same = secret ? secret === kept.secret : code ? code === kept.code : cameBack() && !kept.owner;
  hidden.value = secret || (same && kept.secret) || hidden.value;
  view.show("form");
  view.find("code-box").hidden = Boolean(hidden.value);
  view.find("code-known").hidden = !hidden.value;
  if (fingerprint && fingerprint !== form.dataset.fingerprint) {
    view.refuse("other-page");
    return;
  }
  const summary = view.find("problems");
  if (summary.hidden === false) summary.focus();
  else if (same) answers.restore(form, kept.values || {});
  const save = () => {
    const values = Object.fromEntries(new FormData(form));
    tab.write({ secret: values.secret, code: values.code, values });
  };
  save();
  form.addEventListener("input", save);
};

main();
