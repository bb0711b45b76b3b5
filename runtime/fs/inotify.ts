// inotify(7): a description with a queue of events, and its watches. What happens to files is told by
// vfs/watch.ts.

import { EAGAIN, EEXIST, EINVAL } from '../abi/errno.ts';
import { FIONREAD, O_RDONLY, POLLIN, POLLRDNORM } from '../abi/file.ts';
import { i32, struct, u32 } from '../abi/struct.ts';
import type { Caller } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import type { Watch, Watches } from '../vfs/watch.ts';
import { Blocked, type Result } from '../wait.ts';

export const IN_ALL_EVENTS = 0xfff;
const IN_IGNORED = 0x8000;
const IN_Q_OVERFLOW = 0x4000;
export const IN_EXCL_UNLINK = 0x4000000;
export const IN_MASK_CREATE = 0x10000000;
export const IN_MASK_ADD = 0x20000000;
export const IN_ONESHOT = 0x80000000;
/** /proc/sys/fs/inotify/max_queued_events. */
const MOST_EVENTS = 16384;

const inotifyEvent = struct({ wd: i32, mask: u32, cookie: u32, len: u32 });

interface Event {
  readonly wd: number;
  readonly mask: number;
  readonly cookie: number;
  readonly name: string;
}

const same = (a: Event, b: Event): boolean =>
  a.wd === b.wd && a.mask === b.mask && a.cookie === b.cookie && a.name === b.name;

/** Bytes of an event: the name ends in a NUL and is padded to whole events. */
function sizeOf({ name }: Event): number {
  const { size } = inotifyEvent;
  return name === '' ? size : size + Math.ceil((name.length + 1) / size) * size;
}

class InotifyWatch implements Watch {
  readonly #owner: Inotify;
  readonly wd: number;
  readonly inode: Inode;
  mask: number;

  constructor(owner: Inotify, wd: number, inode: Inode, mask: number) {
    this.#owner = owner;
    this.wd = wd;
    this.inode = inode;
    this.mask = mask;
  }
  event(mask: number, cookie: number, name: string, unlinked: boolean): void {
    if ((mask & this.mask & IN_ALL_EVENTS) === 0) return;
    if (unlinked && (this.mask & IN_EXCL_UNLINK) !== 0) return;
    this.#owner.enqueue({ wd: this.wd, mask, cookie, name });
    if ((this.mask & IN_ONESHOT) !== 0) this.#owner.forget(this);
  }
  gone(): void {
    this.#owner.forget(this);
  }
}

export class Inotify extends FileDescription {
  readonly #files: Watches;
  readonly #byInode = new Map<Inode, InotifyWatch>();
  readonly #events: Event[] = [];
  #lastWd = 0;

  constructor(inode: Inode | null, flags: number, files: Watches) {
    super(inode, O_RDONLY | flags);
    this.#files = files;
  }
  override get path(): string {
    return 'anon_inode:inotify';
  }
  override get pollable(): boolean {
    return true;
  }
  override seek(): number {
    return this.position;
  }

  /** inotify_add_watch(2): the watch descriptor. */
  watch(inode: Inode, mask: number): number {
    const known = this.#byInode.get(inode);
    if (known !== undefined) {
      if ((mask & IN_MASK_CREATE) !== 0) throw EEXIST;
      known.mask = (mask & IN_MASK_ADD) !== 0 ? known.mask | mask : mask;
      return known.wd;
    }
    const watch = new InotifyWatch(this, ++this.#lastWd, inode, mask);
    this.#byInode.set(inode, watch);
    this.#files.add(inode, watch);
    return watch.wd;
  }
  /** inotify_rm_watch(2). */
  unwatch(wd: number): void {
    const watch = [...this.#byInode.values()].find((each) => each.wd === wd);
    if (watch === undefined) throw EINVAL;
    this.forget(watch);
  }
  /** A watch ends, which is an event too. */
  forget(watch: InotifyWatch): void {
    if (this.#byInode.get(watch.inode) !== watch) return;
    this.#byInode.delete(watch.inode);
    this.#files.remove(watch.inode, watch);
    this.enqueue({ wd: watch.wd, mask: IN_IGNORED, cookie: 0, name: '' });
  }

  enqueue(event: Event): void {
    const last = this.#events.at(-1);
    if (last !== undefined && same(last, event)) return;
    if (this.#events.length > MOST_EVENTS) return;
    if (this.#events.length === MOST_EVENTS)
      this.#events.push({ wd: -1, mask: IN_Q_OVERFLOW, cookie: 0, name: '' });
    else this.#events.push(event);
    this.queue.wake();
  }

  override read(length: number): Uint8Array | Blocked {
    const [first] = this.#events;
    if (first === undefined) {
      if (this.nonblocking) throw EAGAIN;
      return new Blocked([this.queue], () => 0);
    }
    if (sizeOf(first) > length) throw EINVAL;
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (;;) {
      const event = this.#events[0];
      if (event === undefined || at + sizeOf(event) > length) break;
      this.#events.shift();
      const { wd, mask, cookie, name } = event;
      inotifyEvent.write(view, at, { wd, mask, cookie, len: sizeOf(event) - inotifyEvent.size });
      for (let i = 0; i < name.length; i++) bytes[at + inotifyEvent.size + i] = name.charCodeAt(i);
      at += sizeOf(event);
    }
    return bytes.subarray(0, at);
  }
  override poll(): number {
    return this.#events.length > 0 ? POLLIN | POLLRDNORM : 0;
  }
  override ioctl(caller: Caller, request: number, argument: number): Result {
    if (request !== FIONREAD) return super.ioctl(caller, request, argument);
    const bytes = this.#events.reduce((sum, event) => sum + sizeOf(event), 0);
    caller.memory.writeU32(argument, bytes);
    return 0;
  }
  protected override closed(): void {
    for (const watch of this.#byInode.values()) this.#files.remove(watch.inode, watch);
    this.#byInode.clear();
  }
  /** Lines of /proc/PID/fdinfo/N. */
  describe(): string {
    return [...this.#byInode.values()]
      .map(({ wd, inode, mask }) => {
        const { inode: number, device } = inode.attributes();
        const hex = (value: number): string => value.toString(16);
        return `inotify wd:${hex(wd)} ino:${hex(number)} sdev:${hex(device)} mask:${hex(mask >>> 0)} ignored_mask:0\n`;
      })
      .join('');
  }
}
