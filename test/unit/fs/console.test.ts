// The console over a host's terminal: raw mode, keys, size, a screen that is slow.

import { describe, expect, test } from 'vitest';
import { Console } from '../../../runtime/fs/console.ts';
import { type JobControl, Sessions } from '../../../runtime/fs/job-control.ts';
import type { HostStream } from '../../../runtime/host/host.ts';
import { Blocked } from '../../../runtime/wait.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const text = (data: Uint8Array): string => String.fromCharCode(...data);

class Terminal implements HostStream {
  readonly kind = 'tty';
  readonly offset = 0;
  raw = false;
  screen = '';
  room = Infinity;
  window = { columns: 80, rows: 24 };
  key: ((bytes: Uint8Array | null) => void) | null = null;
  drain: (() => void) | null = null;
  resize: (() => void) | null = null;
  onInput(sink: typeof this.key): void {
    this.key = sink;
  }
  write(data: Uint8Array): number {
    const part = data.subarray(0, this.room);
    this.screen += text(part);
    this.room -= part.length;
    return part.length;
  }
  onDrain(sink: typeof this.drain): void {
    this.drain = sink;
  }
  size() {
    return this.window;
  }
  onResize(sink: typeof this.resize): void {
    this.resize = sink;
  }
  setRaw(raw: boolean): void {
    this.raw = raw;
  }
  file(): null {
    return null;
  }
}

/** A console that controls session and group 7. */
function setUp() {
  const terminal = new Terminal();
  const signals: [number, number][] = [];
  const jobs = {
    current: () => ({ pid: 7, tid: 7, pgid: 7, sid: 7 }),
    signalGroup: (pgid: number, signo: number) => signals.push([pgid, signo]),
    signalProcess: (pid: number, signo: number) => signals.push([pid, signo]),
    now: () => 0,
  } as unknown as JobControl;
  const sessions = new Sessions(jobs);
  const console = new Console({ keyboard: terminal, screen: terminal, sessions });
  console.start();
  sessions.attach(console.tty, { sid: 7, pgid: 7 });
  const file = console.tty.open(null, 2, '/dev/console').retain();
  const read = (): string => {
    const got = file.read(100);
    return got instanceof Blocked ? '(waits)' : text(got);
  };
  return { terminal, signals, sessions, console, file, read };
}

describe('the console', () => {
  test('has the host terminal in raw mode while it runs', () => {
    const { terminal, console } = setUp();
    expect(terminal.raw).toBe(true);
    console.stop();
    expect(terminal.raw).toBe(false);
    expect(terminal.key).toBeNull();
  });

  test('echoes and reads lines itself', () => {
    const { terminal, read } = setUp();
    expect(read()).toBe('(waits)');
    terminal.key!(bytes('ls\r'));
    expect(terminal.screen).toBe('ls\r\n');
    expect(read()).toBe('ls\n');
  });

  test('makes ^C a signal for the foreground group', () => {
    const { terminal, signals } = setUp();
    terminal.key!(bytes('\x03'));
    expect(signals).toEqual([[7, 2]]);
  });

  test('tells a new window size', () => {
    const { terminal, signals, console } = setUp();
    expect(console.tty.size).toMatchObject({ rows: 24, columns: 80 });
    terminal.window = { columns: 100, rows: 30 };
    terminal.resize!();
    expect(console.tty.size).toMatchObject({ rows: 30, columns: 100 });
    expect(signals).toEqual([[7, 28]]);
  });

  test('loses nothing on a slow screen', () => {
    const { terminal, file } = setUp();
    terminal.room = 10;
    const long = 'x'.repeat(100_000);
    let result = file.write(bytes(long));
    for (let i = 0; i < 50 && result instanceof Blocked; i++) {
      terminal.room = 10_000;
      terminal.drain!();
      result = result.retry('woken');
    }
    expect(result).toBe(100_000);
    terminal.room = Infinity;
    terminal.drain!();
    expect(terminal.screen).toBe(long);
  });

  test('hangs up when the host closes it', () => {
    const { terminal, signals, read } = setUp();
    terminal.key!(null);
    expect(signals).toEqual([
      [7, 1],
      [7, 18],
    ]);
    expect(read()).toBe('');
  });
});
