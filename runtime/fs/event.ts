// Events as descriptors: eventfd(2), timerfd_create(2), signalfd(2). What a timerfd and a signalfd need of
// the kernel comes in as two small interfaces.

import { EAGAIN, EINVAL } from '../abi/errno.ts';
import { O_RDWR, POLLERR, POLLIN, POLLOUT } from '../abi/file.ts';
import { i32, struct, u16, u32, u64 } from '../abi/struct.ts';
import { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import { Blocked, type Result, type WaitQueue } from '../wait.ts';

const COUNTER_SIZE = 8;
/** The counter's greatest value; one more is the overflow that POLLERR shows. */
const EVENT_MAX = 0xfffffffffffffffen;

function counterBytes(value: bigint): Uint8Array {
  return new Uint8Array(new BigUint64Array([value]).buffer);
}

/** What these descriptions have in common: no position, but no error for lseek(2) either (noop_llseek). */
abstract class EventFile extends FileDescription {
  override get pollable(): boolean {
    return true;
  }
  override seek(): number {
    return this.position;
  }
}

export class EventFd extends EventFile {
  #count: bigint;
  /** EFD_SEMAPHORE: a read takes 1, not all. */
  readonly #semaphore: boolean;

  constructor(inode: Inode | null, initial: number, flags: number, semaphore: boolean) {
    super(inode, O_RDWR | flags);
    this.#count = BigInt(initial);
    this.#semaphore = semaphore;
  }
  override get path(): string {
    return 'anon_inode:[eventfd]';
  }

  override read(length: number): Uint8Array | Blocked {
    if (length < COUNTER_SIZE) throw EINVAL;
    if (this.#count === 0n) {
      if (this.nonblocking) throw EAGAIN;
      return new Blocked([this.queue], () => 0);
    }
    const value = this.#semaphore ? 1n : this.#count;
    this.#count -= value;
    this.queue.wake();
    return counterBytes(value);
  }
  override write(bytes: Uint8Array): Result {
    if (bytes.length < COUNTER_SIZE) throw EINVAL;
    const value = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    if (value > EVENT_MAX) throw EINVAL;
    return this.waitFor(() => {
      if (this.#count + value > EVENT_MAX) return null;
      this.#count += value;
      this.queue.wake();
      return COUNTER_SIZE;
    });
  }
  override poll(): number {
    let events = 0;
    if (this.#count > 0n) events |= POLLIN;
    if (this.#count > EVENT_MAX) events |= POLLERR;
    if (this.#count < EVENT_MAX) events |= POLLOUT;
    return events;
  }
  /** Lines of /proc/PID/fdinfo/N. */
  describe(): string {
    return `eventfd-count: ${this.#count.toString(16).padStart(16)}\n`;
  }
}

/** The clock behind a timerfd; times in nanoseconds. */
export interface TimerClock {
  /** What the clock shows. */
  now(): bigint;
  /** Calls `expire` when the clock shows `when`; the answer cancels. */
  at(when: bigint, expire: () => void): () => void;
}

export interface TimerSetting {
  /** Nanoseconds from now to the next expiration; 0 = disarmed. */
  readonly value: bigint;
  readonly interval: bigint;
}

export class TimerFd extends EventFile {
  readonly clockId: number;
  readonly #clock: TimerClock;
  /** Next expiration on #clock; null = disarmed. */
  #next: bigint | null = null;
  #interval = 0n;
  /** Expirations that nobody has read. */
  #ticks = 0n;
  #cancel: (() => void) | null = null;

  constructor(inode: Inode | null, flags: number, clockId: number, clock: TimerClock) {
    super(inode, O_RDWR | flags);
    this.clockId = clockId;
    this.#clock = clock;
  }
  override get path(): string {
    return 'anon_inode:[timerfd]';
  }

  get(): TimerSetting {
    this.#account();
    if (this.#next === null) return { value: 0n, interval: this.#interval };
    const left = this.#next - this.#clock.now();
    return { value: left > 0n ? left : 1n, interval: this.#interval };
  }
  /** `value` is an instant of the clock with `absolute`, else a time from now; 0 disarms. */
  set(value: bigint, interval: bigint, absolute: boolean): void {
    this.#stop();
    this.#ticks = 0n;
    this.#interval = interval;
    if (value === 0n) return;
    this.#next = absolute ? value : this.#clock.now() + value;
    this.#arm();
  }
  #arm(): void {
    this.#cancel = this.#clock.at(this.#next!, () => {
      this.#cancel = null;
      this.#account();
      this.queue.wake();
    });
  }
  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#next = null;
  }
  /** Counts the expirations up to now, and arms the next one. */
  #account(): void {
    if (this.#next === null) return;
    const late = this.#clock.now() - this.#next;
    if (late < 0n) {
      if (this.#cancel === null) this.#arm(); // the clock was set back
      return;
    }
    this.#cancel?.();
    this.#cancel = null;
    if (this.#interval === 0n) {
      this.#ticks++;
      this.#next = null;
      return;
    }
    const times = late / this.#interval + 1n;
    this.#ticks += times;
    this.#next += times * this.#interval;
    this.#arm();
  }
  override read(length: number): Uint8Array | Blocked {
    if (length < COUNTER_SIZE) throw EINVAL;
    this.#account();
    if (this.#ticks === 0n) {
      if (this.nonblocking) throw EAGAIN;
      return new Blocked([this.queue], () => 0);
    }
    const ticks = this.#ticks;
    this.#ticks = 0n;
    return counterBytes(ticks);
  }
  override poll(): number {
    this.#account();
    return this.#ticks > 0n ? POLLIN : 0;
  }
  protected override closed(): void {
    this.#stop();
  }
}

/** What a signalfd tells of one signal; members that the signal does not have are 0. */
export interface SignalRecord {
  readonly signo: number;
  readonly errno: number;
  readonly code: number;
  readonly pid: number;
  readonly uid: number;
  readonly fd: number;
  readonly timer: number;
  readonly band: number;
  readonly overrun: number;
  readonly status: number;
  readonly value: number;
  readonly address: number;
}

/** The signals of whoever reads: a signalfd shows each process its own. */
export interface SignalSource {
  /** Woken at every signal for the reader's process. */
  readonly arrival: WaitQueue;
  /** Signals that wait. */
  waiting(): bigint;
  /** Takes one out of `set`. Precondition: one of them waits. */
  take(set: bigint): SignalRecord;
}

/** struct signalfd_siginfo, 128 bytes. */
const signalInfo = struct({
  ssi_signo: u32,
  ssi_errno: i32,
  ssi_code: i32,
  ssi_pid: u32,
  ssi_uid: u32,
  ssi_fd: i32,
  ssi_tid: u32,
  ssi_band: u32,
  ssi_overrun: u32,
  ssi_trapno: u32,
  ssi_status: i32,
  ssi_int: i32,
  ssi_ptr: u64,
  ssi_utime: u64,
  ssi_stime: u64,
  ssi_addr: u64,
  ssi_addr_lsb: u16,
});
const SIGNAL_INFO_SIZE = 128;

export class SignalFd extends EventFile {
  /** Signals that are read here. */
  mask: bigint;
  /** The reader's signals, asked for at each operation. */
  readonly #source: () => SignalSource;

  constructor(inode: Inode | null, flags: number, mask: bigint, source: () => SignalSource) {
    super(inode, O_RDWR | flags, source().arrival);
    this.mask = mask;
    this.#source = source;
  }
  override get path(): string {
    return 'anon_inode:[signalfd]';
  }

  override read(length: number): Uint8Array | Blocked {
    const most = Math.floor(length / SIGNAL_INFO_SIZE);
    if (most === 0) throw EINVAL;
    const source = this.#source();
    const records: SignalRecord[] = [];
    while (records.length < most && (source.waiting() & this.mask) !== 0n)
      records.push(source.take(this.mask));
    if (records.length === 0) {
      if (this.nonblocking) throw EAGAIN;
      return new Blocked([source.arrival], () => 0);
    }
    const bytes = new Uint8Array(records.length * SIGNAL_INFO_SIZE);
    const view = new DataView(bytes.buffer);
    records.forEach((record, i) => {
      signalInfo.write(view, i * SIGNAL_INFO_SIZE, {
        ssi_signo: record.signo,
        ssi_errno: record.errno,
        ssi_code: record.code,
        ssi_pid: record.pid,
        ssi_uid: record.uid,
        ssi_fd: record.fd,
        ssi_tid: record.timer,
        ssi_band: record.band,
        ssi_overrun: record.overrun,
        ssi_status: record.status,
        ssi_int: record.value,
        ssi_ptr: BigInt(record.value >>> 0),
        ssi_addr: BigInt(record.address >>> 0),
      });
    });
    return bytes;
  }
  override poll(): number {
    return (this.#source().waiting() & this.mask) !== 0n ? POLLIN : 0;
  }
  /** Lines of /proc/PID/fdinfo/N. */
  describe(): string {
    return `sigmask:\t${this.mask.toString(16).padStart(16, '0')}\n`;
  }
}
