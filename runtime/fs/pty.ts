// Pseudoterminals, pty(7): PtyMaster is the descriptor that open("/dev/ptmx") gives; the terminal behind
// it is a Tty whose driver is the master. The nodes /dev/pts/N are devpts.ts.

import { EAGAIN, EINVAL, EIO } from '../abi/errno.ts';
import {
  FIONREAD,
  O_CLOEXEC,
  O_NOCTTY,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDNORM,
  POLLWRNORM,
} from '../abi/file.ts';
import {
  B38400,
  CREAD,
  CS8,
  IXON,
  STANDARD_TERMIOS,
  TCFLSH,
  TCIFLUSH,
  TCIOFLUSH,
  TCOFLUSH,
  type Termios,
  TIOCGPKT,
  TIOCGPTLCK,
  TIOCGPTN,
  TIOCGPTPEER,
  TIOCNOTTY,
  TIOCOUTQ,
  TIOCPKT,
  TIOCPKT_DOSTOP,
  TIOCPKT_FLUSHREAD,
  TIOCPKT_FLUSHWRITE,
  TIOCPKT_NOSTOP,
  TIOCPKT_START,
  TIOCPKT_STOP,
  TIOCSCTTY,
  TIOCSIG,
  TIOCSPTLCK,
  VSTART,
  VSTOP,
} from '../abi/termios.ts';
import type { Caller } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import { Blocked, type Result } from '../wait.ts';
import { ByteQueue } from './byte-queue.ts';
import type { Sessions } from './job-control.ts';
import { Tty, type TtyDriver } from './tty.ts';
import { ttyIoctl } from './tty-ioctl.ts';

/** Bytes under way in one direction. Linux: TTYB_DEFAULT_MEM_LIMIT. */
const WIRE_SIZE = 65536;

const PTY_TERMIOS: Termios = { ...STANDARD_TERMIOS, cflag: B38400 | CS8 | CREAD };

const CONTROL_START = 0o21;
const CONTROL_STOP = 0o23;

/** The registry of ptys as one of them sees it; DevPts implements it. */
export interface PtyOwner {
  node(index: number): Inode | null;
  masterClosed(index: number): void;
}

export class PtyMaster extends FileDescription implements TtyDriver {
  readonly index: number;
  readonly tty: Tty;
  readonly pseudo = true;
  /** TIOCSPTLCK: the slave cannot be opened yet. */
  locked = true;
  readonly #owner: PtyOwner;
  readonly #path: string;
  /** What programs have written and the master has not read. */
  readonly #output = new ByteQueue();
  /** What the master has written and the line has no room for. */
  readonly #input = new ByteQueue();
  /** The slave was opened once and is closed now: reads end with EIO. Linux: TTY_OTHER_CLOSED. */
  #slaveClosed = false;
  #packet = false;
  /** Packet mode's control bits that were not read yet. */
  #status = 0;

  constructor(init: {
    index: number;
    device: number;
    sessions: Sessions;
    owner: PtyOwner;
    inode: Inode | null;
    flags: number;
    path: string;
  }) {
    super(init.inode, init.flags);
    this.index = init.index;
    this.#owner = init.owner;
    this.#path = init.path;
    this.tty = new Tty({
      path: `/dev/pts/${init.index}`,
      device: init.device,
      sessions: init.sessions,
      driver: this,
      node: () => init.owner.node(init.index),
      termios: PTY_TERMIOS,
    });
  }

  override get path(): string {
    return this.#path;
  }
  override get pollable(): boolean {
    return true;
  }

  // ---- the master's side ----

  override read(length: number): Uint8Array | Blocked {
    if (length === 0) return new Uint8Array(0);
    if (this.#packet && this.#status !== 0) {
      const status = this.#status;
      this.#status = 0;
      return Uint8Array.of(status);
    }
    if (this.#output.length > 0) {
      const bytes = this.#output.take(this.#packet ? length - 1 : length);
      this.tty.line.drained();
      return this.#packet ? Uint8Array.of(0, ...bytes) : bytes;
    }
    if (this.#slaveClosed) throw EIO;
    if (this.nonblocking) throw EAGAIN;
    return new Blocked([this.queue], () => 0);
  }

  override write(bytes: Uint8Array): Result {
    let done = 0;
    return this.waitForRoom(bytes, () => done, (moved) => {
      done += moved;
    });
  }
  /** Writes the rest of `bytes`; waits while the line and the wire are full. */
  private waitForRoom(bytes: Uint8Array, done: () => number, move: (count: number) => void): Result {
    const rest = bytes.subarray(done());
    const part = rest.subarray(0, WIRE_SIZE - this.#input.length);
    this.#input.push(part);
    move(part.length);
    this.unthrottle();
    if (done() === bytes.length) return done();
    if (this.nonblocking) {
      if (done() > 0) return done();
      throw EAGAIN;
    }
    return new Blocked([this.queue], () => this.waitForRoom(bytes, done, move), { partial: done });
  }

  override poll(): number {
    let events = 0;
    if (this.#output.length > 0) events |= POLLIN | POLLRDNORM;
    if (this.#packet && this.#status !== 0) events |= POLLIN | POLLRDNORM | POLLPRI;
    if (this.#slaveClosed) events |= POLLHUP;
    if (this.#input.length < WIRE_SIZE) events |= POLLOUT | POLLWRNORM;
    return events;
  }

  override ioctl(caller: Caller, request: number, argument: number): Result {
    const { memory } = caller;
    switch (request >>> 0) {
      case TIOCGPTN:
        memory.writeU32(argument, this.index);
        return 0;
      case TIOCSPTLCK:
        this.locked = memory.readU32(argument) !== 0;
        return 0;
      case TIOCGPTLCK:
        memory.writeU32(argument, this.locked ? 1 : 0);
        return 0;
      case TIOCGPTPEER:
        return this.#openPeer(caller, argument);
      case TIOCPKT: {
        const on = memory.readU32(argument) !== 0;
        if (on && !this.#packet) this.#status = 0;
        this.#packet = on;
        return 0;
      }
      case TIOCGPKT:
        memory.writeU32(argument, this.#packet ? 1 : 0);
        return 0;
      case TIOCSIG:
        if (argument < 1 || argument > 64) throw EINVAL;
        this.tty.signal(argument);
        return 0;
      case FIONREAD:
        memory.writeU32(argument, this.#output.length);
        return 0;
      case TIOCOUTQ:
        memory.writeU32(argument, 0);
        return 0;
      case TCFLSH:
        // Seen from the master, the slave's output is input.
        if (argument === TCIFLUSH || argument === TCIOFLUSH) this.flush();
        if (argument === TCOFLUSH || argument === TCIOFLUSH) this.flushInput();
        if (argument < TCIFLUSH || argument > TCIOFLUSH) throw EINVAL;
        return 0;
      case TIOCSCTTY:
      case TIOCNOTTY:
        throw EIO;
      default:
        return ttyIoctl(this.tty, { caller, request, argument, fromMaster: true, readable: this.readable });
    }
  }
  /** TIOCGPTPEER: opens the slave without a path, whatever is mounted on /dev/pts. */
  #openPeer(caller: Caller, flags: number): number {
    const { path } = this.tty;
    const file = this.tty.openBy(caller, this.#owner.node(this.index), (flags & ~O_CLOEXEC) | O_NOCTTY, path);
    return this.tty.sessions.jobs.install(caller, file, (flags & O_CLOEXEC) !== 0);
  }

  protected override closed(): void {
    this.#owner.masterClosed(this.index);
    this.tty.hangUp();
  }

  // ---- the wire, as the terminal sees it ----

  room(): number {
    return WIRE_SIZE - this.#output.length;
  }
  /** Named `write` in Wire; the master's own write goes the other way. */
  transmit(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.room());
    this.#output.push(part);
    if (part.length > 0) this.queue.wake();
    return part.length;
  }
  flush(): void {
    this.#output.clear();
    this.#report(TIOCPKT_FLUSHWRITE);
    this.tty.line.drained();
  }
  flushInput(): void {
    this.#input.clear();
    this.#report(TIOCPKT_FLUSHREAD);
  }
  unthrottle(): void {
    const before = this.#input.length;
    while (this.#input.length > 0) {
      const taken = this.tty.receive(this.#input.peek(this.tty.line.inputRoom));
      if (taken === 0) break;
      this.#input.drop(taken);
    }
    if (before >= WIRE_SIZE && this.#input.length < before) this.queue.wake();
  }
  flow(stopped: boolean): void {
    this.#status &= ~(TIOCPKT_STOP | TIOCPKT_START);
    this.#report(stopped ? TIOCPKT_STOP : TIOCPKT_START);
  }
  flushed(input: boolean, output: boolean): void {
    if (input) this.#input.clear();
    this.#report((input ? TIOCPKT_FLUSHREAD : 0) | (output ? TIOCPKT_FLUSHWRITE : 0));
  }
  termiosChanged(old: Termios, now: Termios): void {
    const controlled = ({ iflag, cc }: Termios): boolean =>
      (iflag & IXON) !== 0 && cc[VSTART] === CONTROL_START && cc[VSTOP] === CONTROL_STOP;
    if (controlled(old) === controlled(now)) return;
    this.#status &= ~(TIOCPKT_NOSTOP | TIOCPKT_DOSTOP);
    this.#report(controlled(now) ? TIOCPKT_DOSTOP : TIOCPKT_NOSTOP);
  }
  opened(): void {
    this.#slaveClosed = false;
  }
  slaveClosed(): void {
    this.#slaveClosed = true;
    this.queue.wake();
  }
  #report(status: number): void {
    if (!this.#packet) return;
    this.#status |= status;
    this.queue.wake();
  }
}
