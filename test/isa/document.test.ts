// docs/ISA.md is what the rows say. BLESS=1 rewrites it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isaTable } from '../../src/isa/document.ts';

const file = join(import.meta.dirname, '../../docs/ISA.md');

test('docs/ISA.md is not stale', () => {
  if (process.env.BLESS) writeFileSync(file, isaTable());
  expect(readFileSync(file, 'utf8')).toBe(isaTable());
});
