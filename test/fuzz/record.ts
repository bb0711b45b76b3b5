// The recorded set: generated cases with what a processor made of them, packed, so that every machine can
// hold an engine against it, also those that cannot run i386 programs. `npm run fuzz -- --record N` makes it.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { concat, encodeCase, encodeResult, type FuzzCase, type FuzzResult, WireReader } from './wire.ts';

export interface Recorded {
  readonly test: FuzzCase;
  readonly native: FuzzResult;
  /** Bits of EFLAGS the manual leaves undefined at the end. */
  readonly ignored: number;
}

/** Packed as: number of cases, the ignored bits of each, all cases, all results. */
export function saveRecord(path: string, record: readonly Recorded[]): void {
  const head = Uint32Array.from([record.length, ...record.map(({ ignored }) => ignored)]);
  const cases = record.map(({ test }) => encodeCase(test));
  const results = record.map(({ native }) => encodeResult(native));
  writeFileSync(path, gzipSync(concat([new Uint8Array(head.buffer), ...cases, ...results]), { level: 9 }));
}

export function loadRecord(path: string): Recorded[] {
  const bytes = new Uint8Array(gunzipSync(readFileSync(path)));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  const ignored = Array.from({ length: count }, (_, i) => view.getUint32(4 + i * 4, true));
  const reader = new WireReader(bytes.subarray(4 + count * 4));
  const cases = ignored.map(() => reader.case());
  return cases.map((test, i) => ({ test, native: reader.result(test.fx !== null), ignored: ignored[i] }));
}
