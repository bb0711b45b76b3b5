// The options of `npm run bench`.

import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bench/options.ts';

const parse = (...words: string[]) => parseOptions(words, true);

describe('options', () => {
  it('have defaults', () => {
    const options = parse();
    expect(options).toMatchObject({ runs: 3, programs: [], microEngines: [] });
    expect(options.parts).toEqual(['micro', 'programs', 'real', 'uml']);
    expect(options.runners).toEqual(['native', 'qemu-i386', 'v86', 'skasm-cold', 'skasm-warm']);
    expect(options.out).toMatch(/\/bench\/results$/);
    expect(options.suite).toMatch(/\/shared\/suite$/);
  });
  it('choose parts, programs and engines', () => {
    const options = parse(
      '--only',
      'programs,uml',
      '--programs',
      'fib,lua',
      '--engines',
      'skasm,interpreter',
    );
    expect(options.parts).toEqual(['programs', 'uml']);
    expect(options.programs).toEqual(['fib', 'lua']);
    expect(options.runners).toEqual(['skasm-cold', 'skasm-warm', 'interpreter']);
    expect(options.microEngines).toEqual(['native', 'jit', 'interpreter']);
  });
  it.each([
    ['--only', 'mirco'],
    ['--programs', 'fib,fob'],
    ['--engines', 'bochs'],
    ['--runs', '0'],
    ['--runs', '1.5'],
    ['--suite', '/no/such/folder'],
    ['--colour'],
    ['stray'],
  ])('refuse %s %s', (...words: string[]) => {
    expect(() => parse(...words)).toThrow(expect.objectContaining({ name: 'CommanderError' }));
  });
});
