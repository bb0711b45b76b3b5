// Tty: a terminal as programs open it, and TtyFile, one open of it (Linux: struct tty_struct and the file
// operations of tty_io.c, n_tty.c). What is at the other end, a pty master or the machine's console, is
// its TtyDriver. Requests are in tty-ioctl.ts, editing and echo in line-discipline.ts.

import { CAP } from '../abi/capability.ts';
import { EAGAIN, EBUSY, EIO } from '../abi/errno.ts';
import { O_NOCTTY, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../abi/file.ts';
import { ICANON, STANDARD_TERMIOS, type Termios, TOSTOP, VMIN, VTIME } from '../abi/termios.ts';
import type { Caller } from '../vfs/caller.ts';
import { capable } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import { Blocked, type Result, WaitQueue } from '../wait.ts';
import type { ControllingTerminal, Sessions } from './job-control.ts';
import { LineDiscipline, type LineEvents, type Wire } from './line-discipline.ts';
import { ttyIoctl, type WindowSize } from './tty-ioctl.ts';

const SIGHUP = 1;
const SIGCONT = 18;
const SIGTTIN = 21;
const SIGTTOU = 22;
const SIGWINCH = 28;
/** VTIME counts tenths of a second. */
const DECISECOND = 1e8;

/** What is at the other end of a terminal's wire. */
export interface TtyDriver extends Wire {
  /** The line has room for input again. */
  unthrottle(): void;
  /** Throws away input that has not reached the line yet. */
  flushInput(): void;
  /** Output was stopped, goes on, or a signal character threw buffers away: for packet mode. */
  flow(stopped: boolean): void;
  flushed(input: boolean, output: boolean): void;
  termiosChanged(old: Termios, now: Termios): void;
  /** The first file of the terminal was opened, or the last one closed. */
  opened(): void;
  closed(): void;
  /** True for a pty: its lines are always 8 bits wide. */
  readonly pseudo: boolean;
}

export class Tty implements ControllingTerminal, LineEvents {
  /** /dev/pts/0, /dev/console. */
  readonly path: string;
  readonly device: number;
  readonly sessions: Sessions;
  readonly driver: TtyDriver;
  readonly line: LineDiscipline;
  /** Woken when input comes, output may go on, or the terminal hangs up. */
  readonly queue = new WaitQueue();
  readonly #initial: Termios;
  session = 0;
  foreground = 0;
  /** TIOCEXCL: further opens fail with EBUSY. */
  exclusive = false;
  /** When input last came, monotonic nanoseconds: VTIME between characters counts from it. */
  lastInput = 0;
  #size: WindowSize = { rows: 0, columns: 0, xpixels: 0, ypixels: 0 };
  readonly #files = new Set<TtyFile>();

  constructor(init: {
    path: string;
    device: number;
    sessions: Sessions;
    driver: TtyDriver;
    termios?: Termios;
  }) {
    this.path = init.path;
    this.device = init.device;
    this.sessions = init.sessions;
    this.driver = init.driver;
    this.#initial = init.termios ?? STANDARD_TERMIOS;
    this.line = new LineDiscipline(init.driver, this);
    this.line.termios = this.#initial;
  }

  // ---- what the line tells ----

  signal(signo: number): void {
    if (this.foreground !== 0) this.sessions.jobs.signalGroup(this.foreground, signo);
  }
  changed(): void {
    this.queue.wake();
  }
  flow(stopped: boolean): void {
    this.driver.flow(stopped);
  }
  flushed(input: boolean, output: boolean): void {
    this.driver.flushed(input, output);
  }

  // ---- what the driver tells ----

  /** Characters from the keyboard; answers how many the line took. */
  receive(bytes: Uint8Array): number {
    this.lastInput = this.sessions.jobs.now();
    return this.line.receive(bytes);
  }
  /** The other end is gone for good: every open file is dead, the session loses its terminal. Linux: tty_vhangup. */
  hangUp(): void {
    const { session } = this;
    for (const file of [...this.#files]) file.hangUp();
    this.#files.clear();
    if (session !== 0) {
      this.sessions.detach(this);
      this.sessions.jobs.signalProcess(session, SIGHUP);
      this.sessions.jobs.signalProcess(session, SIGCONT);
    }
    this.line.flushInput();
    this.line.termios = this.#initial;
    this.queue.wake();
  }

  // ---- settings ----

  get size(): WindowSize {
    return this.#size;
  }
  set size(size: WindowSize) {
    const old = this.#size;
    this.#size = size;
    const same =
      old.rows === size.rows &&
      old.columns === size.columns &&
      old.xpixels === size.xpixels &&
      old.ypixels === size.ypixels;
    if (!same) this.signal(SIGWINCH);
  }
  setTermios(termios: Termios): void {
    const old = this.line.termios;
    this.line.termios = termios;
    this.driver.termiosChanged(old, termios);
    this.driver.unthrottle();
  }
  flushInput(): void {
    this.driver.flushInput();
    this.line.flushInput();
    this.driver.unthrottle();
  }
  flushOutput(): void {
    this.line.flushOutput();
  }

  // ---- opening ----

  /** open(2) of a device node by a program. */
  openBy(caller: Caller, inode: Inode | null, flags: number, path: string): FileDescription {
    if (this.exclusive && !capable(caller.credentials, CAP.CAP_SYS_ADMIN)) throw EBUSY;
    const file = this.open(inode, flags & ~O_NOCTTY, path);
    if ((flags & O_NOCTTY) === 0 && file.readable) this.sessions.attachByOpen(this, caller);
    return file;
  }
  open(inode: Inode | null, flags: number, path: string): TtyFile {
    const file = new TtyFile(this, inode, flags, path);
    this.#files.add(file);
    if (this.#files.size === 1) this.driver.opened();
    return file;
  }
  fileClosed(file: TtyFile): void {
    if (!this.#files.delete(file) || this.#files.size > 0) return;
    this.exclusive = false;
    this.driver.closed();
  }
}

export class TtyFile extends FileDescription {
  readonly tty: Tty;
  readonly #path: string;
  /** The terminal hung up since this file was opened. Linux: hung_up_tty_fops. */
  #hungUp = false;
  /** A read waits: a hang-up ends it with EIO, while later ones see the end of the file. */
  #reading = false;
  /** While a read with VMIN 0 and a VTIME waits: when it gives up. */
  #deadline: number | null = null;

  constructor(tty: Tty, inode: Inode | null, flags: number, path: string) {
    super(inode, flags, tty.queue);
    this.tty = tty;
    this.#path = path;
  }

  override get path(): string {
    return this.#path;
  }
  override get pollable(): boolean {
    return true;
  }
  hangUp(): void {
    this.#hungUp = true;
  }

  override read(length: number): Uint8Array | Blocked {
    const waited = this.#reading;
    this.#reading = false;
    if (this.#hungUp) {
      if (waited) throw EIO;
      return new Uint8Array(0);
    }
    const { tty } = this;
    tty.sessions.checkForeground(tty, SIGTTIN);
    if (length === 0) return new Uint8Array(0);
    const answer = this.#canonical ? this.#whole() : this.#enough(length);
    if (answer === 'take') {
      this.#deadline = null;
      const bytes = tty.line.available === 0 ? new Uint8Array(0) : tty.line.read(length);
      tty.driver.unthrottle();
      return bytes;
    }
    if (this.nonblocking) {
      this.#deadline = null;
      if (this.#canonical || tty.line.available === 0) throw EAGAIN;
      const bytes = tty.line.read(length);
      tty.driver.unthrottle();
      return bytes;
    }
    this.#reading = true;
    return new Blocked([tty.queue], () => 0, {
      deadline: answer,
      cancel: () => {
        this.#reading = false;
        this.#deadline = null;
      },
    });
  }
  get #canonical(): boolean {
    return (this.tty.line.termios.lflag & ICANON) !== 0;
  }
  #whole(): 'take' | number {
    return this.tty.line.available > 0 ? 'take' : Infinity;
  }
  /** Raw mode's rule of VMIN and VTIME, termios(3): take what there is now, or until when to wait. */
  #enough(length: number): 'take' | number {
    const { line, lastInput, sessions } = this.tty;
    const minimum = line.termios.cc[VMIN]!;
    const time = line.termios.cc[VTIME]! * DECISECOND;
    if (line.available >= Math.min(Math.max(minimum, 1), length)) return 'take';
    if (time === 0) return minimum === 0 ? 'take' : Infinity;
    if (minimum === 0) this.#deadline ??= sessions.jobs.now() + time;
    else this.#deadline = line.available === 0 ? Infinity : lastInput + time;
    return sessions.jobs.now() >= this.#deadline ? 'take' : this.#deadline;
  }

  override write(bytes: Uint8Array): Result {
    if (this.#hungUp) throw EIO;
    const { tty } = this;
    if ((tty.line.termios.lflag & TOSTOP) !== 0) tty.sessions.checkForeground(tty, SIGTTOU);
    let done = 0;
    const attempt = (): Result => {
      if (this.#hungUp) {
        if (done > 0) return done;
        throw EIO;
      }
      done += tty.line.write(bytes.subarray(done));
      if (done === bytes.length) return done;
      if (this.nonblocking) {
        if (done > 0) return done;
        throw EAGAIN;
      }
      return new Blocked([tty.queue], attempt, { partial: () => done });
    };
    return attempt();
  }

  override poll(): number {
    if (this.#hungUp) return POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM;
    const { line, driver } = this.tty;
    let events = 0;
    const { cc } = line.termios;
    const wanted = this.#canonical || cc[VTIME] !== 0 ? 1 : Math.max(1, cc[VMIN]!);
    if (line.available >= wanted) events |= POLLIN | POLLRDNORM;
    if (!line.stopped && driver.room() > 0) events |= POLLOUT | POLLWRNORM;
    return events;
  }

  override ioctl(caller: Caller, request: number, argument: number): Result {
    if (this.#hungUp) throw EIO;
    return ttyIoctl(this.tty, { caller, request, argument, fromMaster: false, readable: this.readable });
  }

  protected override closed(): void {
    this.tty.fileClosed(this);
  }
}
