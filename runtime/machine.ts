// Machine: the composition root. It names every part once and passes each to the others; there is no other
// place where parts meet. A machine is a memory, an engine, a kernel and a tree of mounts on one host.

import { DEFAULT_JIT, type JitSettings } from '../jit/settings.ts';
import { type CpuModel, DEFAULT_MODEL } from '../src/cpu-model.ts';
import { FRAMES } from '../src/layout.ts';
import { EACCES, EISDIR, ENOENT, ENOEXEC, ENOTDIR, Errno } from './abi/errno.ts';
import { O_RDONLY } from './abi/file.ts';
import { defaultLimits, RLIMIT } from './abi/process.ts';
import { decodeUtf8, toByteString } from './abi/utf8.ts';
import { Sessions } from './fs/job-control.ts';
import type { Host } from './host/host.ts';
import { execve } from './kernel/exec.ts';
import { killAll } from './kernel/exit.ts';
import { type CallObserver, Kernel } from './kernel/kernel.ts';
import { RunLoop } from './kernel/run.ts';
import { PendingSignals, SignalActions, sendToGroup } from './kernel/signal.ts';
import { SignalInfo } from './kernel/signal-info.ts';
import { Task, ThreadGroup } from './kernel/task.ts';
import { type ElfProblem, parseElf } from './loader/elf.ts';
import { Vdso } from './loader/vdso.ts';
import { machineCalls } from './machine-calls.ts';
import { CrashRecorder, type Disassemble } from './machine-crash.ts';
import { createEngine } from './machine-engine.ts';
import { type HostAccess, MachineFiles } from './machine-files.ts';
import { jobControl } from './machine-jobs.ts';
import { Observers } from './machine-observers.ts';
import { DEFAULT_PATCHES, hostPatches, type PatchChoice } from './machine-patches.ts';
import { type ProcessView, processesOf } from './machine-processes.ts';
import { GuestProfile } from './machine-profile.ts';
import { UnknownInstructions } from './machine-report.ts';
import { seededHost } from './machine-seed.ts';
import { machineSockets } from './machine-sockets.ts';
import { instructionsRetired, type StatisticsGroup, statisticsOf } from './machine-statistics.ts';
import { Frames } from './mm/frames.ts';
import { Mm } from './mm/mm.ts';
import { TablePool } from './mm/page-table.ts';
import { Strace } from './syscalls/strace.ts';
import type { SystemCallTable } from './syscalls/table.ts';
import { credentialsOf } from './vfs/caller.ts';
import { FdTable, type FileDescription } from './vfs/file-description.ts';
import { openPath } from './vfs/open.ts';

export interface MachineOptions {
  readonly host: Host;
  /** cpu.wasm: its bytes or the compiled module. */
  readonly cpu: BufferSource | WebAssembly.Module;
  /** The processor that guests see (default: one with SSE to 4.2). */
  readonly model?: CpuModel;
  /** Cap on the memory of all guests together, bytes (default 2 GiB). */
  readonly memory?: number;
  readonly hostname?: string;
  /** uname's release (default 6.1.0-skasm). */
  readonly release?: string;
  /**
   * A whole number from 0: randomness and time come from it, translations are waited for and not kept, and the same
   * input gives the same run.
   */
  readonly seed?: number;
  /** First address above user space (default 0xffffe000). */
  readonly taskSize?: number;
  /** Parts of host patches (default: skas3). */
  readonly patches?: PatchChoice;
  /** The guest's `/`: a folder of the host; absent: empty, in memory. */
  readonly root?: { readonly path: string; readonly access: HostAccess };
  /** What is translated, and where translations are kept (default: what is hot, nowhere). */
  readonly jit?: JitSettings;
  /** Gets one line for what skasm lacks: an unknown system call or instruction. */
  readonly report?: (line: string) => void;
}

/** What to run. */
export interface Program {
  /** A path in the guest, or a name to look up in the environment's PATH. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
  /** Bytes that the stack may grow to, as by ulimit -s (default 8 MiB). */
  readonly stack?: number;
}

/** Why a program cannot be run: one line for the user, and what kind of reason it is. */
export interface SpawnFailure {
  readonly reason: 'not found' | 'not executable' | 'no working directory';
  readonly message: string;
}

const WASM_PAGE = 65536;
const WASM_PAGES_MAX = 65536;
/** The tables and the first page frames; growing to that later would take longer. Untouched, it costs nothing. */
const INITIAL_PAGES = Math.ceil(FRAMES / WASM_PAGE) + 256;
const DEFAULT_MEMORY = 2 ** 31;
const DEFAULT_TASK_SIZE = 0xffffe000;

export class Machine {
  readonly kernel: Kernel;
  readonly files: MachineFiles;
  readonly calls: SystemCallTable;
  readonly jit: JitSettings;
  readonly #host: Host;
  readonly #sessions: Sessions;
  readonly #loop: RunLoop;
  readonly #unknown: UnknownInstructions;
  readonly #ends: (() => void)[] = [];

  static create(options: MachineOptions): Machine {
    return new Machine(options);
  }

  private constructor(options: MachineOptions) {
    const { seed } = options;
    const jit = options.jit ?? DEFAULT_JIT;
    // What an earlier run has left would be there sooner.
    this.jit = seed === undefined ? jit : { ...jit, store: null };
    const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: WASM_PAGES_MAX });
    const frames = new Frames(memory, options.memory ?? DEFAULT_MEMORY);
    const host =
      seed === undefined ? options.host : seededHost(options.host, seed, () => instructionsRetired(frames));
    this.#host = host;
    const report = options.report ?? (() => {});
    const tables = new TablePool(frames);
    const model = options.model ?? DEFAULT_MODEL;
    const engine = createEngine({
      cpu: options.cpu,
      model,
      memory,
      frames,
      tables,
      settings: this.jit,
      waits: seed !== undefined,
      report,
    });
    this.onEnd(() => engine.close?.());
    this.#unknown = new UnknownInstructions(report);
    this.kernel = new Kernel({
      host,
      engine,
      frames,
      tables,
      uts: {
        sysname: 'Linux',
        nodename: options.hostname ?? 'skasm',
        release: options.release ?? '6.1.0-skasm',
        version: '#1 SMP PREEMPT_DYNAMIC',
        machine: 'i686',
        domainname: '(none)',
      },
      taskSize: options.taskSize ?? DEFAULT_TASK_SIZE,
      vdso: new Vdso(frames),
      model,
      report,
    });
    this.#sessions = new Sessions(jobControl(this.kernel));
    this.kernel.onSessionEnd = (leader) => this.#sessions.leaderLeaves(leader.sid, true);
    this.files = new MachineFiles(this.kernel, this.#sessions, options.root);
    const patches = hostPatches(options.patches ?? DEFAULT_PATCHES);
    for (const { proc, taskProc } of patches) {
      if (proc !== undefined) this.files.proc.add(proc(this.kernel));
      if (taskProc !== undefined) this.files.proc.folders.add(taskProc);
    }
    const { families, entries } = machineSockets(this.kernel, this.files.device());
    this.files.proc.folders.add(() => ({ net: { kind: 'folder', entries } }));
    this.calls = machineCalls(this.kernel, () => this.files.device(), patches, families);
    this.#loop = new RunLoop(this.kernel, this.calls, (task) => this.#unknown.note(task));
    this.files.console?.start();
    this.onEnd(() => this.files.console?.stop());
  }

  /** Shows a host folder or file at a path of the guest, which is made if it is not there. */
  mountHost(from: string, to: string, access: HostAccess): void {
    this.files.mountHost(from, to, access);
  }
  /** Makes a folder of the guest's tree, and those above it. */
  makeFolder(path: string): void {
    this.files.makeFolder(path);
  }
  /** Writes a file in the guest's tree. `mode` as in chmod(2). */
  writeFile(path: string, contents: string | Uint8Array, mode: number): void {
    this.files.write(path, contents, mode);
  }
  /** Removes a file of the guest's tree, if it is there. */
  removeFile(path: string): void {
    this.files.remove(path);
  }
  /** A file of the guest's tree as text, or null when there is none. */
  readFile(path: string): string | null {
    const bytes = this.files.read(path);
    return bytes === null ? null : decodeUtf8(bytes);
  }
  /** Paths that begin with a slash are looked for below this host folder first (qemu-i386's -L). */
  setPrefix(path: string): void {
    this.files.setPrefix(path);
  }

  // ---- programs ----

  /** Starts a program, or answers why it cannot be run. */
  spawn(program: Program): ThreadGroup | SpawnFailure {
    const { kernel } = this;
    const pid = kernel.allocatePid();
    const limits = defaultLimits();
    if (program.stack !== undefined) limits[RLIMIT.RLIMIT_STACK]!.soft = program.stack;
    const group = new ThreadGroup(pid, {
      pgid: pid,
      sid: pid,
      actions: new SignalActions(),
      pending: new PendingSignals(),
      exitSignal: 0,
      limits,
      started: kernel.now(),
    });
    const mm = new Mm({ frames: kernel.frames, tables: kernel.tables }, { taskSize: kernel.taskSize });
    const task = new Task(kernel, pid, group, {
      slot: kernel.frames.allocateSlot(),
      mm,
      files: new FdTable(),
      fs: this.files.context(),
      credentials: credentialsOf(program.uid, program.gid, program.groups ?? [program.gid]),
      pending: new PendingSignals(),
    });
    mm.release();
    group.tasks.push(task);
    kernel.tasks.set(pid, task);
    kernel.addGroup(group);
    const failure = this.#start(task, program);
    if (failure !== null) {
      kernel.tasks.delete(pid);
      kernel.groups.delete(pid);
      return failure;
    }
    kernel.makeReady(task);
    return group;
  }

  #start(task: Task, program: Program): SpawnFailure | null {
    for (const [fd, stream] of this.files.standardStreams(task).entries()) task.files.replace(fd, stream);
    let path = toByteString(program.path);
    try {
      task.fs.cwd = task.fs.resolve(task, toByteString(program.cwd));
      if (!task.fs.cwd.inode.isDirectory) throw ENOTDIR;
    } catch (thrown) {
      if (thrown instanceof Errno)
        return { reason: 'no working directory', message: `${program.cwd}: ${thrown.text}` };
      throw thrown;
    }
    try {
      path = this.#lookUp(task, path, toByteString(program.environment.PATH ?? ''));
      const problem = this.#elfProblem(task, path);
      if (problem !== null && problem !== 'not-elf')
        return { reason: 'not executable', message: `${program.path}: ${PROBLEMS[problem]}` };
      const environment = Object.entries(program.environment).map(([name, value]) =>
        toByteString(`${name}=${value}`),
      );
      execve(task, { at: -100, path, flags: 0 }, program.argv.map(toByteString), environment);
      return null;
    } catch (thrown) {
      if (!(thrown instanceof Errno)) throw thrown;
      return this.#explain(task, path, program.path, thrown);
    }
  }

  /** A name without a slash is looked up as execvp(3) does. */
  #lookUp(task: Task, path: string, search: string): string {
    if (path.includes('/')) return path;
    for (const folder of search.split(':')) {
      const candidate = `${folder === '' ? '.' : folder}/${path}`;
      try {
        if (!task.fs.resolve(task, candidate).inode.isDirectory) return candidate;
      } catch (thrown) {
        if (!(thrown instanceof Errno)) throw thrown; // not there: the next folder
      }
    }
    throw ENOENT;
  }

  #explain(task: Task, path: string, shown: string, errno: Errno): SpawnFailure {
    if (errno === ENOENT) {
      const why = this.#exists(task, path) ? 'its interpreter is not in the guest' : 'not found';
      return { reason: 'not found', message: `${shown}: ${why}` };
    }
    const denied = errno === EACCES || errno === EISDIR;
    const why = errno === ENOEXEC ? PROBLEMS[this.#elfProblem(task, path) ?? 'not-elf'] : errno.text;
    return { reason: 'not executable', message: `${shown}: ${denied ? 'not executable' : why}` };
  }
  /** What is wrong with a program file, before it is run; null for a good one and for scripts. */
  #elfProblem(task: Task, path: string): ElfProblem | null {
    let file: FileDescription;
    try {
      file = openPath(task.fs, task, path, O_RDONLY).retain();
    } catch (thrown) {
      if (thrown instanceof Errno) return null; // execve says why
      throw thrown;
    }
    try {
      const image = parseElf({
        mappable: file.mappable(),
        read: (offset, length) => file.readAt(length, offset) as Uint8Array,
      });
      return typeof image === 'string' ? image : null;
    } catch (thrown) {
      if (thrown instanceof Errno) return null; // a folder, a device: execve says so
      throw thrown;
    } finally {
      file.release();
    }
  }
  #exists(task: Task, path: string): boolean {
    try {
      task.fs.resolve(task, path);
      return true;
    } catch (thrown) {
      if (thrown instanceof Errno) return false;
      throw thrown;
    }
  }

  /** Sends a signal to a program and its process group, as a terminal would. */
  signal(group: ThreadGroup, signo: number): void {
    for (const each of this.kernel.groups.values())
      if (each === group || each.pgid === group.pgid) sendToGroup(each, SignalInfo.kernel(signo));
    this.#host.wakeUp();
  }

  /** Runs until every process is gone; answers the wait status of the given one. */
  async run(group: ThreadGroup): Promise<number> {
    await this.#loop.run();
    await this.#unknown.settled();
    return group.exitStatus ?? 0;
  }

  /** Ends what still runs and puts the host's terminal and files in order. */
  close(): void {
    killAll(this.kernel);
    for (const end of this.#ends.splice(0)) end();
  }
  onEnd(action: () => void): void {
    this.#ends.push(action);
  }

  // ---- looking at it ----

  /** The processes there are, by id: what ps(1) would show. */
  processes(): ProcessView[] {
    return processesOf(this.kernel);
  }

  /** Prints every system call, signal and exit. */
  traceCalls(write: (line: string) => void): void {
    this.#observe(new Strace(this.calls, write));
  }

  /** Keeps the last system calls, and what is to be known of processes that crash, from now on. */
  recordCrashes(disassemble: Disassemble): CrashRecorder {
    const recorder = new CrashRecorder(this.calls, disassemble);
    this.#observe(recorder);
    return recorder;
  }

  #observe(observer: CallObserver): void {
    const { kernel } = this;
    kernel.observer = kernel.observer === null ? observer : new Observers([kernel.observer, observer]);
  }

  /** Takes samples of where the guests are, from now on. */
  profile(): GuestProfile {
    const profile = new GuestProfile(this.kernel.frames);
    this.#loop.profiler = profile;
    return profile;
  }

  /** What the run has cost so far: instructions, calls, faults, translations, memory. */
  statistics(): StatisticsGroup[] {
    return statisticsOf(this.kernel);
  }
}

const PROBLEMS: Readonly<Record<ElfProblem, string>> = {
  'not-elf': 'neither an ELF program nor a script with #!',
  '64-bit': 'a 64-bit ELF file; skasm runs 32-bit i386 programs',
  'foreign-endian': 'a big-endian ELF file; skasm runs little-endian i386 programs',
  'foreign-machine': 'an ELF file for another processor; skasm runs i386 programs',
  'not-executable': 'an ELF file, but not a program',
  truncated: 'a truncated ELF file',
  'truncated-name': 'a truncated ELF file',
  'bad-headers': 'an ELF file whose headers contradict themselves',
  unloadable: 'an ELF file whose segments cannot be loaded',
};
