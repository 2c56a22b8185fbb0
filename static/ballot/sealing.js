// Sealing: HPKE (RFC 9180) to the key that only the count can open with, one shard at a time.

import { Aes128Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";

import { bigEndian, concat, utf8 } from "./bytes.js";
import { insist, Refused } from "./refusal.js";

const POINT_BYTES = 65;
const UNCOMPRESSED = 4;
const TAG = utf8("pulse/shard/v1");

const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm(),
});

// Reads a key from the bytes of its point. Throws Refused for anything else.
export const openingKey = async (bytes) => {
  insist(bytes.length === POINT_BYTES && bytes[0] === UNCOMPRESSED, "bad-key");
  try {
    return await suite.kem.deserializePublicKey(bytes);
  } catch {
    throw new Refused("bad-key");
  }
};

// What binds a shard to its wave and slot: sealed for one place, it opens in no other.
export const place = (wave, slot) => concat(TAG, bigEndian(wave, 8), bigEndian(slot, 2));

export const seal = async (key, info, shard) => {
  const { enc, ct } = await suite.seal({ recipientPublicKey: key, info }, shard);
  return concat(new Uint8Array(enc), new Uint8Array(ct));
};
