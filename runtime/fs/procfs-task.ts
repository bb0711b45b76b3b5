// A process's folder in /proc, and those of its threads below task/: which files it has, its descriptors,
// and how its memory is read as a file. proc(5). What the texts say is proc-task-text.ts.

import { CAP } from '../abi/capability.ts';
import { EACCES, EINVAL, EIO, ENOENT, Errno, ESRCH } from '../abi/errno.ts';
import { O_ACCMODE, O_CLOEXEC, O_RDONLY, O_WRONLY, SEEK_CUR, SEEK_SET } from '../abi/file.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Task, ThreadGroup } from '../kernel/task.ts';
import type { Caller } from '../vfs/caller.ts';
import { capable } from '../vfs/caller.ts';
import { FileDescription } from '../vfs/file-description.ts';
import { type Inode, S_IFDIR, S_IFLNK, S_IFREG } from '../vfs/inode.ts';
import type { Location } from '../vfs/mount.ts';
import type { Result } from '../wait.ts';
import { Epoll } from './epoll.ts';
import { EventFd, SignalFd } from './event.ts';
import { Inotify } from './inotify.ts';
import type { ControllingTerminal } from './job-control.ts';
import { namespaceLinks } from './proc-namespaces.ts';
import {
  type ProcEntries,
  type ProcEntry,
  type ProcFileSystem,
  type ProcFolder,
  type ProcNames,
  type ProcOwner,
  procNode,
  TaskFolder,
} from './proc-node.ts';
import * as text from './proc-task-text.ts';

export type TerminalOf = (sid: number) => ControllingTerminal | null;

const COMM_MAX = 15;

function byteString(bytes: Uint8Array): string {
  let result = '';
  for (let at = 0; at < bytes.length; at += 8192)
    result += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return result;
}

/** Memory of another process as text; '' where there is none (any more). */
function memoryText(task: Task, start: number, end: number): string {
  if (!task.hasMm || end <= start) return '';
  try {
    return byteString(task.mm.memory.forceRead(start, end - start));
  } catch (thrown) {
    if (thrown instanceof Errno) return '';
    throw thrown;
  }
}

/** May the caller look into the process (ptrace(2), PTRACE_MODE_READ)? */
function mayInspect(task: Task, caller: Caller): boolean {
  const from = caller.credentials;
  const to = task.credentials;
  return (
    capable(from, CAP.CAP_SYS_PTRACE) ||
    caller.pid === task.pid ||
    (from.fsuid === to.uid && from.fsuid === to.euid)
  );
}
function checkInspect(task: Task, caller: Caller): void {
  if (!mayInspect(task, caller)) throw EACCES;
}

/** /proc/PID; opened, it stands for the process in pidfd_send_signal(2). */
export class ProcessFolder extends TaskFolder {
  readonly group: ThreadGroup;

  constructor(proc: ProcFileSystem, task: Task, entries: ProcEntries) {
    super(proc, { entries }, ownerOf(task));
    this.group = task.group;
  }
}

export class TaskFolders {
  readonly #proc: ProcFileSystem;
  readonly #kernel: Kernel;
  readonly #terminalOf: TerminalOf;
  readonly #processes = new WeakMap<Task, ProcessFolder>();
  readonly #threads = new WeakMap<Task, TaskFolder>();
  readonly #namespaces: ReturnType<typeof namespaceLinks>;
  /** What sockets and host patches add to each folder. */
  readonly #added: ((task: Task) => ProcEntries)[] = [];

  constructor(proc: ProcFileSystem, kernel: Kernel, terminalOf: TerminalOf) {
    this.#proc = proc;
    this.#kernel = kernel;
    this.#terminalOf = terminalOf;
    this.#namespaces = namespaceLinks(proc);
  }

  /** Adds entries to the folders of all processes. Precondition: none was asked for yet. */
  add(entries: (task: Task) => ProcEntries): void {
    this.#added.push(entries);
  }
  /** /proc/PID. */
  ofProcess(task: Task): ProcFolder {
    let folder = this.#processes.get(task);
    if (folder === undefined) {
      folder = new ProcessFolder(this.#proc, task, {
        ...this.#entries(task, true),
        task: { kind: 'folder', entries: {}, more: this.#threadNames(task) },
      });
      this.#processes.set(task, folder);
    }
    return folder;
  }
  /** /proc/PID/task/TID. */
  #ofThread(task: Task): ProcFolder {
    let folder = this.#threads.get(task);
    if (folder === undefined) {
      folder = new TaskFolder(this.#proc, { entries: this.#entries(task, false) }, ownerOf(task));
      this.#threads.set(task, folder);
    }
    return folder;
  }
  #threadNames(task: Task): ProcNames {
    const { group } = task;
    return {
      list: () => group.tasks.map(({ tid }) => ({ name: String(tid), type: S_IFDIR })),
      find: (name) => {
        const thread = group.tasks.find(({ tid }) => String(tid) === name);
        return thread === undefined ? null : this.#ofThread(thread);
      },
    };
  }

  #entries(task: Task, whole: boolean): ProcEntries {
    const { group } = task;
    const alive = <T>(answer: () => T): (() => T) => {
      return () => {
        if (this.#kernel.tasks.get(task.tid) !== task) throw ESRCH;
        return answer();
      };
    };
    const show = (read: () => string, mode = 0o444): ProcEntry => ({ kind: 'text', mode, read: alive(read) });
    const secret = (read: () => string): ProcEntry => ({
      kind: 'text',
      mode: 0o400,
      read: (caller) => {
        checkInspect(task, caller);
        return alive(read)();
      },
    });
    const inMemory = (read: () => string): ProcEntry => show(() => (task.hasMm ? read() : ''));
    const place = (find: () => Location | null): ProcEntry => magicLink(task, find);
    return {
      auxv: secret(() => (task.hasMm ? byteString(task.mm.auxv) : '')),
      cgroup: show(() => '0::/\n'),
      cmdline: show(() => (task.hasMm ? memoryText(task, task.mm.argStart, task.mm.argEnd) : '')),
      comm: {
        kind: 'text',
        mode: 0o644,
        read: alive(() => `${task.comm}\n`),
        write: (line, caller) => {
          if (caller.pid !== group.pid) throw EINVAL;
          task.comm = line.split('\n')[0]!.slice(0, COMM_MAX);
        },
      },
      cwd: place(() => task.fs.cwd),
      environ: secret(() => (task.hasMm ? memoryText(task, task.mm.envStart, task.mm.envEnd) : '')),
      exe: place(() => (task.hasMm ? group.exePlace : null)),
      fd: { kind: 'folder', mode: 0o500, entries: {}, more: descriptors(task, this.#proc) },
      fdinfo: { kind: 'folder', mode: 0o500, entries: {}, more: descriptorTexts(task, this.#proc) },
      io: secret(
        () =>
          'rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n',
      ),
      limits: show(() => text.limits(group)),
      loginuid: show(() => '4294967295'),
      maps: inMemory(() => text.maps(task.mm)),
      mem: {
        kind: 'file',
        mode: 0o600,
        open: (flags, caller, inode, path) => {
          checkInspect(task, caller);
          return new MemoryFile(task, inode, flags, path);
        },
      },
      mountinfo: show(() => text.mountinfo(task)),
      mounts: show(() => text.mounts(task)),
      ns: { kind: 'folder', mode: 0o511, entries: this.#namespaces((caller) => checkInspect(task, caller)) },
      oom_adj: { kind: 'text', mode: 0o644, read: () => '0\n', write: () => {} },
      oom_score: show(() => '0\n'),
      oom_score_adj: adjustment(group),
      personality: secret(() => `${(task.personality >>> 0).toString(16).padStart(8, '0')}\n`),
      root: place(() => task.fs.root),
      sessionid: show(() => '4294967295'),
      smaps: inMemory(() => text.smaps(task.mm)),
      stat: show(() => text.statLine(task, this.#terminalOf(group.sid), whole)),
      statm: show(() => text.statm(task)),
      status: show(() => text.status(task)),
      wchan: show(() => '0'),
      ...Object.assign({}, ...this.#added.map((add) => add(task))),
    };
  }
}

function adjustment(group: ThreadGroup): ProcEntry {
  return {
    kind: 'text',
    mode: 0o644,
    read: () => `${group.oomAdjustment}\n`,
    write: (line) => {
      const given = Number(line.trim());
      if (!Number.isInteger(given) || given < -1000 || given > 1000) throw EINVAL;
      group.oomAdjustment = given;
    },
  };
}

/** Files of a process belong to whoever it runs as. */
function ownerOf(task: Task): ProcOwner {
  return () => ({ uid: task.credentials.euid, gid: task.credentials.egid });
}

/** cwd, root, exe: the text is a path, but following it needs no walk. */
function magicLink(task: Task, find: () => Location | null): ProcEntry {
  const found = (caller: Caller): Location => {
    checkInspect(task, caller);
    const place = task.state === 'zombie' || task.state === 'dead' ? null : find();
    if (place === null) throw ENOENT;
    return place;
  };
  return {
    kind: 'link',
    target: (caller) => task.fs.pathOf(found(caller)),
    follow: found,
  };
}

// ---- descriptors ----

/** The numbers of the task's descriptors, checked; null where there is none. */
function descriptorAt(task: Task, name: string): FileDescription | null {
  if (!/^(0|[1-9]\d*)$/.test(name) || task.state === 'zombie' || task.state === 'dead') return null;
  const number = Number(name);
  return task.files.numbers().includes(number) ? task.files.get(number) : null;
}
function numbersOf(task: Task): string[] {
  return task.state === 'zombie' || task.state === 'dead' ? [] : task.files.numbers().map(String);
}

function pathOfDescription(task: Task, description: FileDescription): string {
  return description.location === null ? description.path : task.fs.pathOf(description.location);
}

/** /proc/PID/fd. */
function descriptors(task: Task, proc: ProcFileSystem): ProcNames {
  return {
    list: (caller) => {
      checkInspect(task, caller);
      return numbersOf(task).map((name) => ({ name, type: S_IFLNK }));
    },
    find: (name, caller) => {
      checkInspect(task, caller);
      const description = descriptorAt(task, name);
      if (description === null) return null;
      const mode = 0o100 | (description.readable ? 0o400 : 0) | (description.writable ? 0o200 : 0);
      const link: ProcEntry = {
        kind: 'link',
        mode,
        target: () => pathOfDescription(task, description),
        follow: () => description.location ?? description.inode,
      };
      return procNode(proc, link, ownerOf(task));
    },
  };
}

/** /proc/PID/fdinfo. */
function descriptorTexts(task: Task, proc: ProcFileSystem): ProcNames {
  return {
    list: (caller) => {
      checkInspect(task, caller);
      return numbersOf(task).map((name) => ({ name, type: S_IFREG }));
    },
    find: (name, caller): Inode | null => {
      checkInspect(task, caller);
      if (descriptorAt(task, name) === null) return null;
      const entry: ProcEntry = { kind: 'text', mode: 0o444, read: () => descriptorText(task, name) };
      return procNode(proc, entry, ownerOf(task));
    },
  };
}
function descriptorText(task: Task, name: string): string {
  const description = descriptorAt(task, name);
  if (description === null) throw ENOENT;
  const flags = (description.flags | (task.files.closeOnExec(Number(name)) ? O_CLOEXEC : 0)) >>> 0;
  const { location, inode } = description;
  const own =
    description instanceof Epoll ||
    description instanceof EventFd ||
    description instanceof SignalFd ||
    description instanceof Inotify;
  return (
    `pos:\t${description.position}\nflags:\t0${flags.toString(8)}\nmnt_id:\t${location?.mount.id ?? 0}\n` +
    `ino:\t${inode?.attributes().inode ?? 0}\n${own ? description.describe() : ''}`
  );
}

// ---- memory ----

/** /proc/PID/mem: the address space as a file, by address. */
class MemoryFile extends FileDescription {
  readonly #task: Task;
  readonly #path: string;

  constructor(task: Task, inode: Inode, flags: number, path: string) {
    super(inode, flags);
    this.#task = task;
    this.#path = path;
  }
  override get path(): string {
    return this.#path;
  }
  override read(length: number): Uint8Array {
    const bytes = this.readAt(length, this.position);
    this.position += bytes.length;
    return bytes;
  }
  override readAt(length: number, position: number): Uint8Array {
    if ((this.flags & O_ACCMODE) === O_WRONLY) throw EIO;
    if (!this.#task.hasMm) return new Uint8Array(0);
    return this.#inPages(position, length, (at, count) => this.#task.mm.memory.forceRead(at, count));
  }
  override write(bytes: Uint8Array): Result {
    const done = this.#store(bytes, this.position);
    this.position += done;
    return done;
  }
  override writeAt(bytes: Uint8Array, position: number): Result {
    return this.#store(bytes, position);
  }
  #store(bytes: Uint8Array, position: number): number {
    if ((this.flags & O_ACCMODE) === O_RDONLY) throw EIO;
    if (!this.#task.hasMm) return 0;
    return this.#inPages(position, bytes.length, (at, count) => {
      const part = bytes.subarray(at - position, at - position + count);
      this.#task.mm.memory.forceWrite(at, part);
      return part;
    }).length;
  }
  /** Page by page up to the first that is not mapped; EIO when that is the very first. */
  #inPages(position: number, length: number, page: (at: number, count: number) => Uint8Array): Uint8Array {
    const parts: Uint8Array[] = [];
    let done = 0;
    while (done < length) {
      const at = position + done;
      const count = Math.min(4096 - (at % 4096), length - done);
      try {
        parts.push(page(at, count));
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown;
        if (done === 0) throw EIO;
        break;
      }
      done += count;
    }
    const bytes = new Uint8Array(done);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
  override seek(offset: number, whence: number): number {
    if (whence !== SEEK_SET && whence !== SEEK_CUR) throw EINVAL;
    this.position = whence === SEEK_SET ? offset : this.position + offset;
    return this.position;
  }
}
