// docs/SYSCALLS.md is what the rows of a whole machine say. BLESS=1 rewrites it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AnonymousFs } from '../runtime/fs/anonymous.ts';
import { SocketFamilies } from '../runtime/fs/socket.ts';
import { createFakeHost } from '../runtime/host/fake.ts';
import { Machine } from '../runtime/machine.ts';
import { type HostPatch, SKAS3, SKAS4, SKAS4_POSTED } from '../runtime/skas/patch.ts';
import { callTable } from '../runtime/syscalls/document.ts';
import type { NamedRow, Rows } from '../runtime/syscalls/row.ts';
import { socketCalls } from '../runtime/syscalls/socket.ts';
import { requests } from '../runtime/trace/ptrace.ts';

const file = join(import.meta.dirname, '../docs/SYSCALLS.md');

const named = (rows: Rows): NamedRow[] => Object.entries(rows).map(([name, row]) => ({ ...row, name }));

/** Every part of every patch; the documents' form of skas4 and the posted one do not go together on a machine. */
const patches: readonly HostPatch[] = [...Object.values(SKAS3), ...Object.values(SKAS4), SKAS4_POSTED];
const anonymous = new AnonymousFs(0, () => 0n).root;

test('docs/SYSCALLS.md is not stale', () => {
  const cpu = readFileSync(join(import.meta.dirname, '../dist/cpu.wasm'));
  const machine = Machine.create({ host: createFakeHost(), cpu });
  const text = callTable({
    calls: machine.calls.rows.filter((row) => row !== undefined),
    socketcall: named(socketCalls(new SocketFamilies())),
    ptrace: named(requests),
    patchedPtrace: patches.flatMap(({ ptrace }) => named(ptrace ?? {})),
    patchedCalls: patches.flatMap(({ calls }) => named(calls?.({ anonymous, call: () => 0 }) ?? {})),
  });
  if (process.env.BLESS) writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});
