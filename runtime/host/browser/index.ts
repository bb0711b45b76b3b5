// The host that a browser page or worker is: createBrowserHost(), the entry `skasm/browser`. Standard
// streams are callbacks, so that a page can hang a terminal on them; a browser has no files of its own to
// offer, a machine's tree is in memory there (Machine.create without a root, then writeFile).

import { type Host, HostError, type HostFile, type HostFiles, type HostStream } from '../host.ts';

/** setTimeout's largest delay, milliseconds. */
const LONGEST = 2 ** 31 - 1;
/** crypto.getRandomValues takes no more at once, bytes. */
const ENTROPY_AT_ONCE = 65536;

export interface BrowserHostOptions {
  /** Gets the guest's output as it is written. */
  readonly stdout: (bytes: Uint8Array) => void;
  /** Default: `stdout`. */
  readonly stderr?: (bytes: Uint8Array) => void;
  /** The streams are a terminal of this size; absent: pipes. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

export interface BrowserHost extends Host {
  /** Input for the guest's standard input: typed keys, or a pipe's bytes; null ends it. */
  input(bytes: Uint8Array | null): void;
  /** The terminal has another size now. */
  resize(columns: number, rows: number): void;
}

class BrowserStream implements HostStream {
  readonly kind: 'tty' | 'pipe';
  readonly offset = 0;
  #size: { columns: number; rows: number } | null;
  readonly #output: (bytes: Uint8Array) => void;
  #sink: ((bytes: Uint8Array | null) => void) | null = null;
  #resized: (() => void) | null = null;
  /** Came before anybody read. */
  readonly #waiting: (Uint8Array | null)[] = [];

  constructor(
    size: { readonly columns: number; readonly rows: number } | null,
    output: (bytes: Uint8Array) => void,
  ) {
    this.kind = size === null ? 'pipe' : 'tty';
    this.#size = size === null ? null : { ...size };
    this.#output = output;
  }

  feed(bytes: Uint8Array | null): void {
    if (this.#sink === null) this.#waiting.push(bytes);
    else this.#sink(bytes);
  }
  setSize(columns: number, rows: number): void {
    if (this.#size === null) return;
    this.#size = { columns, rows };
    this.#resized?.();
  }

  onInput(sink: ((bytes: Uint8Array | null) => void) | null): void {
    this.#sink = sink;
    if (sink !== null) for (const bytes of this.#waiting.splice(0)) sink(bytes);
  }
  write(bytes: Uint8Array): number {
    // The bytes may lie in the guest's memory: a page that keeps them gets a copy of its own.
    this.#output(bytes.slice());
    return bytes.length;
  }
  onDrain(): void {}
  size(): { columns: number; rows: number } | null {
    return this.#size;
  }
  onResize(sink: (() => void) | null): void {
    this.#resized = sink;
  }
  setRaw(): void {}
  file(): HostFile | null {
    return null;
  }
}

/** The part of MessageChannel that is used; Node's types, which this file is also checked with, lack onmessage. */
interface Channel {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: null): void };
}

const nothing = (): never => {
  throw new HostError('ENOENT');
};

/** A browser shows no folders: every path is absent. */
const noFiles: HostFiles = {
  open: nothing,
  stat: nothing,
  list: nothing,
  readLink: nothing,
  makeDirectory: nothing,
  symlink: nothing,
  link: nothing,
  remove: nothing,
  removeDirectory: nothing,
  rename: nothing,
  setAttributes: nothing,
  space: nothing,
};

export function createBrowserHost(options: BrowserHostOptions): BrowserHost {
  const size = options.terminal ?? null;
  const input = new BrowserStream(size, () => {});
  const output = new BrowserStream(size, options.stdout);
  const errors = new BrowserStream(size, options.stderr ?? options.stdout);
  const monotonic = (): number => Math.round(performance.now() * 1e6);
  const origin = BigInt(Math.round(performance.timeOrigin * 1e3)) * 1000n;
  let wake: (() => void) | null = null;
  return {
    files: noFiles,
    streams: [input, output, errors],
    clock: { monotonic, realtime: () => origin + BigInt(monotonic()) },
    random: (into) => {
      for (let at = 0; at < into.length; at += ENTROPY_AT_ONCE)
        crypto.getRandomValues(into.subarray(at, at + ENTROPY_AT_ONCE) as Uint8Array<ArrayBuffer>);
    },
    // A message is a task of its own without setTimeout's four milliseconds.
    yield: () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel() as unknown as Channel;
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(null);
      }),
    sleep: (deadline) =>
      new Promise((resolve) => {
        const milliseconds = Math.ceil((deadline - monotonic()) / 1e6);
        const timer = setTimeout(() => wake?.(), Math.min(LONGEST, Math.max(0, milliseconds)));
        wake = () => {
          clearTimeout(timer);
          wake = null;
          resolve();
        };
      }),
    wakeUp: () => wake?.(),
    input: (bytes) => input.feed(bytes),
    resize: (columns, rows) => output.setSize(columns, rows),
  };
}
