// The machine's console: a Tty whose wire is the host's terminal. The host's own line discipline is off
// (raw mode) while the machine runs; ^C, echo and editing are the guest's. Streams that are no terminal
// are host-stream.ts.

import { makedev } from '../abi/file.ts';
import type { Termios } from '../abi/termios.ts';
import { HostError, type HostStream } from '../host/host.ts';
import { ByteQueue } from './byte-queue.ts';
import type { Sessions } from './job-control.ts';
import { Tty, type TtyDriver } from './tty.ts';

export const CONSOLE_DEVICE = makedev(5, 1);
/** Output that the host has not taken yet; beyond it, writers wait. */
const OUTPUT_SIZE = 65536;

export class Console implements TtyDriver {
  readonly tty: Tty;
  readonly pseudo = false;
  readonly #keyboard: HostStream | null;
  readonly #screen: HostStream | null;
  readonly #output = new ByteQueue();
  /** Typed characters that the line has no room for yet. */
  readonly #input = new ByteQueue();

  /** `streams`: the host's stdin and an output stream, each only if it is a terminal. */
  constructor(init: {
    keyboard: HostStream | null;
    screen: HostStream | null;
    sessions: Sessions;
  }) {
    this.#keyboard = init.keyboard;
    this.#screen = init.screen;
    this.tty = new Tty({
      path: '/dev/console',
      device: CONSOLE_DEVICE,
      sessions: init.sessions,
      driver: this,
    });
  }

  /** Takes the host's terminal over. */
  start(): void {
    this.#keyboard?.setRaw(true);
    this.#keyboard?.onInput((bytes) => {
      if (bytes === null) {
        this.tty.hangUp();
        return;
      }
      this.#input.push(bytes);
      this.unthrottle();
    });
    const sized = this.#screen ?? this.#keyboard;
    const resize = (): void => {
      const size = sized?.size() ?? null;
      if (size === null) return;
      this.tty.size = { rows: size.rows, columns: size.columns, xpixels: 0, ypixels: 0 };
    };
    resize();
    sized?.onResize(resize);
    this.#screen?.onDrain(() => this.#send());
  }
  /** Gives the host's terminal back as it was. */
  stop(): void {
    this.#keyboard?.onInput(null);
    (this.#screen ?? this.#keyboard)?.onResize(null);
    this.#screen?.onDrain(null);
    this.#keyboard?.setRaw(false);
  }

  #send(): void {
    if (this.#screen === null) {
      this.#output.clear();
      return;
    }
    const full = this.room() === 0;
    while (this.#output.length > 0) {
      const taken = this.#give(this.#output.peek(OUTPUT_SIZE));
      if (taken === 0) break;
      this.#output.drop(taken);
    }
    if (full && this.room() > 0) this.tty.line.drained();
  }
  #give(bytes: Uint8Array): number {
    try {
      return this.#screen!.write(bytes);
    } catch (thrown) {
      if (!(thrown instanceof HostError)) throw thrown;
      return bytes.length; // nobody looks at the screen any more
    }
  }

  // ---- TtyDriver ----

  room(): number {
    return OUTPUT_SIZE - this.#output.length;
  }
  write(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.room());
    this.#output.push(part);
    this.#send();
    return part.length;
  }
  flush(): void {
    this.#output.clear();
  }
  flushInput(): void {
    this.#input.clear();
  }
  unthrottle(): void {
    while (this.#input.length > 0) {
      const taken = this.tty.receive(this.#input.peek(this.tty.line.inputRoom));
      if (taken === 0) return;
      this.#input.drop(Math.min(taken, this.#input.length));
    }
  }
  flow(_stopped: boolean): void {}
  flushed(_input: boolean, _output: boolean): void {}
  termiosChanged(_old: Termios, _now: Termios): void {}
  opened(): void {}
  closed(): void {}
}
