// The structs of abi/ lie in memory as gcc -m32 lays them out.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as file from '../../../runtime/abi/file.ts';
import {
  array,
  bytes,
  i16,
  i64,
  type Struct,
  struct,
  u8,
  u16,
  u32,
  u64,
} from '../../../runtime/abi/struct.ts';

// biome-ignore lint/suspicious/noExplicitAny: structs of any members
type AnyStruct = Struct<any>;

const mixed = struct({ a: u8, b: u64, c: u16, d: u32, e: bytes(3), f: i16, g: array(u16, 3), h: i64 });
const mixedInC =
  'struct mixed { char a; long long b; short c; int d; char e[3]; short f; unsigned short g[3]; long long h; };';

/** C type, our struct, members whose names differ in the C headers. */
const STRUCTS: readonly [string, AnyStruct, Readonly<Record<string, string | null>>][] = [
  ['struct mixed', mixed, {}],
  ['struct stat', file.stat32, {}],
  ['struct stat64', file.stat64, {}],
  ['struct __old_kernel_stat', file.oldStat, {}],
  ['struct statx', file.statx, { __spare3: null }],
  ['struct flock', file.flock, {}],
  ['struct flock64', file.flock64, {}],
  ['struct statfs', file.statfs32, {}],
  ['struct statfs64', file.statfs64, {}],
  ['struct iovec', file.iovec, {}],
  ['struct f_owner_ex', file.fOwnerEx, {}],
];

const HEADERS = `#include <stddef.h>
#include <stdio.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <linux/uio.h>
${mixedInC}
`;

function offsetsOfGcc(): Record<string, number> | null {
  const folder = mkdtempSync(join(tmpdir(), 'skasm-struct-'));
  try {
    const lines: string[] = [];
    for (const [type, layout, renamed] of STRUCTS) {
      lines.push(`printf("${type} %zu\\n", sizeof(${type}));`);
      for (const member of Object.keys(layout.offsets)) {
        const name = member in renamed ? renamed[member] : member;
        if (name !== null) lines.push(`printf("${type}.${member} %zu\\n", offsetof(${type}, ${name}));`);
      }
    }
    writeFileSync(join(folder, 'a.c'), `${HEADERS}int main(void) {\n${lines.join('\n')}\nreturn 0;\n}\n`);
    const built = spawnSync('gcc', ['-m32', '-static', '-o', join(folder, 'a'), join(folder, 'a.c')], {
      encoding: 'utf8',
    });
    if (built.error !== undefined || built.status !== 0) {
      console.log(`struct layouts are not compared with gcc -m32: ${built.stderr ?? built.error?.message}`);
      return null;
    }
    const out = execFileSync(join(folder, 'a'), { encoding: 'utf8' });
    return Object.fromEntries(
      out
        .trim()
        .split('\n')
        .map((line) => {
          const at = line.lastIndexOf(' ');
          return [line.slice(0, at), Number(line.slice(at + 1))];
        }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('C structs', () => {
  const gcc = offsetsOfGcc();
  it.skipIf(gcc === null)('lie as gcc -m32 lays them out', () => {
    const ours: Record<string, number> = {};
    for (const [type, layout, renamed] of STRUCTS) {
      ours[type] = layout.size;
      for (const [member, offset] of Object.entries(layout.offsets)) {
        if (renamed[member] !== null) ours[`${type}.${member}`] = offset as number;
      }
    }
    expect(ours).toEqual(gcc);
  });

  it('write and read back', () => {
    const value = {
      a: 200,
      b: 0xfedcba9876543210n,
      c: 65535,
      d: 4000000000,
      e: Uint8Array.of(1, 2, 3),
      f: -2,
      g: [1, 2, 3],
      h: -5n,
    };
    expect(mixed.unpack(mixed.pack(value))).toEqual(value);
  });

  it('leave alone what is not given', () => {
    const image = mixed.pack({ a: 1, d: 2 });
    mixed.write(new DataView(image.buffer), 0, { d: 3 });
    expect(mixed.unpack(image)).toMatchObject({ a: 1, d: 3, b: 0n });
  });

  it('have 64-bit sizes as numbers, negative ones too', () => {
    const image = file.flock64.pack({ l_start: -4096, l_len: 2 ** 40 });
    expect(file.flock64.unpack(image)).toMatchObject({ l_start: -4096, l_len: 2 ** 40 });
  });

  it('take device numbers apart as Linux does', () => {
    const device = file.makedev(0x123, 0x45678);
    expect([file.majorOf(device), file.minorOf(device)]).toEqual([0x123, 0x45678]);
    expect(file.makedev(1, 3)).toBe(0x103);
  });
});
