// UTF-8 between JavaScript's strings and the guest's bytes, without a host's TextEncoder: below the host
// adapters the language is all there is. Bytes that are no UTF-8 become U+FFFD, as everywhere.

/** A byte string (one byte a code unit) of a text. Lone surrogates become U+FFFD. */
export function toByteString(text: string): string {
  let bytes = '';
  for (const character of text) {
    let point = character.codePointAt(0)!;
    if (point >= 0xd800 && point < 0xe000) point = 0xfffd;
    if (point < 0x80) bytes += character;
    else if (point < 0x800) bytes += String.fromCharCode(0xc0 | (point >> 6), trail(point));
    else if (point < 0x10000)
      bytes += String.fromCharCode(0xe0 | (point >> 12), trail(point >> 6), trail(point));
    else
      bytes += String.fromCharCode(0xf0 | (point >> 18), trail(point >> 12), trail(point >> 6), trail(point));
  }
  return bytes;
}
const trail = (point: number): number => 0x80 | (point & 0x3f);

export function encodeUtf8(text: string): Uint8Array {
  return Uint8Array.from(toByteString(text), (byte) => byte.charCodeAt(0));
}

/** Least code point of a sequence of 2, 3, 4 bytes: less would be an overlong form. */
const LEAST = [0x80, 0x800, 0x10000];

export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++]!;
    if (first < 0x80) {
      parts.push(String.fromCharCode(first));
      continue;
    }
    const more =
      first >= 0xf0 && first < 0xf5
        ? 3
        : first >= 0xe0 && first < 0xf0
          ? 2
          : first >= 0xc2 && first < 0xe0
            ? 1
            : 0;
    let point = first & (0x3f >> more);
    let taken = 0;
    while (taken < more && (bytes[at + taken]! & 0xc0) === 0x80)
      point = (point << 6) | (bytes[at + taken++]! & 0x3f);
    const whole =
      more > 0 && taken === more && point >= LEAST[more - 1]! && point < 0x110000 && point >> 11 !== 0x1b;
    at += taken;
    parts.push(whole ? String.fromCodePoint(point) : '\ufffd');
  }
  return parts.join('');
}
