// The line discipline alone: what is typed, what the screen shows, what a program reads. The C programs
// pty-*.c compare the same with a Linux kernel; here are the corners that need a slow or stopped wire.

import { describe, expect, test } from 'vitest';
import { ICANON, IXON, OPOST, STANDARD_TERMIOS } from '../../../runtime/abi/termios.ts';
import { INPUT_SIZE, LineDiscipline } from '../../../runtime/fs/line-discipline.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const text = (data: Uint8Array): string => String.fromCharCode(...data);

/** A line on a wire that takes `room` bytes. */
function setUp(room = Infinity) {
  const seen = { screen: '', room, signals: [] as number[], stopped: false };
  const line = new LineDiscipline(
    {
      write: (data) => {
        const part = data.subarray(0, seen.room);
        seen.screen += text(part);
        seen.room -= part.length;
        return part.length;
      },
      room: () => seen.room,
      flush: () => {},
    },
    {
      signal: (signo) => seen.signals.push(signo),
      changed: () => {},
      flow: (stopped) => {
        seen.stopped = stopped;
      },
      flushed: () => {},
    },
  );
  const type = (what: string): number => line.receive(bytes(what));
  const read = (length = 100): string => (line.available === 0 ? '(nothing)' : text(line.read(length)));
  return { line, seen, type, read };
}

describe('a line discipline', () => {
  test('keeps a line back until it is ended', () => {
    const { type, read, seen } = setUp();
    type('abc');
    expect(read()).toBe('(nothing)');
    type('\r');
    expect(read()).toBe('abc\n');
    expect(seen.screen).toBe('abc\r\n');
  });

  test('echoes what found no room once there is some', () => {
    const { line, type, seen } = setUp(2);
    type('abcd');
    expect(seen.screen).toBe('ab');
    seen.room = 100;
    line.drained();
    expect(seen.screen).toBe('abcd');
  });

  test('writes a newline as two characters or not at all', () => {
    const { line, seen } = setUp(3);
    expect(line.write(bytes('ab\n'))).toBe(2);
    seen.room = 2;
    expect(line.write(bytes('\n'))).toBe(1);
    expect(seen.screen).toBe('ab\r\n');
  });

  test('lets echo go before output that comes later', () => {
    const { line, type, seen } = setUp(1);
    type('xy');
    expect(line.write(bytes('out'))).toBe(0);
    seen.room = 100;
    expect(line.write(bytes('out'))).toBe(3);
    expect(seen.screen).toBe('xyout');
  });

  test('takes no output while it is stopped', () => {
    const { line, type, seen } = setUp();
    type('\x13');
    expect(seen.stopped).toBe(true);
    expect(line.write(bytes('text'))).toBe(0);
    type('\x11');
    expect(line.write(bytes('text'))).toBe(4);
  });

  test('starts again when IXON goes', () => {
    const { line, type, seen } = setUp();
    type('\x13');
    line.termios = { ...STANDARD_TERMIOS, iflag: STANDARD_TERMIOS.iflag & ~IXON };
    expect(seen.stopped).toBe(false);
  });

  test('turns characters into signals and forgets what was typed', () => {
    const { type, read, seen } = setUp();
    type('abc\x03\x1c\x1a\n');
    expect(seen.signals).toEqual([2, 3, 20]);
    expect(read()).toBe('\n');
  });

  test('always has room for the end of a line that is too long', () => {
    const { type, read } = setUp();
    type('x'.repeat(INPUT_SIZE + 100));
    type('\n');
    const got = read(INPUT_SIZE * 2);
    expect(got.length).toBe(INPUT_SIZE);
    expect(got.endsWith('x\n')).toBe(true);
  });

  test('takes no more raw input than its buffer holds', () => {
    const { line, type, read } = setUp();
    line.termios = { ...STANDARD_TERMIOS, lflag: 0 };
    expect(type('x'.repeat(INPUT_SIZE + 100))).toBe(INPUT_SIZE);
    read(100);
    expect(line.inputRoom).toBe(100);
  });

  test('gives raw readers what was typed as a line', () => {
    const { line, type, read } = setUp();
    type('abc');
    line.termios = { ...STANDARD_TERMIOS, lflag: STANDARD_TERMIOS.lflag & ~ICANON };
    expect(read()).toBe('abc');
  });

  test('does not mind output columns without OPOST', () => {
    const { line, seen } = setUp();
    line.termios = { ...STANDARD_TERMIOS, oflag: STANDARD_TERMIOS.oflag & ~OPOST };
    line.write(bytes('a\tb\n'));
    expect(seen.screen).toBe('a\tb\n');
  });
});
