// Random calls on a family of address spaces, held against a model that knows bytes and rights page by
// page and nothing else. The engine's tables are compared too: they may know less, never something else.
import { expect, test } from 'vitest';
import { EFAULT } from '../../../runtime/abi/errno.ts';
import { MADV, MAP, MREMAP, PROT_WRITE } from '../../../runtime/abi/memory.ts';
import type { Mm } from '../../../runtime/mm/mm.ts';
import {
  extentProblems,
  lookUp,
  makeMemory,
  makeMm,
  mapAnonymous,
  PAGE,
  RW,
} from '../../support/address-space.ts';
import { thrown } from '../../support/thrown.ts';

const FIRST = 0x10000;
const PAGES = 24;

/** A page of the model; shared pages are the same object in several places. */
interface Page {
  value: number;
}
interface Place {
  page: Page;
  protection: number;
  shared: boolean;
}
interface Subject {
  readonly mm: Mm;
  readonly model: (Place | undefined)[];
}

/** xorshift32 */
function random(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function step(
  next: (below: number) => number,
  memory: ReturnType<typeof makeMemory>,
  family: Subject[],
): void {
  const subject = family[next(family.length)]!;
  const { mm, model } = subject;
  const at = next(PAGES);
  const count = 1 + next(Math.min(5, PAGES - at));
  const address = (FIRST + at) * PAGE;
  const protection = next(8);
  switch (next(18)) {
    case 0: {
      const shared = next(2) === 1;
      const flags = MAP.MAP_FIXED | (shared ? MAP.MAP_SHARED : MAP.MAP_PRIVATE);
      mm.map({ address, length: count * PAGE, protection, flags });
      for (let i = at; i < at + count; i++) model[i] = { page: { value: 0 }, protection, shared };
      break;
    }
    case 1:
      mm.unmap(address, count * PAGE);
      for (let i = at; i < at + count; i++) model[i] = undefined;
      break;
    case 2:
      thrown(() => mm.protect(address, count * PAGE, protection));
      for (let i = at; i < at + count && model[i] !== undefined; i++) model[i]!.protection = protection;
      break;
    case 3: {
      if (family.length > 5) break;
      const copy = model.map(
        (place) => place && { ...place, page: place.shared ? place.page : { ...place.page } },
      );
      family.push({ mm: mm.fork(), model: copy });
      break;
    }
    case 4:
      if (family.length === 1) break;
      mm.release();
      family.splice(family.indexOf(subject), 1);
      break;
    case 5:
      thrown(() => mm.advise(address, count * PAGE, MADV.MADV_DONTNEED));
      for (let i = at; i < at + count; i++) if (model[i] && !model[i]!.shared) model[i]!.page = { value: 0 };
      break;
    case 6: {
      const target = next(PAGES);
      const flags = MREMAP.MREMAP_MAYMOVE | MREMAP.MREMAP_FIXED;
      const to = (FIRST + target) * PAGE;
      if (target === at || thrown(() => mm.remap(address, PAGE, PAGE, flags, to)) !== null) break;
      model[target] = model[at];
      model[at] = undefined;
      break;
    }
    case 7:
      mm.activate();
      break;
    case 8: {
      // A translation is made from the page.
      const pte = mm.pages.get(FIRST + at);
      if (pte !== 0 && pte >>> 12 !== memory.frames.zero) memory.tables.protectCode(pte >>> 12);
      break;
    }
    default: {
      const value = next(255) + 1;
      const place = model[at];
      const error = thrown(() => mm.memory.writeU8(address, value));
      expect(error).toBe(place && (place.protection & PROT_WRITE) !== 0 ? null : EFAULT);
      if (error === null) place!.page.value = value;
    }
  }
}

function compare(memory: ReturnType<typeof makeMemory>, { mm, model }: Subject): void {
  for (let i = 0; i < PAGES; i++) {
    const place = model[i];
    const address = (FIRST + i) * PAGE;
    const area = mm.areas.atAddress(address);
    expect(area?.protection).toBe(place?.protection);
    const tables = lookUp(memory, mm, address);
    if (place === undefined || place.protection === 0) {
      expect(tables.read).toBe(0);
      expect(thrown(() => mm.memory.readU8(address))).toBe(EFAULT);
      continue;
    }
    if ((place.protection & PROT_WRITE) === 0) expect(tables.write).toBe(0);
    else if (tables.write !== 0) expect(memory.frames.u8[tables.write]).toBe(place.page.value);
    if (tables.read !== 0) expect(memory.frames.u8[tables.read]).toBe(place.page.value);
    if (i % 2 === 0 || tables.read !== 0) expect(mm.memory.readU8(address)).toBe(place.page.value);
  }
  const { items } = mm.areas;
  for (let i = 1; i < items.length; i++) expect(items[i]!.first).toBeGreaterThanOrEqual(items[i - 1]!.limit);
  const resident = items.reduce((sum, area) => sum + mm.statistics(area).resident, 0);
  expect(mm.residentPages() * PAGE).toBe(resident);
  expect(mm.peakPages).toBeGreaterThanOrEqual(mm.residentPages());
  expect(mm.totalPages).toBe(items.reduce((sum, area) => sum + area.limit - area.first, 0));
}

test.each(Array.from({ length: 20 }, (_, i) => i + 1))('random calls, seed %i', (seed) => {
  const memory = makeMemory();
  const next = random(seed * 7919);
  const family: Subject[] = [{ mm: makeMm(memory), model: new Array(PAGES) }];
  const reservable = memory.frames.reservable;
  if (seed % 2 === 0) {
    // Large enough for a run of frames.
    const { mm, model } = family[0]!;
    mapAnonymous(mm, PAGES * PAGE, RW, FIRST * PAGE);
    for (let i = 0; i < PAGES; i++) model[i] = { page: { value: 0 }, protection: RW, shared: false };
  }
  for (let i = 0; i < 400; i++) {
    step(next, memory, family);
    for (const { mm } of family) expect(extentProblems(memory, mm)).toEqual([]);
    if (i % 8 === 0) compare(memory, family[next(family.length)]!);
  }
  for (const subject of family) compare(memory, subject);
  for (const { mm } of family) mm.release();
  expect(memory.frames.inUse).toBe(1);
  expect(memory.frames.reservable).toBe(reservable);
});
