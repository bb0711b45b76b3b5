// inotify(7) over fs/inotify.ts. Only what programs of this machine do to files is seen: a folder of the host
// may be changed by others behind its back.

import { EACCES, EBADF, EINVAL } from '../abi/errno.ts';
import { O_CLOEXEC, O_NONBLOCK } from '../abi/file.ts';
import { RLIMIT } from '../abi/process.ts';
import type { AnonymousFs } from '../fs/anonymous.ts';
import {
  IN_ALL_EVENTS,
  IN_EXCL_UNLINK,
  IN_MASK_ADD,
  IN_MASK_CREATE,
  IN_ONESHOT,
  Inotify,
} from '../fs/inotify.ts';
import type { Task } from '../kernel/task.ts';
import { allows, MAY_READ } from '../vfs/permission.ts';
import { IN_ISDIR } from '../vfs/watch.ts';
import { bits, fd, flags, int, partial, path, type Rows, sys } from './row.ts';

const IN_ONLYDIR = 0x1000000;
const IN_DONT_FOLLOW = 0x2000000;

const maskBits = bits('mask', {
  IN_ACCESS: 0x1,
  IN_MODIFY: 0x2,
  IN_ATTRIB: 0x4,
  IN_CLOSE_WRITE: 0x8,
  IN_CLOSE_NOWRITE: 0x10,
  IN_OPEN: 0x20,
  IN_MOVED_FROM: 0x40,
  IN_MOVED_TO: 0x80,
  IN_CREATE: 0x100,
  IN_DELETE: 0x200,
  IN_DELETE_SELF: 0x400,
  IN_MOVE_SELF: 0x800,
  IN_ONLYDIR,
  IN_DONT_FOLLOW,
  IN_EXCL_UNLINK,
  IN_MASK_CREATE,
  IN_MASK_ADD,
  IN_ISDIR,
  IN_ONESHOT,
});
const HOST = partial('what others do to files of the host is not seen');

function inotifyOf(task: Task, number: number): Inotify {
  const description = task.files.get(number);
  if (!(description instanceof Inotify)) throw EINVAL;
  return description;
}

function addWatch(task: Task, number: number, name: string, mask: number): number {
  const known =
    IN_ALL_EVENTS | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_CREATE | IN_MASK_ADD | IN_ISDIR;
  // Linux knows more bits, which it only ever reports.
  if ((mask & (known | IN_ONESHOT | 0xe000)) === 0) throw EINVAL;
  if (task.files.find(number) === null) throw EBADF;
  if ((mask & IN_MASK_ADD) !== 0 && (mask & IN_MASK_CREATE) !== 0) throw EINVAL;
  const inotify = inotifyOf(task, number);
  const place = task.fs.resolve(task, (mask & IN_ONLYDIR) !== 0 ? `${name}/` : name, {
    last: (mask & IN_DONT_FOLLOW) !== 0 ? 'before-slash' : 'follow',
  });
  if (!allows(place.inode, MAY_READ, task.credentials)) throw EACCES;
  return inotify.watch(place.inode, mask);
}

export function inotifyRows(anonymous: AnonymousFs) {
  const create = (task: Task, flag: number): number => {
    if ((flag & ~(O_CLOEXEC | O_NONBLOCK)) !== 0) throw EINVAL;
    const inotify = new Inotify(anonymous.root, flag & O_NONBLOCK, task.fs.namespace.watches);
    const limit = task.group.limits[RLIMIT.RLIMIT_NOFILE]!.soft;
    return task.files.install(inotify, limit, (flag & O_CLOEXEC) !== 0);
  };
  return {
    inotify_init: sys(291, [], (task) => create(task, 0), HOST),
    inotify_init1: sys(332, [flags], create, HOST),
    inotify_add_watch: sys(292, [fd, path, maskBits], addWatch),
    inotify_rm_watch: sys(293, [fd, int], (task, number, wd) => {
      inotifyOf(task, number).unwatch(wd);
      return 0;
    }),
  } satisfies Rows;
}
