// execve(2): `#!` scripts, the ELF program and its interpreter, a new address space, and the point of no
// return. Linux: fs/exec.c, binfmt_script.c, binfmt_elf.c.

import { CPU_SIZE, EAX, EFLAGS, EIP, ESP, FCW, MXCSR } from '../../src/layout.ts';
import {
  EACCES,
  EINVAL,
  EIO,
  ELIBBAD,
  ELOOP,
  ENOENT,
  ENOEXEC,
  ENOTDIR,
  Errno,
  ETXTBSY,
} from '../abi/errno.ts';
import { RLIMIT } from '../abi/process.ts';
import {
  ELF_HEADER_SIZE,
  type ElfImage,
  type ElfProblem,
  type Executable,
  type LoadedElf,
  loadElf,
  parseElf,
} from '../loader/elf.ts';
import { checkArguments, setUpStack } from '../loader/stack.ts';
import { Mm } from '../mm/mm.ts';
import { credentialsOf } from '../vfs/caller.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import { S_IFREG, S_ISGID, S_ISUID } from '../vfs/inode.ts';
import { anonymousLocation, type Location } from '../vfs/mount.ts';
import { openLocation } from '../vfs/open.ts';
import { checkAccess, MAY_EXEC } from '../vfs/permission.ts';
import { NO_RETURN, type Result } from '../wait.ts';
import { capabilitiesAfterExec } from './credentials.ts';
import { endTask, releaseVfork } from './exit.ts';
import { forceSignal, SignalActions } from './signal.ts';
import { SignalInfo } from './signal-info.ts';
import type { Task } from './task.ts';

const SIGSEGV = 11;
const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const AT_SYMLINK_NOFOLLOW = 0x100;
/** Bytes of a file that decide what it is. Linux: BINPRM_BUF_SIZE. */
const HEAD = 256;
/** A script's interpreter may be a script; so deep. */
const MAX_SCRIPTS = 5;
const COMM_LENGTH = 15;

/** Flat user segments of Linux i386: __USER_CS, __USER_DS. */
const USER_CS = 0x73;
const USER_DS = 0x7b;
const INITIAL_EFLAGS = 0x202;
const INITIAL_FCW = 0x37f;
const INITIAL_MXCSR = 0x1f80;
const ES = 0;
const CS = 1;
const SS = 2;
const DS = 3;
const FS = 4;
const GS = 5;
/** Bytes of the largest signal frame, with FXSAVE state (AT_MINSIGSTKSZ). */
const MINIMUM_SIGNAL_STACK = 1024;
/** personality(2): an address space as old kernels have it. */
const ADDR_LIMIT_3GB = 0x8000000;
const TASK_SIZE_3GB = 0xc0000000;

/** What to run: a path from a directory descriptor, or that descriptor itself (AT_EMPTY_PATH). */
export interface ExecTarget {
  readonly at: number;
  readonly path: string;
  readonly flags: number;
}

interface Program {
  readonly place: Location;
  readonly image: ElfImage;
  readonly file: Executable;
  readonly argv: readonly string[];
}

const problemErrno: Readonly<Record<ElfProblem, Errno>> = {
  'not-elf': ENOEXEC,
  '64-bit': ENOEXEC,
  'foreign-endian': ENOEXEC,
  'foreign-machine': ENOEXEC,
  'not-executable': ENOEXEC,
  truncated: ENOEXEC,
  'truncated-name': EIO,
  'bad-headers': ENOEXEC,
  unloadable: ENOEXEC,
};

/** First address above user space for a program that the task runs now. */
function taskSizeOf(task: Task): number {
  const { taskSize } = task.kernel;
  return (task.personality & ADDR_LIMIT_3GB) === 0 ? taskSize : Math.min(taskSize, TASK_SIZE_3GB);
}

/** execve(2) and execveat(2). */
export function execve(
  task: Task,
  target: ExecTarget,
  argv: readonly string[],
  envp: readonly string[],
): Result {
  // The mappings hold the program's files by themselves; the descriptions that read them end with the call.
  const opened: FileDescription[] = [];
  try {
    return replaceProgram(task, target, argv, envp, opened);
  } finally {
    for (const description of opened) description.release();
  }
}

function replaceProgram(
  task: Task,
  target: ExecTarget,
  argv: readonly string[],
  envp: readonly string[],
  opened: FileDescription[],
): Result {
  if ((target.flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)) !== 0) throw EINVAL;
  const { group } = task;
  const stackLimit = group.limits[RLIMIT.RLIMIT_STACK]!.soft;
  checkArguments(argv, envp, target.path, stackLimit);
  const place = locate(task, target);
  const name = target.path === '' ? `/dev/fd/${target.at}` : target.path;
  // A script is opened again by its interpreter, by a name that the exec closes.
  const hidden = target.path === '' && target.at !== AT_FDCWD && task.files.closeOnExec(target.at);
  const program = resolveScripts(task, place, name, argv.length === 0 ? [''] : argv, hidden, opened);
  if (program === null) return die(task);
  const interpreter = openInterpreter(task, program.image, opened);

  const mm = new Mm(
    { frames: task.kernel.frames, tables: task.kernel.tables },
    { taskSize: taskSizeOf(task) },
  );
  try {
    group.limitMemory(mm);
    const credentials = credentialsFor(task, program.place);
    const loaded = load(mm, program, interpreter);
    if (loaded === null) return die(task);
    task.kernel.vdso.mapInto(mm);
    const random = new Uint8Array(16);
    task.kernel.host.random(random);
    const stack = setUpStack(mm, {
      argv: program.argv,
      envp,
      execfn: name,
      image: program.image,
      loaded,
      uid: credentials.uid,
      euid: credentials.euid,
      gid: credentials.gid,
      egid: credentials.egid,
      secure: credentials.euid !== credentials.uid || credentials.egid !== credentials.gid,
      random,
      hwcap: task.kernel.model.hardwareCapabilities,
      minimumSignalStack: MINIMUM_SIGNAL_STACK,
    });

    // From here on nothing fails.
    becomeOnlyThread(task);
    task.credentials = credentials;
    task.useMm(mm);
    group.exePath = task.fs.pathOf(program.place);
    group.exePlace = program.place;
    group.execed = true;
    group.dumpable = 1;
    group.actions = group.actions.clone();
    group.actions.resetForExec();
    task.kernel.timers.exec(group);
    task.altStack = { base: 0, size: 0, flags: 2 };
    task.clearChildTid = 0;
    task.robustList = 0;
    task.rseq = null;
    task.restart = null;
    task.comm = commOf(target, name, program.place);
    if (task.files.shared) {
      const own = task.files.clone();
      task.files.leave();
      task.files = own;
    }
    task.files.closeForExec();
    startRegisters(task, loaded.entry, stack);
  } finally {
    // The task holds a reference of its own; without one (a failure above) this frees everything.
    mm.release();
  }
  releaseVfork(task);
  task.tracing?.onExec(task);
  return NO_RETURN;
}

/** A program that was given by its descriptor has no other name than its file's. Linux: comm_from_dentry. */
function commOf(target: ExecTarget, name: string, { entry }: Location): string {
  if (target.path !== '') return name.slice(name.lastIndexOf('/') + 1).slice(0, COMM_LENGTH);
  const { parent, name: own } = entry;
  // A memfd's is what /proc shows without what it adds.
  const whole = parent === null ? own.replace(/^\//, '').replace(/ \(deleted\)$/, '') : own;
  return whole.slice(0, COMM_LENGTH);
}

/** Linux finds out that segments cannot be mapped when the old program is gone: no error, but the end. */
function die(task: Task): Result {
  task.group.actions = new SignalActions();
  forceSignal(task, SignalInfo.kernel(SIGSEGV));
  return NO_RETURN;
}

/** Null for an image whose segments cannot be mapped. */
function load(
  mm: Mm,
  program: Program,
  interpreter: { image: ElfImage; file: Executable } | null,
): LoadedElf | null {
  try {
    return loadElf(mm, program, interpreter);
  } catch (thrown) {
    if (thrown instanceof Errno) return null;
    throw thrown;
  }
}

function locate(task: Task, target: ExecTarget): Location {
  if (target.path === '' && (target.flags & AT_EMPTY_PATH) !== 0 && target.at !== AT_FDCWD) {
    const { location, inode, path } = task.files.get(target.at);
    if (inode === null) throw EACCES;
    return location ?? anonymousLocation(inode, path);
  }
  const base =
    target.at === AT_FDCWD || target.path.startsWith('/') ? null : task.files.get(target.at).location;
  const empty = (target.flags & AT_EMPTY_PATH) !== 0;
  if (target.path !== '' && base === null && target.at !== AT_FDCWD && !target.path.startsWith('/'))
    throw ENOTDIR;
  const nofollow = (target.flags & AT_SYMLINK_NOFOLLOW) !== 0;
  const place = task.fs.resolve(task, target.path, {
    base,
    empty,
    last: nofollow ? 'before-slash' : 'follow',
  });
  if (nofollow && place.inode.type === 0o120000) throw ELOOP;
  return place;
}

/** Opens a program file for reading its pages; the checks of do_open_execat. */
function openExecutable(task: Task, place: Location, opened: FileDescription[]): Executable {
  if (place.inode.type !== S_IFREG) throw EACCES;
  if (place.mount.flags.noexec) throw EACCES;
  checkAccess(place, MAY_EXEC, task.credentials);
  if (task.kernel.isOpenForWriting(place.inode)) throw ETXTBSY;
  // What may be executed is read by the kernel, whoever may read it.
  const reader = credentialsOf(0, 0, []);
  const description = openLocation(task.fs, asReader(task, reader), place, 0).retain();
  opened.push(description);
  const mappable = description.mappable();
  return {
    mappable,
    read: (offset, length) => {
      const bytes = description.readAt(length, offset);
      if (bytes instanceof Uint8Array) return bytes;
      throw bytes;
    },
  };
}

/** The caller with other credentials. */
function asReader(task: Task, credentials: Task['credentials']) {
  return { memory: task.memory, credentials, pid: task.pid, tid: task.tid, pgid: task.pgid, sid: task.sid };
}

/** Follows `#!` lines until an ELF program is found; null for one that cannot be loaded. */
function resolveScripts(
  task: Task,
  place: Location,
  name: string,
  argv: readonly string[],
  hidden: boolean,
  opened: FileDescription[],
): Program | null {
  let words = [...argv];
  for (let depth = 0; ; depth++) {
    const file = openExecutable(task, place, opened);
    const head = file.read(0, HEAD);
    if (head[0] !== 0x23 || head[1] !== 0x21) {
      const image = parseElf(file);
      if (image === 'unloadable') return null;
      if (typeof image === 'string') throw problemErrno[image];
      return { place, image, file, argv: words };
    }
    if (depth === MAX_SCRIPTS) throw ELOOP;
    if (hidden) throw ENOENT;
    const { path, argument } = interpreterLine(head);
    words = [path, ...(argument === null ? [] : [argument]), name, ...words.slice(1)];
    name = path;
    place = task.fs.resolve(task, path);
  }
}

/**
 * `#! path [argument]`: one argument, all the rest of the line, white space at both ends gone. Linux cuts the
 * line at the end of its buffer, but not within the path.
 */
function interpreterLine(head: Uint8Array): { path: string; argument: string | null } {
  const text = String.fromCharCode(...head.subarray(2, HEAD - 1));
  const newline = text.indexOf('\n');
  const line = (newline === -1 ? text : text.slice(0, newline)).replace(/\0.*$/s, '');
  const match = /^[ \t]*([^ \t]+)(?:[ \t]+(.*?))?[ \t]*$/s.exec(line);
  const cut = newline === -1 && head.length >= HEAD && !/^[ \t]*[^ \t]+[ \t]/.test(line);
  // Without a newline the empty name that follows leads to the working directory, which is no program.
  if (match === null) throw newline === -1 && head.length < HEAD ? EACCES : ENOEXEC;
  if (cut) throw ENOEXEC;
  return { path: match[1]!, argument: match[2] === undefined || match[2] === '' ? null : match[2] };
}

function openInterpreter(
  task: Task,
  image: ElfImage,
  opened: FileDescription[],
): { image: ElfImage; file: Executable } | null {
  if (image.interpreter === null) return null;
  const file = openExecutable(task, task.fs.resolve(task, image.interpreter), opened);
  // Linux reads a whole header before it looks at any of it.
  if (file.read(0, ELF_HEADER_SIZE).length < ELF_HEADER_SIZE) throw EIO;
  const parsed = parseElf(file);
  if (typeof parsed === 'string') throw ELIBBAD;
  return { image: parsed, file };
}

/** Identity after the exec: set-user-id and set-group-id bits of the file. */
function credentialsFor(task: Task, place: Location): Task['credentials'] {
  const { mode, uid, gid } = place.inode.attributes();
  let { euid, egid } = task.credentials;
  const honoured = !place.mount.flags.nosuid && !task.group.noNewPrivileges && task.tracing === null;
  if (honoured && (mode & S_ISUID) !== 0) euid = uid;
  if (honoured && (mode & S_ISGID) !== 0 && (mode & 0o010) !== 0) egid = gid;
  const ids = { ...task.credentials, euid, egid, suid: euid, sgid: egid, fsuid: euid, fsgid: egid };
  return { ...ids, capabilities: capabilitiesAfterExec(task.credentials, ids) };
}

/** The other threads end; the caller takes the leader's id. Linux: de_thread. */
function becomeOnlyThread(task: Task): void {
  const { group, kernel } = task;
  for (const other of [...group.tasks]) if (other !== task) endTask(other, 0, 'replaced');
  if (task.isLeader) return;
  const old = group.leader;
  kernel.tasks.delete(task.tid);
  kernel.tasks.delete(old.tid);
  task.becomeLeader();
  kernel.tasks.set(task.tid, task);
  group.tasks.length = 0;
  group.tasks.push(task);
}

/** The state a program starts in: everything zero but where it is and where its stack is. */
function startRegisters(task: Task, entry: number, stack: number): void {
  const { kernel } = task;
  // The new image is made in the slot and loaded, so that the segment registers can be.
  if (kernel.loaded === task) kernel.unload();
  const { u8, u32 } = kernel.frames;
  u8.fill(0, task.slot, task.slot + CPU_SIZE);
  task.debug = null;
  const word = (offset: number, value: number): void => {
    u32[(task.slot + offset) >> 2] = value;
  };
  word(EAX, 0);
  word(EIP, entry);
  word(ESP, stack);
  word(EFLAGS, INITIAL_EFLAGS);
  word(FCW, INITIAL_FCW);
  word(MXCSR, INITIAL_MXCSR);
  kernel.load(task);
  const { engine } = kernel;
  for (const register of [ES, SS, DS]) engine.loadSegment(register, USER_DS);
  engine.loadSegment(CS, USER_CS);
  engine.loadSegment(FS, 0);
  engine.loadSegment(GS, 0);
}
