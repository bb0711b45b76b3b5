// Where functions begin, from the tables that exceptions are unwound by: the search table .eh_frame_hdr, or
// .eh_frame itself, which static programs and kernels have alone. How to unwind is not read.
// LSB Core, "Exception Frames"; DWARF, "Call Frame Information".

/** What ld writes: offset to .eh_frame, number of entries, entries relative to the header; 4 bytes each. */
const SEARCH_ENCODINGS = [0x1b, 0x03, 0x3b];
// DW_EH_PE_*: absolute and relative to the field itself, 4 bytes.
const ABSOLUTE = new Set([0x00, 0x03, 0x0b]);
const RELATIVE = new Set([0x13, 0x1b]);

/** Of .eh_frame_hdr, which lies at `address`. Sorted. */
export function startsOfSearchTable(view: DataView, address: number): number[] {
  if (view.byteLength < 12 || view.getUint8(0) !== 1) return [];
  if (SEARCH_ENCODINGS.some((encoding, at) => view.getUint8(1 + at) !== encoding)) return [];
  const count = Math.min(view.getUint32(8, true), Math.floor((view.byteLength - 12) / 8));
  const starts: number[] = [];
  for (let at = 0; at < count; at++) starts.push((address + view.getInt32(12 + at * 8, true)) >>> 0);
  return starts.sort((a, b) => a - b);
}

/** Of .eh_frame, which lies at `address`. Sorted. */
export function startsOfFrames(view: DataView, address: number): number[] {
  const starts: number[] = [];
  /** How the common entries' functions tell their address, by the entry's offset. */
  const encodings = new Map<number, number>();
  for (let at = 0; at + 12 <= view.byteLength; ) {
    const length = view.getUint32(at, true);
    // The end, or an entry of the 64-bit format, which no i386 compiler writes.
    if (length === 0 || length >= 0xfffffff0) break;
    const end = Math.min(at + 4 + length, view.byteLength);
    const id = view.getUint32(at + 4, true);
    if (id === 0) {
      encodings.set(at, encodingOf(view, at + 8, end));
    } else {
      const encoding = encodings.get(at + 4 - id) ?? 0;
      const value = view.getUint32(at + 8, true);
      if (ABSOLUTE.has(encoding)) starts.push(value);
      else if (RELATIVE.has(encoding)) starts.push((address + at + 8 + value) >>> 0);
    }
    at = end;
  }
  return starts.sort((a, b) => a - b);
}

/** The `R` of a common entry's augmentation, whose version byte lies at `at`; absolute without one. */
function encodingOf(view: DataView, at: number, end: number): number {
  const version = view.getUint8(at++);
  let augmentation = '';
  for (; at < end && view.getUint8(at) !== 0; at++) augmentation += String.fromCharCode(view.getUint8(at));
  at++;
  if (!augmentation.startsWith('z')) return 0;
  const skipNumber = (): void => {
    while (at < end && view.getUint8(at++) >= 0x80);
  };
  skipNumber(); // code alignment
  skipNumber(); // data alignment
  if (version === 1) at++;
  else skipNumber(); // return address register
  skipNumber(); // length of what follows
  for (const letter of augmentation.slice(1)) {
    if (at >= end) break;
    if (letter === 'R') return view.getUint8(at);
    if (letter === 'P') at += 5;
    else if (letter === 'L') at++;
  }
  return 0;
}
