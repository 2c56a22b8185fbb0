// Bytes, and the ways in which they are written.

export const utf8 = (text) => new TextEncoder().encode(text);

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const concat = (...parts) => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

// A whole number in so many bytes, the largest first.
export const bigEndian = (number, length) => {
  const bytes = new Uint8Array(length);
  for (let rest = BigInt(number), at = length; at > 0; rest >>= 8n) bytes[--at] = Number(rest & 255n);
  return bytes;
};

export const toBase64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Throws for anything that is not base64url, and for what is not a text at all.
export const fromBase64url = (text) => {
  if (!/^[\w-]+$/.test(text)) throw new TypeError("this is not base64url");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
};
