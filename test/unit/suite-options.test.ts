// The options of `npm run test:suites`: what is left out has the suite's own value, and what is wrong is refused.
import { describe, expect, test } from 'vitest';
import { parseOptions } from '../suites/options.ts';

const parse = (...words: string[]) => parseOptions(words, true);

describe('options of the suites', () => {
  test('without any', () => {
    expect(parse()).toEqual({
      suites: ['qemu', 'valgrind'],
      modes: null,
      only: [],
      show: 6,
      jobs: 1,
      patience: 1,
      together: 1,
      resume: false,
      seed: null,
      record: null,
    });
  });

  test('lists', () => {
    const { suites, modes, only } = parse(
      '--suite',
      'python',
      '--mode',
      'off',
      '--only',
      'test_re, test_json',
    );
    expect({ suites, modes, only }).toEqual({
      suites: ['python'],
      modes: ['off'],
      only: ['test_re', 'test_json'],
    });
  });

  test.each([
    ['--suite', 'ltp'],
    ['--mode', 'fast'],
    ['--suite', 'python', '--mode', 'off,eager'],
    ['--jobs', '0'],
    ['--jobs', 'two'],
    ['--what'],
    ['qemu'],
  ])('refused: %s %s', (...words) => {
    expect(() => parse(...words)).toThrow(expect.objectContaining({ exitCode: 1 }));
  });

  test('--help ends with 0', () => {
    expect(() => parse('--help')).toThrow(expect.objectContaining({ exitCode: 0 }));
  });
});
