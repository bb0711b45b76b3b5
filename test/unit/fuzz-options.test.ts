// The options of `npm run fuzz`.

import { describe, expect, it } from 'vitest';
import { ENGINES, parseOptions } from '../fuzz/options.ts';
import { allEngines } from '../support/engines.ts';

const parse = (...words: string[]) => parseOptions(words, true);

describe('options', () => {
  it('have defaults', () => {
    expect(parse()).toEqual({
      count: 20_000,
      first: 0,
      seed: 1,
      families: ['integer'],
      only: [],
      step: 3,
      engine: 'interpreter',
      disable: [],
      show: 10,
      shrink: true,
      rows: false,
      record: null,
    });
  });
  it('say what is compared', () => {
    const words = [
      '--family',
      'x87,sse',
      '--only',
      'fld,paddb',
      '--engine',
      'verify',
      '--disable',
      'add,x87',
    ];
    expect(parse(...words, '--no-shrink', '--rows')).toMatchObject({
      families: ['x87', 'sse'],
      only: ['fld', 'paddb'],
      engine: 'verify',
      disable: ['add', 'x87'],
      shrink: false,
      rows: true,
    });
    expect(parse('--family', 'all').families).toContain('bits');
  });
  it('name the engines that there are', () => {
    expect(ENGINES).toEqual(allEngines().map(({ name }) => name));
  });
  it.each([
    ['--family', 'mmx'],
    ['--only', 'bswop'],
    ['--engine', 'bochs'],
    ['--disable', 'fuse'],
    ['--count', '1e6'],
    ['--seed', '4294967296'],
    ['--step', '101'],
    ['--count'],
    ['--colour'],
    ['stray'],
  ])('refuse %s %s', (...words: string[]) => {
    expect(() => parse(...words)).toThrow(expect.objectContaining({ exitCode: 1 }));
  });
  it('are listed', () => {
    expect(() => parse('--help')).toThrow(expect.objectContaining({ exitCode: 0 }));
  });
});
