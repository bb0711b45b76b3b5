// What the translator makes of code, as recorded in test/translate/*.x86 (test/support/translation-case.ts has the
// format). A difference is no mistake in itself: read it, then record anew by BLESS=1. Whether the result computes
// the right things is for test/cases, the fuzz and --verify to say.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatTranslation, parseTranslations, translate } from './support/translation-case.ts';

const folder = join(import.meta.dirname, 'translate');
const files = readdirSync(folder).filter((name) => name.endsWith('.x86'));
const bless = process.env.BLESS === '1';

if (bless)
  for (const file of files) {
    const cases = parseTranslations(readFileSync(join(folder, file), 'utf8'), true);
    writeFileSync(join(folder, file), cases.map(formatTranslation).join('\n'));
  }

describe.each(files.map((file) => ({ file, title: basename(file, '.x86') })))('$title', ({ file }) => {
  test.each(parseTranslations(readFileSync(join(folder, file), 'utf8'), false))('$name', (one) => {
    expect(translate(one)).toEqual(one.recorded);
  });
});
