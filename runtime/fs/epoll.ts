// Epoll: an interest list and the part of it that may be ready, epoll(7). An item sleeps on the queue of
// its description and puts itself on the ready list when that is woken; whether it is ready indeed is
// found out by poll() when somebody waits. epoll_create, epoll_ctl and epoll_wait are syscalls/poll.ts.

import { EEXIST, EINVAL, ELOOP, ENOENT, EPERM } from '../abi/errno.ts';
import { O_RDWR, POLLERR, POLLHUP, POLLIN, POLLRDNORM } from '../abi/file.ts';
import { FileDescription, type Interest } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import type { Waiter, WaitQueue } from '../wait.ts';

export const EPOLLEXCLUSIVE = 0x10000000;
export const EPOLLWAKEUP = 0x20000000;
export const EPOLLONESHOT = 0x40000000;
export const EPOLLET = 0x80000000;
/** Bits of `events` that say how to report, not what. */
const EPOLL_MODES = EPOLLEXCLUSIVE | EPOLLWAKEUP | EPOLLONESHOT | EPOLLET;

export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLL_CTL_MOD = 3;

/** Epolls that may be nested in each other. Linux: EP_MAX_NESTS. */
const MAX_NESTS = 4;

export interface EpollEvent {
  readonly events: number;
  /** epoll_data: whatever the program wants back. */
  readonly data: bigint;
}

/** One entry of the interest list. Linux: struct epitem. */
class Item implements Waiter {
  readonly epoll: Epoll;
  readonly fd: number;
  readonly description: FileDescription;
  /** What is asked for, with the mode bits; only the mode bits after a one-shot report. */
  events: number;
  data: bigint;

  constructor(epoll: Epoll, fd: number, description: FileDescription, event: EpollEvent) {
    this.epoll = epoll;
    this.fd = fd;
    this.description = description;
    this.events = event.events;
    this.data = event.data;
  }

  wake(_queue: WaitQueue): void {
    this.epoll.itemWoken(this);
  }
  get disabled(): boolean {
    return (this.events & ~EPOLL_MODES) === 0;
  }
  /** Events that are asked for and hold now. */
  poll(): number {
    if (this.disabled) return 0;
    return this.description.poll() & (this.events | POLLERR | POLLHUP) & ~EPOLL_MODES;
  }
}

export class Epoll extends FileDescription implements Interest {
  /** By description and descriptor number: the same file may be in the list under several numbers. */
  readonly #items = new Map<FileDescription, Map<number, Item>>();
  /** Items that may be ready, in the order of their wake-ups. Linux: rdllist. */
  readonly #ready = new Set<Item>();

  constructor(inode: Inode | null) {
    super(inode, O_RDWR);
  }

  override get path(): string {
    return 'anon_inode:[eventpoll]';
  }
  override get pollable(): boolean {
    return true;
  }
  /** Linux: noop_llseek. */
  override seek(): number {
    return this.position;
  }
  override poll(): number {
    for (const item of this.#ready) {
      if (item.poll() !== 0) return POLLIN | POLLRDNORM;
      this.#ready.delete(item);
    }
    return 0;
  }

  /** epoll_ctl(2). `event` null with EPOLL_CTL_DEL only. */
  control(operation: number, fd: number, description: FileDescription, event: EpollEvent | null): void {
    if (!description.pollable) throw EPERM;
    if (description === this) throw EINVAL;
    if (event !== null) checkExclusive(operation, description, event.events);
    const item = this.#items.get(description)?.get(fd);
    switch (operation) {
      case EPOLL_CTL_ADD:
        if (item !== undefined) throw EEXIST;
        if (description instanceof Epoll) description.#checkNesting(this, 0);
        this.#add(fd, description, event!);
        return;
      case EPOLL_CTL_DEL:
        if (item === undefined) throw ENOENT;
        this.#remove(item);
        return;
      case EPOLL_CTL_MOD:
        if (item === undefined) throw ENOENT;
        if ((item.events & EPOLLEXCLUSIVE) !== 0) throw EINVAL;
        item.events = event!.events | 0;
        item.data = event!.data;
        this.itemWoken(item);
        return;
      default:
        throw EINVAL;
    }
  }

  #add(fd: number, description: FileDescription, event: EpollEvent): void {
    const item = new Item(this, fd, description, event);
    let byNumber = this.#items.get(description);
    if (byNumber === undefined) {
      this.#items.set(description, (byNumber = new Map()));
      description.interests ??= new Set();
      description.interests.add(this);
    }
    byNumber.set(fd, item);
    description.queue.add(item);
    if (item.poll() !== 0) this.itemWoken(item);
  }
  #remove(item: Item): void {
    item.description.queue.remove(item);
    this.#ready.delete(item);
    const byNumber = this.#items.get(item.description)!;
    byNumber.delete(item.fd);
    if (byNumber.size > 0) return;
    this.#items.delete(item.description);
    item.description.interests!.delete(this);
  }
  /** A description whose last reference is gone is not in the list any more. Linux: eventpoll_release. */
  forget(description: FileDescription): void {
    for (const item of [...this.#items.get(description)!.values()]) this.#remove(item);
  }
  /** Throws ELOOP if `outer` is in here, or if the nest gets too deep. */
  #checkNesting(outer: Epoll, depth: number): void {
    if (depth >= MAX_NESTS) throw ELOOP;
    for (const description of this.#items.keys()) {
      if (description === outer) throw ELOOP;
      if (description instanceof Epoll) description.#checkNesting(outer, depth + 1);
    }
  }

  itemWoken(item: Item): void {
    if (item.disabled) return;
    this.#ready.add(item);
    this.queue.wake();
  }

  /** Up to `most` events that hold now; level-triggered items stay on the ready list. */
  collect(most: number): EpollEvent[] {
    const events: EpollEvent[] = [];
    // The list may be long, and is not copied: what is put back at its end is not looked at again.
    let left = this.#ready.size;
    for (const item of this.#ready) {
      if (left-- === 0 || events.length === most) break;
      this.#ready.delete(item);
      const holds = item.poll();
      if (holds === 0) continue;
      events.push({ events: holds, data: item.data });
      if ((item.events & EPOLLONESHOT) !== 0) item.events &= EPOLL_MODES;
      else if ((item.events & EPOLLET) === 0) this.#ready.add(item); // at the end: everybody gets a turn
    }
    return events;
  }

  /** Lines of /proc/PID/fdinfo/N. */
  describe(): string {
    let text = '';
    for (const byNumber of this.#items.values())
      for (const { fd, events, data } of byNumber.values()) {
        const mask = (events >>> 0).toString(16).padStart(8);
        text += `tfd: ${String(fd).padStart(8)} events: ${mask} data: ${data.toString(16).padStart(16)}\n`;
      }
    return text;
  }

  protected override closed(): void {
    for (const byNumber of [...this.#items.values()])
      for (const item of [...byNumber.values()]) this.#remove(item);
  }
}

/** EPOLLEXCLUSIVE can only be set at the start, and with few other bits. */
function checkExclusive(operation: number, description: FileDescription, events: number): void {
  if ((events & EPOLLEXCLUSIVE) === 0) return;
  const allowed = 0x1 | 0x4 | 0x8 | 0x10 | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;
  if (operation === EPOLL_CTL_MOD || description instanceof Epoll) throw EINVAL;
  if ((events & ~allowed) !== 0) throw EINVAL;
}

/** The epoll behind a descriptor. Throws EINVAL for other files. */
export function asEpoll(description: FileDescription): Epoll {
  if (!(description instanceof Epoll)) throw EINVAL;
  return description;
}
