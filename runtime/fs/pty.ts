// Pseudoterminals, pty(7): Pty is a pair, which drives the slave's Tty; PtyMaster is the descriptor that
// open("/dev/ptmx") gives. The nodes /dev/pts/N are devpts.ts.

import { EAGAIN, EINVAL, EIO, ENOTTY } from '../abi/errno.ts';
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
import { Blocked, type Result, WaitQueue } from '../wait.ts';
import { ByteQueue } from './byte-queue.ts';
import type { Sessions } from './job-control.ts';
import { INPUT_SIZE } from './line-discipline.ts';
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

export class Pty implements TtyDriver {
  readonly index: number;
  /** The slave's terminal. */
  readonly tty: Tty;
  readonly pseudo = true;
  /** The master sleeps here. */
  readonly queue = new WaitQueue();
  /** TIOCSPTLCK: the slave cannot be opened yet. */
  locked = true;
  /** The slave was opened once and is closed now: reads end with EIO. Linux: TTY_OTHER_CLOSED. */
  slaveClosed = false;
  /** What programs have written and the master has not read. */
  readonly output = new ByteQueue();
  /** What the master has written and the line has no room for. */
  readonly #input = new ByteQueue();
  /** Packet mode (TIOCPKT), and its control bits that were not read yet. */
  #packet = false;
  #status = 0;

  constructor(index: number, device: number, sessions: Sessions) {
    this.index = index;
    const path = `/dev/pts/${index}`;
    this.tty = new Tty({ path, device, sessions, driver: this, termios: PTY_TERMIOS });
  }

  get packet(): boolean {
    return this.#packet;
  }
  set packet(on: boolean) {
    if (on && !this.#packet) this.#status = 0;
    this.#packet = on;
  }
  get status(): number {
    return this.#packet ? this.#status : 0;
  }
  takeStatus(): number {
    const { status } = this;
    this.#status = 0;
    return status;
  }
  #report(status: number): void {
    if (!this.#packet) return;
    this.#status |= status;
    this.queue.wake();
  }

  /** Room for what the master writes. */
  get inputRoom(): number {
    return WIRE_SIZE - this.#input.length;
  }
  /** The master writes; answers how many bytes were taken. */
  type(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.inputRoom);
    this.#input.push(part);
    this.unthrottle();
    return part.length;
  }

  // ---- TtyDriver ----

  room(): number {
    return WIRE_SIZE - this.output.length;
  }
  write(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.room());
    this.output.push(part);
    if (part.length > 0) this.queue.wake();
    return part.length;
  }
  /** What fits into the master's own buffer has arrived there already, and stays. */
  flush(): void {
    const arrived = this.output.peek(INPUT_SIZE);
    this.output.clear();
    this.output.push(arrived);
    this.#report(TIOCPKT_FLUSHWRITE);
    this.tty.line.drained();
  }
  /** The master flushes what it has not read. */
  discardOutput(): void {
    this.output.clear();
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
      this.#input.drop(Math.min(taken, this.#input.length)); // a typed ^C may have emptied it
    }
    if (before > this.#input.length) this.queue.wake();
  }
  flow(stopped: boolean): void {
    this.#status &= ~(TIOCPKT_STOP | TIOCPKT_START);
    this.#report(stopped ? TIOCPKT_STOP : TIOCPKT_START);
  }
  flushed(input: boolean, output: boolean): void {
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
    this.slaveClosed = false;
  }
  closed(): void {
    this.slaveClosed = true;
    this.queue.wake();
  }
}

export class PtyMaster extends FileDescription {
  readonly pty: Pty;
  readonly #owner: PtyOwner;
  readonly #path: string;

  constructor(pty: Pty, owner: PtyOwner, inode: Inode | null, flags: number, path: string) {
    super(inode, flags, pty.queue);
    this.pty = pty;
    this.#owner = owner;
    this.#path = path;
  }

  override get path(): string {
    return this.#path;
  }
  override get pollable(): boolean {
    return true;
  }

  override read(length: number): Uint8Array | Blocked {
    const { pty } = this;
    if (length === 0) return new Uint8Array(0);
    if (pty.status !== 0) return Uint8Array.of(pty.takeStatus());
    if (pty.output.length > 0) {
      const bytes = pty.output.take(pty.packet ? length - 1 : length);
      pty.tty.line.drained();
      return pty.packet ? Uint8Array.of(0, ...bytes) : bytes;
    }
    if (pty.slaveClosed) throw EIO;
    if (this.nonblocking) throw EAGAIN;
    return new Blocked([this.queue], () => 0);
  }

  override write(bytes: Uint8Array): Result {
    let done = 0;
    const attempt = (): Result => {
      done += this.pty.type(bytes.subarray(done));
      if (done === bytes.length) return done;
      if (this.nonblocking) {
        if (done > 0) return done;
        throw EAGAIN;
      }
      return new Blocked([this.queue], attempt, { partial: () => done });
    };
    return attempt();
  }

  override poll(): number {
    const { pty } = this;
    let events = 0;
    if (pty.output.length > 0) events |= POLLIN | POLLRDNORM;
    if (pty.status !== 0) events |= POLLIN | POLLRDNORM | POLLPRI;
    if (pty.slaveClosed) events |= POLLHUP;
    if (pty.inputRoom > 0) events |= POLLOUT | POLLWRNORM;
    return events;
  }

  override ioctl(caller: Caller, request: number, argument: number): Result {
    const { memory } = caller;
    const { pty } = this;
    switch (request >>> 0) {
      case TIOCGPTN:
        memory.writeU32(argument, pty.index);
        return 0;
      case TIOCSPTLCK:
        pty.locked = memory.readU32(argument) !== 0;
        return 0;
      case TIOCGPTLCK:
        memory.writeU32(argument, pty.locked ? 1 : 0);
        return 0;
      case TIOCGPTPEER:
        return this.#openPeer(caller, argument);
      case TIOCPKT:
        pty.packet = memory.readU32(argument) !== 0;
        return 0;
      case TIOCGPKT:
        memory.writeU32(argument, pty.packet ? 1 : 0);
        return 0;
      case TIOCSIG:
        if (argument < 1 || argument > 64) throw EINVAL;
        pty.tty.signal(argument);
        return 0;
      case FIONREAD:
        memory.writeU32(argument, pty.output.length);
        return 0;
      case TIOCOUTQ:
        memory.writeU32(argument, 0);
        return 0;
      case TCFLSH:
        // Seen from the master, the slave's output is input.
        if (argument < TCIFLUSH || argument > TCIOFLUSH) throw EINVAL;
        if (argument !== TCOFLUSH) pty.discardOutput();
        if (argument !== TCIFLUSH) pty.flushInput();
        return 0;
      case TIOCSCTTY:
      case TIOCNOTTY:
        throw ENOTTY;
      default:
        return ttyIoctl(pty.tty, { caller, request, argument, fromMaster: true, readable: this.readable });
    }
  }
  /** TIOCGPTPEER: opens the slave without a path, whatever is mounted on /dev/pts. */
  #openPeer(caller: Caller, flags: number): number {
    const { tty, index } = this.pty;
    const node = this.#owner.node(index);
    const file = tty.openBy(caller, node, (flags & ~O_CLOEXEC) | O_NOCTTY, tty.path);
    return tty.sessions.jobs.install(caller, file, (flags & O_CLOEXEC) !== 0);
  }

  protected override closed(): void {
    this.#owner.masterClosed(this.pty.index);
    this.pty.tty.hangUp();
  }
}
