// The four requests that the page makes. Each gives {status, ...}; status 0 means that no answer
// came. Only `issue` may be known to come from somebody; the others carry nothing of a visitor.

import { fromBase64url, toBase64url } from "./bytes.js";

const PATIENCE = 30_000;
const NOBODY = Object.freeze({ credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store" });
const JSON_TYPE = { "Content-Type": "application/json" };

const ask = async (address, options, read) => {
  try {
    const reply = await fetch(address, {
      redirect: "error", signal: AbortSignal.timeout?.(PATIENCE), ...options,
    });
    return { status: reply.status, value: reply.status === 200 ? await read(reply) : null };
  } catch {
    return { status: 0, value: null };
  }
};

const json = (reply) => reply.json();

export const manifest = (wave) =>
  ask(`/s/${wave}/manifest.json`, NOBODY, async (reply) => new Uint8Array(await reply.arrayBuffer()));

export const issue = (wave, secret, blinded) =>
  ask("/issue", {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify({ wave, secret, blinded: toBase64url(blinded) }),
  }, async (reply) => {
    const { signature, labels } = await reply.json();
    return { signature: bytesOrNone(signature), labels };
  });

export const drop = (body) =>
  ask("/ballot", { ...NOBODY, method: "POST", headers: { "Content-Type": "application/octet-stream" }, body }, json);

export const inBox = (wave, receipt) =>
  ask("/receipt", { ...NOBODY, method: "POST", headers: JSON_TYPE, body: JSON.stringify({ wave, receipt }) }, json);

// A reply that is no signature is left to the check of the signature, which refuses it.
const bytesOrNone = (text) => {
  try {
    return fromBase64url(text);
  } catch {
    return new Uint8Array();
  }
};
