// devtmpfs: /dev as the machine starts with it, a tmpfs with the usual nodes and links in it. What the nodes
// lead to is registered in vfs/devices.ts: memory-devices.ts, terminal-devices.ts.

import { makedev } from '../abi/file.ts';
import { S_IFCHR } from '../vfs/inode.ts';
import {
  FULL_MINOR,
  MEMORY_MAJOR,
  NULL_MINOR,
  RANDOM_MINOR,
  URANDOM_MINOR,
  ZERO_MINOR,
} from './memory-devices.ts';
import { TmpFs, type TmpFsParts } from './tmpfs.ts';

const TTY_MAJOR = 5;
const ROOT = { uid: 0, gid: 0 };

/** Name, permissions, major and minor number. */
const NODES: readonly (readonly [string, number, number, number])[] = [
  ['null', 0o666, MEMORY_MAJOR, NULL_MINOR],
  ['zero', 0o666, MEMORY_MAJOR, ZERO_MINOR],
  ['full', 0o666, MEMORY_MAJOR, FULL_MINOR],
  ['random', 0o666, MEMORY_MAJOR, RANDOM_MINOR],
  ['urandom', 0o666, MEMORY_MAJOR, URANDOM_MINOR],
  ['tty', 0o666, TTY_MAJOR, 0],
  ['console', 0o620, TTY_MAJOR, 1],
  ['ptmx', 0o666, TTY_MAJOR, 2],
];
const LINKS = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
] as const;
/** Places where devpts and a tmpfs are mounted. */
const FOLDERS = ['pts', 'shm'];

export class DevFs extends TmpFs {
  override readonly type = 'devtmpfs';

  constructor(parts: TmpFsParts) {
    super(parts, { mode: 0o755 });
    for (const [name, mode, major, minor] of NODES) {
      this.root.makeNode(name, S_IFCHR | mode, makedev(major, minor), ROOT);
    }
    for (const [name, target] of LINKS) this.root.makeSymlink(name, target, ROOT);
    for (const name of FOLDERS) this.root.makeDirectory(name, 0o755, ROOT);
  }
}
