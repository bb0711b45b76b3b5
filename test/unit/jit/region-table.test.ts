// Functions of regions by slot: they are found in both tables, also when the one by which regions call each other has
// been given up; and what is of no use any more is freed, which V8 does only with the table.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type LinkedModule, RegionTable } from '../../../jit/region-table.ts';

const text = (name: string): number[] => [name.length, ...Buffer.from(name)];
/** A signed LEB128 number of three bytes. */
const number = (value: number): number[] => [
  (value & 0x7f) | 0x80,
  ((value >> 7) & 0x7f) | 0x80,
  value >> 14,
];
const section = (id: number, bytes: readonly number[]): number[] => [id, bytes.length, ...bytes];

/** A module that imports the table: r0 answers `answer`, r1 what the function in slot `called` answers. */
function compiled(answer: number, called: number): WebAssembly.Module {
  const bodies = [
    [0, 0x41, ...number(answer), 0x0b],
    [0, 0x41, ...number(called), 0x11, 0, 0, 0x0b],
  ];
  return new WebAssembly.Module(
    Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, [1, 0x60, 0, 1, 0x7f]),
      ...section(2, [1, ...text('cpu'), ...text('table'), 1, 0x70, 0, 1]),
      ...section(3, [2, 0, 0]),
      ...section(7, [2, ...text('r0'), 0, 0, ...text('r1'), 0, 1]),
      ...section(10, [2, ...bodies.flatMap((body) => [body.length, ...body])]),
    ]),
  );
}

/** No function that regions call: what is in slot 0. */
const NOBODY = 99_999;

function tables(): { readonly entered: WebAssembly.Table; readonly table: RegionTable } {
  const entered = new WebAssembly.Table({ element: 'anyfunc', initial: 7 });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const alone = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
  const { exports } = new WebAssembly.Instance(compiled(NOBODY, 0), { cpu: { table: alone } });
  return { entered, table: new RegionTable(memory, entered, {}, exports.r0) };
}

const run = (entered: WebAssembly.Table, slot: number): number => (entered.get(slot) as () => number)();

/** Adds modules of one slot each, of which `keep` are in use at a time, and looks at each one's exports. */
function churn(
  table: RegionTable,
  count: number,
  keep: number,
  look: (exports: WebAssembly.Exports) => void = () => {},
): void {
  const slots: number[] = [];
  for (let i = 0; i < count; i++) {
    const home = table.link(compiled(i, 0));
    look(table.exportsOf(home));
    slots.push(table.add(home, 'r0'));
    if (slots.length > keep) table.remove(slots.shift()!);
    table.renew();
  }
  for (const slot of slots) table.remove(slot);
}

describe('regions by slot', () => {
  test('are entered by one table and called by another, and slot 0 is the dispatcher', () => {
    const { entered, table } = tables();
    const first = table.add(table.link(compiled(1, 0)), 'r0');
    const second = table.link(compiled(2, first));
    const slots = [first, table.add(second, 'r0'), table.add(second, 'r1')];
    expect(new Set([0, 1, 2, 3, 4, 5, 6, ...slots]).size).toBe(10);
    expect(slots.map((slot) => run(entered, slot))).toEqual([1, 2, 1]);
    expect(run(entered, table.add(table.link(compiled(3, 0)), 'r1'))).toBe(NOBODY);
    table.remove(first);
    expect(() => run(entered, slots[2]!)).toThrow();
  });

  test('stay as they are when the table is given up', () => {
    const { entered, table } = tables();
    const first = table.add(table.link(compiled(1, 0)), 'r0');
    const caller: LinkedModule = table.link(compiled(2, first));
    const slot = table.add(caller, 'r1');
    const idle = table.link(compiled(4, first));
    const before = table.exportsOf(idle);
    churn(table, 600, 3);
    expect(table.renewed).toBe(2);
    expect([run(entered, first), run(entered, slot)]).toEqual([1, 1]);
    // New ones are called by old ones, and one that had no slot gets an instance that sees all.
    table.remove(first);
    expect(table.add(table.link(compiled(5, 0)), 'r0')).toBe(first);
    expect(run(entered, slot)).toBe(5);
    expect(table.exportsOf(idle)).not.toBe(before);
    expect(run(entered, table.add(idle, 'r1'))).toBe(5);
  });

  test('of no use any more are freed, however many come', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { table } = tables();
    const seen: WeakRef<object>[] = [];
    churn(table, 3000, 5, (exports) => seen.push(new WeakRef(exports)));
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    expect(seen.filter((each) => each.deref() !== undefined).length).toBeLessThan(300);
    expect(table.renewed).toBeGreaterThan(9);
  });

  test('that all are of use keep their table', () => {
    const { table } = tables();
    churn(table, 600, 600);
    expect(table.renewed).toBe(0);
  });
});
