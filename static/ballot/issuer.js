// The issuer's key, and blind signatures after RFC 9474.
//
// A key made for one person, or one that can be broken, would give that person's ballot away, so
// the key is looked at before anything is blinded for it.

import { BlindRSA } from "@cloudflare/blindrsa-ts/lib/src/blindrsa.js";

import { fromBase64url } from "./bytes.js";
import { insist, Refused } from "./refusal.js";

const HASH = "SHA-384";
const SALT_BYTES = 48;
const PREFIX_BYTES = 32;
const MODULUS_BITS = 2048;
const EXPONENT = "AQAB";
const SMALL = 1 << 16;

const variant = (saltLength, prepareType) =>
  new BlindRSA({ hash: HASH, saltLength, prepareType, supportsRSARAW: false });

const ours = variant(SALT_BYTES, PREFIX_BYTES);
const all = [ours, variant(0, PREFIX_BYTES), variant(SALT_BYTES, 0), variant(0, 0)];

// Every variant of the RFC by its name, so that its vectors can be tried on the shipped file.
export const variants = Object.freeze(Object.fromEntries(all.map((item) => [String(item), item])));

// Reads a key from a manifest. Throws Refused for one that is not as agreed.
export const issuerKey = async (text) => {
  let key;
  let numbers;
  try {
    key = await crypto.subtle.importKey(
      "spki", fromBase64url(text), { name: BlindRSA.NAME, hash: HASH }, true, ["verify"],
    );
    numbers = await crypto.subtle.exportKey("jwk", key);
  } catch {
    throw new Refused("bad-key");
  }
  insist(numbers.e === EXPONENT, "bad-key");
  const modulus = fromBase64url(numbers.n).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  insist(modulus.toString(2).length === MODULUS_BITS, "bad-key");
  insist(!hasSmallFactor(modulus), "bad-key");
  return key;
};

// Prepares a message and blinds it: {prepared, blinded, inverse}.
export const blind = async (key, message) => {
  const prepared = ours.prepare(message);
  const { blindedMsg, inv } = await ours.blind(key, prepared);
  return { prepared, blinded: blindedMsg, inverse: inv };
};

// Unblinds a signature. Throws Refused when it is not the key's signature of what was prepared.
export const finalize = async (key, prepared, signature, inverse) => {
  try {
    return await ours.finalize(key, prepared, signature, inverse);
  } catch {
    throw new Refused("bad-signature");
  }
};

const hasSmallFactor = (number) => {
  const composite = new Uint8Array(SMALL);
  for (let prime = 2; prime < SMALL; prime += 1) {
    if (composite[prime]) continue;
    if (number % BigInt(prime) === 0n) return true;
    for (let multiple = prime * prime; multiple < SMALL; multiple += prime) composite[multiple] = 1;
  }
  return false;
};
