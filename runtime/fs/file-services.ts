// The file services of a machine, put together: pipes, memory files, and which types mount(2) knows.

import { EINVAL } from '../abi/errno.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import type { FileSystem, Inode } from '../vfs/inode.ts';
import type { FileServices } from '../vfs/services.ts';
import type { PipeFs } from './pipe.ts';
import { TmpFs, type TmpFsOptions, type TmpFsParts } from './tmpfs.ts';

export interface FileServiceParts {
  readonly pipes: PipeFs;
  /** Where memfd_create(2) puts its files: a tmpfs that is mounted nowhere. */
  readonly memory: TmpFs;
  /** What a new tmpfs is made of; each gets a device number of its own. */
  readonly tmpfs: () => TmpFsParts;
  /** Types with one instance that can be mounted again: proc, sysfs, devtmpfs, devpts. */
  readonly mountable: Readonly<Record<string, FileSystem>>;
  readonly setAsync: (description: FileDescription, fd: number, on: boolean) => void;
  readonly isExecuting: (inode: Inode) => boolean;
}

export function createFileServices(parts: FileServiceParts): FileServices {
  return {
    pipe: (caller, flags) => parts.pipes.create(caller, flags),
    memoryFile: (name, caller, seals) => parts.memory.memoryFile(name, caller, seals),
    mount: (type, _source, data) => {
      if (type === 'tmpfs' || type === 'ramfs') return new TmpFs(parts.tmpfs(), tmpFsOptions(data));
      return parts.mountable[type] ?? null;
    },
    setAsync: parts.setAsync,
    isExecuting: parts.isExecuting,
  };
}

const SUFFIX = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const;

/** Reads `size=64m,mode=1777,uid=0`; tmpfs(5). */
export function tmpFsOptions(data: string): TmpFsOptions {
  const options: { -readonly [K in keyof TmpFsOptions]: TmpFsOptions[K] } = {};
  for (const item of data.split(',')) {
    const [name, value = ''] = item.split('=');
    switch (name) {
      case 'size':
      case 'nr_inodes': {
        const match = /^(\d+)([kmg]?)$/i.exec(value);
        if (match === null) throw EINVAL;
        const count = Number(match[1]) * SUFFIX[match[2]!.toLowerCase() as keyof typeof SUFFIX];
        if (count === 0) break; // no limit
        if (name === 'size') options.size = count;
        else options.inodes = count;
        break;
      }
      case 'mode':
        if (!/^[0-7]+$/.test(value)) throw EINVAL;
        options.mode = Number.parseInt(value, 8) & 0o7777;
        break;
      case 'uid':
      case 'gid':
        if (!/^\d+$/.test(value)) throw EINVAL;
        options[name] = Number(value);
        break;
    }
  }
  return options;
}
