// What a device keeps of a ballot on its way, so that the person can finish after any mishap.
//
//   asked   what was sent for signing, kept before it is sent: a lost reply is asked for again
//   held    the token and the labels; the link's secret is forgotten
//   sent    the receipt alone
//
// Kept apart by wave and by a hash of the link's secret, for people who share a device.

import { fromBase64url, hex, sha256, toBase64url, utf8 } from "./bytes.js";

const OWNER_LETTERS = 32;
const GRACE = 2 * 24 * 60 * 60 * 1000;
const PREFIX = "pulse";
const BYTES = ["prepared", "blinded", "inverse", "signature"];

const memory = new Map();
const place = (() => {
  try {
    localStorage.setItem(PREFIX, "");
    localStorage.removeItem(PREFIX);
    return localStorage;
  } catch {
    return null;
  }
})();

// Whether what is kept outlives this tab.
export const lasting = Boolean(place);

const keys = () => (place ? Object.keys(place) : [...memory.keys()]).filter((key) => key.startsWith(`${PREFIX}:`));
const name = (wave, owner) => `${PREFIX}:${wave}:${owner}`;

// Another hash than the server keeps, so that a device and a database never hold a common value.
export const ownerOf = async (secret) => hex(await sha256(utf8(`pulse/device/v1${secret}`))).slice(0, OWNER_LETTERS);

export const get = (wave, owner) => {
  try {
    const text = place ? place.getItem(name(wave, owner)) : memory.get(name(wave, owner));
    return JSON.parse(text, (key, value) => (BYTES.includes(key) ? fromBase64url(value) : value)) ?? null;
  } catch {
    return null;
  }
};

export const put = (wave, owner, state) => {
  const text = JSON.stringify(state, (key, value) => (BYTES.includes(key) ? toBase64url(value) : value));
  memory.set(name(wave, owner), text);
  try {
    place?.setItem(name(wave, owner), text);
    return lasting;
  } catch {
    return false;
  }
};

export const remove = (wave, owner) => {
  memory.delete(name(wave, owner));
  place?.removeItem(name(wave, owner));
};

// Those who started this wave on this device and have not sent.
export const unfinished = (wave) =>
  keys()
    .filter((key) => key.startsWith(name(wave, "")))
    .map((key) => key.slice(name(wave, "").length))
    .filter((owner) => ["asked", "held"].includes(get(wave, owner)?.step));

// Forgets what belongs to waves that have closed. A clock may be wrong, so not at once.
export const tidy = (now) => {
  for (const key of keys()) {
    const [, wave, owner] = key.split(":");
    const closes = Date.parse(get(wave, owner)?.closes);
    if (!(now < closes + GRACE)) remove(wave, owner);
  }
};

// What this tab alone remembers: whose page it shows, and the draft.
export const tab = (wave) => {
  const key = `pulse-draft-${wave}`;
  return {
    read: () => {
      try {
        return JSON.parse(sessionStorage.getItem(key)) || {};
      } catch {
        return {};
      }
    },
    write: (value) => {
      try {
        sessionStorage.setItem(key, JSON.stringify(value));
      } catch { /* Then a reload starts afresh. */ }
    },
    clear: () => {
      try {
        sessionStorage.removeItem(key);
      } catch { /* Then there was nothing. */ }
    },
  };
};
