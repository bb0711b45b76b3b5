// /proc/PID/ns, namespaces(7): a machine has one namespace of each kind, with the numbers that Linux gives those which
// it starts with. A link leads to a file of nsfs, which says what it is (ioctl_ns(2)) and which setns(2) takes.

import { EINVAL, ENOTTY, EPERM } from '../abi/errno.ts';
import { O_ACCMODE, O_RDONLY } from '../abi/file.ts';
import { CLONE, CLONE_NEWTIME } from '../abi/process.ts';
import type { Caller } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import { type Attributes, type FileSystem, Inode, S_IFREG, simpleStatistics } from '../vfs/inode.ts';
import type { ProcEntries, ProcEntry, ProcFileSystem } from './proc-node.ts';

const NSFS_MAGIC = 0x6e736673;
const BLOCK_SIZE = 4096;
const NS_GET_USERNS = 0xb701;
const NS_GET_PARENT = 0xb702;
const NS_GET_NSTYPE = 0xb703;

/** Linux: include/linux/proc_ns.h; those of mount and network namespaces are the first that are handed out. */
const KINDS: readonly (readonly [name: string, shown: string, flag: number, inode: number])[] = [
  ['cgroup', 'cgroup', CLONE.CLONE_NEWCGROUP, 0xeffffffb],
  ['ipc', 'ipc', CLONE.CLONE_NEWIPC, 0xefffffff],
  ['mnt', 'mnt', CLONE.CLONE_NEWNS, 0xf0000001],
  ['net', 'net', CLONE.CLONE_NEWNET, 0xf0000000],
  ['pid', 'pid', CLONE.CLONE_NEWPID, 0xeffffffc],
  ['pid_for_children', 'pid', CLONE.CLONE_NEWPID, 0xeffffffc],
  ['time', 'time', CLONE_NEWTIME, 0xeffffffa],
  ['time_for_children', 'time', CLONE_NEWTIME, 0xeffffffa],
  ['user', 'user', CLONE.CLONE_NEWUSER, 0xeffffffd],
  ['uts', 'uts', CLONE.CLONE_NEWUTS, 0xeffffffe],
];

class NamespaceInode extends Inode {
  readonly #name: string;
  readonly #flag: number;
  readonly #attributes: Attributes;

  constructor(fileSystem: NamespaceFs, name: string, flag: number, inode: number) {
    super(fileSystem);
    this.#name = name;
    this.#flag = flag;
    const now = fileSystem.now();
    this.#attributes = {
      device: fileSystem.device,
      inode,
      mode: this.mode,
      links: 1,
      uid: 0,
      gid: 0,
      rdev: 0,
      size: 0,
      blockSize: BLOCK_SIZE,
      blocks: 0,
      accessed: now,
      modified: now,
      changed: now,
    };
  }
  override get mode(): number {
    return S_IFREG | 0o444;
  }
  override attributes(): Attributes {
    return this.#attributes;
  }
  override get immutable(): boolean {
    return true;
  }
  override open(flags: number, _caller: Caller, _path: string): FileDescription {
    if ((flags & O_ACCMODE) !== O_RDONLY) throw EPERM;
    return new NamespaceFile(this, this.#name, this.#flag);
  }
}

/** What setns(2) takes. */
export class NamespaceFile extends FileDescription {
  readonly #name: string;
  /** Its kind: one of CLONE_NEW*. */
  readonly kind: number;

  constructor(inode: Inode, name: string, kind: number) {
    super(inode, O_RDONLY);
    this.#name = name;
    this.kind = kind;
  }
  override get path(): string {
    return this.#name;
  }
  override ioctl(_caller: Caller, request: number, _argument: number): number {
    if (request === NS_GET_NSTYPE) return this.kind;
    // Above the namespaces of a machine there are none that it may see.
    if (request === NS_GET_USERNS) throw EPERM;
    if (request !== NS_GET_PARENT) throw ENOTTY;
    throw this.kind === CLONE.CLONE_NEWPID || this.kind === CLONE.CLONE_NEWUSER ? EPERM : EINVAL;
  }
}

class NamespaceFs implements FileSystem {
  readonly type = 'nsfs';
  readonly device: number;
  readonly now: () => bigint;
  readonly root: Inode;

  constructor({ device, now }: ProcFileSystem) {
    this.device = device;
    this.now = now;
    this.root = new NamespaceInode(this, 'nsfs', 0, 0);
  }
  readonly statistics = () => simpleStatistics(NSFS_MAGIC);
}

/** The links of a process's folder, of which `checked` lets pass who may look. */
export function namespaceLinks(proc: ProcFileSystem): (checked: (caller: Caller) => void) => ProcEntries {
  const fileSystem = new NamespaceFs(proc);
  const inodes = new Map<string, Inode>();
  for (const [, shown, flag, inode] of KINDS)
    if (!inodes.has(shown))
      inodes.set(shown, new NamespaceInode(fileSystem, `${shown}:[${inode}]`, flag, inode));
  return (checked) =>
    Object.fromEntries(
      KINDS.map(([name, shown, , inode]): [string, ProcEntry] => [
        name,
        {
          kind: 'link',
          target: (caller) => {
            checked(caller);
            return `${shown}:[${inode}]`;
          },
          follow: (caller) => {
            checked(caller);
            return inodes.get(shown)!;
          },
        },
      ]),
    );
}
