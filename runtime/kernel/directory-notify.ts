// fcntl(2)'s F_NOTIFY (Linux: dnotify): the owner of an open directory gets a signal for what happens in it. The
// older sister of inotify(7): it hears the same events, but says only that there was one.

import { ENOTDIR } from '../abi/errno.ts';
import { DN, POLLIN, POLLRDNORM } from '../abi/file.ts';
import { POLL_MSG } from '../abi/signal.ts';
import { DirectoryFile } from '../vfs/directory-file.ts';
import type { FdTable } from '../vfs/file-description.ts';
import {
  IN_ACCESS,
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_MODIFY,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  RENAMED_WITHIN,
  type Watch,
} from '../vfs/watch.ts';
import { ownerOf, sendToOwner, setOwner } from './async-owner.ts';
import type { Task } from './task.ts';

const POLLMSG = 0x400;
const BAND = POLLIN | POLLRDNORM | POLLMSG;

const EVENTS: readonly (readonly [asked: number, events: number])[] = [
  [DN.DN_ACCESS, IN_ACCESS],
  [DN.DN_MODIFY, IN_MODIFY],
  [DN.DN_CREATE, IN_CREATE | IN_MOVED_TO],
  [DN.DN_DELETE, IN_DELETE | IN_MOVED_FROM],
  [DN.DN_RENAME, RENAMED_WITHIN],
  [DN.DN_ATTRIB, IN_ATTRIB],
];

/** What one process wants to hear of one open directory. Linux: struct dnotify_struct. */
class DirectoryNotify implements Watch {
  readonly #task: Task;
  readonly #directory: DirectoryFile;
  readonly #table: FdTable;
  /** Events that are waited for, IN_*. */
  events = 0;
  /** They stay when they have come once. */
  lasting = 0;
  /** si_fd: the descriptor by which it was asked for. */
  fd = -1;

  constructor(task: Task, directory: DirectoryFile) {
    this.#task = task;
    this.#directory = directory;
    this.#table = task.files;
  }
  event(mask: number): void {
    if ((mask & this.events) === 0) return;
    const { kernel } = this.#task;
    const owner = ownerOf(kernel, this.#directory);
    if (owner !== 0) sendToOwner(kernel, this.#directory, owner, POLL_MSG, BAND, this.fd);
    this.events &= this.lasting;
    if (this.events === 0) this.stop();
  }
  gone(): void {
    this.stop();
  }
  stop(): void {
    this.#directory.notified.delete(this.#table);
    this.#task.fs.namespace.watches.remove(this.#directory.inode!, this);
  }
}

/** F_NOTIFY: `wanted` is a set of DN_*, added to what was asked for before; none takes everything back. */
export function notifyOf(task: Task, directory: unknown, fd: number, wanted: number): number {
  const isDirectory = directory instanceof DirectoryFile;
  if ((wanted & ~DN.DN_MULTISHOT) === 0) {
    if (isDirectory) directory.notified.get(task.files)?.stop();
    return 0;
  }
  if (!isDirectory) throw ENOTDIR;
  let events = 0;
  for (const [asked, heard] of EVENTS) if ((wanted & asked) !== 0) events |= heard;
  if (directory.owner === 0) setOwner(task.kernel, directory, task.pid, false);
  let notify = directory.notified.get(task.files) as DirectoryNotify | undefined;
  if (notify === undefined) {
    notify = new DirectoryNotify(task, directory);
    directory.notified.set(task.files, notify);
    task.fs.namespace.watches.add(directory.inode!, notify);
  }
  notify.fd = fd;
  notify.events |= events;
  if ((wanted & DN.DN_MULTISHOT) !== 0) notify.lasting |= events;
  return 0;
}
