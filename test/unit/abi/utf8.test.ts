import { expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../../runtime/abi/utf8.ts';

it('agrees with TextEncoder and TextDecoder', () => {
  for (const text of [
    '',
    'plain',
    'äöü€',
    '𝄞 clef',
    '\ud800 lone',
    'a\0b',
    '\u07ff\u0800\uffff\u{10000}\u{10ffff}',
  ]) {
    const bytes = new TextEncoder().encode(text);
    expect(encodeUtf8(text)).toEqual(bytes);
    expect(decodeUtf8(bytes)).toBe(new TextDecoder().decode(bytes));
  }
});

it('replaces what is no UTF-8', () => {
  expect(decodeUtf8(Uint8Array.of(0x41, 0xff, 0x42))).toBe('A\ufffdB');
  expect(decodeUtf8(Uint8Array.of(0xc3))).toBe('\ufffd');
  expect(decodeUtf8(Uint8Array.of(0xe2, 0x82))).toBe('\ufffd');
});
