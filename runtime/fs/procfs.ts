// procfs: /proc as an open table of entries, proc(5). The machine's own files are proc-system.ts, the
// settings below sys/ proc-settings.ts, a process's folder procfs-task.ts; host patches add theirs.

import { INIT_PID } from '../abi/process.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Task } from '../kernel/task.ts';
import type { Caller } from '../vfs/caller.ts';
import { type FileSystem, type Inode, S_IFDIR, simpleStatistics } from '../vfs/inode.ts';
import { initFolder } from './proc-init.ts';
import {
  type ProcEntries,
  type ProcFileSystem,
  ProcFolder,
  type ProcNames,
  ROOT_OWNER,
  SETTING_OWNER,
} from './proc-node.ts';
import { settings } from './proc-settings.ts';
import { systemEntries } from './proc-system.ts';
import { TaskFolders, type TerminalOf } from './procfs-task.ts';

export class ProcFs implements FileSystem, ProcFileSystem {
  readonly type = 'proc';
  readonly device: number;
  readonly now: () => bigint;
  readonly root: ProcFolder;
  /** The folders of processes. */
  readonly folders: TaskFolders;
  #lastInode = 0;

  /** `terminalOf`: the controlling terminal of a session, for /proc/PID/stat. */
  constructor(kernel: Kernel, device: number, terminalOf: TerminalOf) {
    this.device = device;
    this.now = () => kernel.realtime();
    const folders = new TaskFolders(this, kernel, terminalOf);
    this.folders = folders;
    this.root = new ProcFolder(
      this,
      {
        entries: {
          self: { kind: 'link', target: (caller) => String(caller.pid) },
          'thread-self': { kind: 'link', target: (caller) => `${caller.pid}/task/${caller.tid}` },
          ...systemEntries(kernel),
          sys: { kind: 'folder', owner: SETTING_OWNER, entries: settings(kernel) },
        },
        more: processes(kernel, folders, initFolder(this)),
      },
      ROOT_OWNER,
    );
  }

  nextInode(): number {
    return ++this.#lastInode;
  }
  /** Adds entries to the root: a host patch's files. */
  add(entries: ProcEntries): void {
    this.root.add(entries);
  }
  readonly statistics = () => simpleStatistics(0x9fa0);
}

/** The folders of processes. Threads are found by number, too, but not listed. */
function processes(kernel: Kernel, folders: TaskFolders, init: Inode): ProcNames {
  return {
    list: () =>
      [...new Set([INIT_PID, ...kernel.groups.keys()])]
        .sort((a, b) => a - b)
        .map((pid) => ({ name: String(pid), type: S_IFDIR })),
    find: (name: string, _caller: Caller): Inode | null => {
      const task: Task | undefined = /^[1-9]\d*$/.test(name) ? kernel.tasks.get(Number(name)) : undefined;
      if (task !== undefined) return folders.ofProcess(task);
      return name === String(INIT_PID) ? init : null;
    },
  };
}
