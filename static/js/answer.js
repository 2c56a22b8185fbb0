// The respondent's page works without this file. With it, the secret of the link fills the form
// and leaves the address bar, and a draft survives a reload: in this tab only, never elsewhere.
(() => {
  "use strict";

  // Another person's link, opened where a page of this wave stands, changes no more than the
  // fragment. Its page is asked for anew, so that nobody answers with the code of the one before.
  addEventListener("hashchange", () => {
    if (new URLSearchParams(location.hash.slice(1)).has("t")) location.replace(`${location.pathname}?anew${location.hash}`);
  });

  const form = document.getElementById("ballot");
  const thanks = document.getElementById("thanks");
  const wave = (form || thanks || { dataset: {} }).dataset.wave;
  const key = `pulse-draft-${wave}`;
  const keep = (draft) => { try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* Storage may be off. */ } };
  const kept = () => { try { return JSON.parse(sessionStorage.getItem(key)) || {}; } catch { return {}; } };

  if (thanks) {
    try { sessionStorage.removeItem(key); } catch { /* Then there was no draft either. */ }
    return;
  }
  if (!form) return;

  const secret = document.getElementById("secret");
  const code = document.getElementById("code");
  const summary = document.querySelector(".error-summary");
  const link = new URLSearchParams(location.hash.slice(1));
  const fragment = link.get("t");
  const arrival = performance.getEntriesByType("navigation")[0];
  const returned = Boolean(arrival) && arrival.type !== "navigate";
  const stored = kept();

  // A draft is only for whoever wrote it: for the same link or code, or after a reload.
  const same = fragment ? fragment === stored.secret : code.value ? code.value === stored.code : returned;
  const draft = same && !summary ? stored : {};

  if (fragment) {
    secret.value = fragment;
    const fingerprint = link.get("m");
    document.getElementById("mismatch").hidden = !fingerprint || fingerprint === form.dataset.fingerprint;
    history.replaceState(null, "", location.pathname);
  } else if (draft.secret) {
    secret.value = draft.secret;
  }
  if (secret.value) {
    document.getElementById("code-box").hidden = true;
    document.getElementById("code-known").hidden = false;
  }
  if (summary) summary.focus();
  for (const field of form.elements) {
    const value = draft[field.name];
    if (value === undefined || field === secret) continue;
    if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
  }
  const save = () => keep(Object.fromEntries(new FormData(form)));
  save();
  form.addEventListener("input", save);
})();
