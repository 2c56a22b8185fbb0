// Tokens and ballots, byte for byte as the box reads them.

import { bigEndian, concat, hex, sha256, utf8 } from "./bytes.js";
import { blind, finalize } from "./issuer.js";
import { checkLabels } from "./manifest.js";
import { place, seal } from "./sealing.js";
import { shred } from "./shards.js";

const VERSION = utf8("pulse/v1");
const NONCE_BYTES = 32;

// Draws a token that nobody else knows, and what to have signed in its place.
export const draw = ({ manifest, digest, issuer }) => {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return blind(issuer, concat(VERSION, bigEndian(manifest.wave, 8), digest, nonce));
};

// Makes the token whole with the issuer's reply. Throws Refused, and then nothing may be sent.
export const complete = async ({ manifest, issuer }, { prepared, inverse }, { signature, labels }) => ({
  prepared,
  signature: await finalize(issuer, prepared, signature, inverse),
  labels: checkLabels(labels, manifest),
});

// What the box keeps of a spent token.
export const receipt = async (prepared) => hex(await sha256(prepared));

// The ballot as it travels: the token, then a sealed shard for every slot.
export const body = async ({ manifest, opening }, { prepared, signature, labels }, answers) => {
  const shards = shred(manifest, labels, answers);
  const sealed = await Promise.all(
    shards.map((shard, number) => seal(opening, place(manifest.wave, number), shard)),
  );
  return concat(prepared, signature, ...sealed);
};
