// What the text files of a process's folder in /proc say: stat, statm, status, maps, smaps, limits, mounts
// and their like, column by column as Linux writes them. proc(5), fs/proc/array.c, task_mmu.c, base.c.

import { majorOf, minorOf } from '../abi/file.ts';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/memory.ts';
import { INIT_PID } from '../abi/process.ts';
import { NSIG, SIG_DFL, SIG_IGN, SIGCHLD, signalBit } from '../abi/signal.ts';
import { filtersOf, seccompMode } from '../kernel/seccomp-filter.ts';
import type { Task, ThreadGroup } from '../kernel/task.ts';
import type { Mm } from '../mm/mm.ts';
import { type Area, VM_GROWSDOWN, VM_LOCKED, VM_SHARED } from '../mm/vma.ts';
import type { FileSystem } from '../vfs/inode.ts';
import { Location, type Mount } from '../vfs/mount.ts';
import type { ControllingTerminal } from './job-control.ts';

const TICK = 1e7;
const PAGE_KIB = 4;
/** Column in which the names of /proc/PID/maps begin, with 32-bit addresses. */
const MAPS_NAME_COLUMN = 49;

const hex8 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
const hex16 = (value: bigint): string => value.toString(16).padStart(16, '0');
const ticks = (nanoseconds: number): number => Math.floor(nanoseconds / TICK);

// ---- state ----

type StateName = readonly [letter: string, text: string];

/** Why a task does or does not run, as ps(1) shows it. */
export function stateOf(task: Task): StateName {
  switch (task.state) {
    case 'ready':
      return ['R', 'running'];
    case 'blocked':
      return task.sleep?.blocked.options.interruptible === false ? ['D', 'disk sleep'] : ['S', 'sleeping'];
    case 'stopped':
      return task.tracing === null ? ['T', 'stopped'] : ['t', 'tracing stop'];
    case 'zombie':
      return ['Z', 'zombie'];
    case 'dead':
      return ['X', 'dead'];
  }
}

/** Whoever has no parent is a child of the machine's own init, as getppid(2) has it. */
export const parentPid = (group: ThreadGroup): number => group.parent?.pid ?? INIT_PID;
export const userTime = (group: ThreadGroup): number =>
  group.tasks.reduce((sum, { userTime }) => sum + userTime, group.times.user);
export const systemTime = (group: ThreadGroup): number =>
  group.tasks.reduce((sum, { systemTime }) => sum + systemTime, group.times.system);
export const threads = (group: ThreadGroup): number =>
  Math.max(1, group.tasks.filter(({ state }) => state !== 'zombie' && state !== 'dead').length);

/** Signals with the handler SIG_IGN, and those with one of the program's. */
function actionSets(group: ThreadGroup): { ignored: bigint; caught: bigint } {
  let ignored = 0n;
  let caught = 0n;
  for (let signo = 1; signo <= NSIG; signo++) {
    const { handler } = group.actions.get(signo);
    if (handler === SIG_IGN) ignored |= signalBit(signo);
    else if (handler !== SIG_DFL) caught |= signalBit(signo);
  }
  return { ignored, caught };
}

/** /proc/PID/stat; `whole`: times of the process, not of the one thread. */
export function statLine(task: Task, terminal: ControllingTerminal | null, whole: boolean): string {
  const { group, kernel } = task;
  const { ignored, caught } = actionSets(group);
  const mm = task.hasMm ? task.mm : null;
  const low = (set: bigint): bigint => set & 0x7fffffffn;
  const stack = group.limits[5]!.soft;
  const running = kernel.running === task || task.state === 'ready';
  const fields: (string | number | bigint)[] = [
    task.tid,
    `(${task.comm})`,
    running ? 'R' : stateOf(task)[0],
    parentPid(group),
    group.pgid,
    group.sid,
    terminal?.device ?? 0,
    terminal === null ? -1 : terminal.foreground,
    0x400000, // PF_RANDOMIZE: what an ordinary process has
    0,
    0,
    0,
    0,
    ticks(whole ? userTime(group) : task.userTime),
    ticks(whole ? systemTime(group) : task.systemTime),
    ticks(group.times.childrenUser),
    ticks(group.times.childrenSystem),
    20 + group.nice,
    group.nice,
    threads(group),
    0,
    ticks(group.started - kernel.booted),
    mm === null ? 0 : mm.totalPages * 4096,
    mm?.residentPages() ?? 0,
    stack === Infinity ? 4294967295 : stack,
    mm?.codeStart ?? 0,
    mm?.codeEnd ?? 0,
    mm?.stackStart ?? 0,
    0,
    0,
    low(task.pending.mask | group.pending.mask),
    low(task.signalMask),
    low(ignored),
    low(caught),
    0,
    0,
    0,
    group.parent === null ? SIGCHLD : group.exitSignal,
    0,
    task.scheduling.priority,
    task.scheduling.policy,
    0,
    0,
    0,
    mm?.dataStart ?? 0,
    mm?.dataEnd ?? 0,
    mm?.brkStart ?? 0,
    mm?.argStart ?? 0,
    mm?.argEnd ?? 0,
    mm?.envStart ?? 0,
    mm?.envEnd ?? 0,
    task.state === 'zombie' ? task.exitStatus : 0,
  ];
  return `${fields.join(' ')}\n`;
}

export function statm(task: Task): string {
  if (!task.hasMm) return '0 0 0 0 0 0 0\n';
  const { mm } = task;
  let shared = 0;
  let data = 0;
  for (const area of mm.areas.items) {
    const { resident, anonymous } = mm.statistics(area);
    shared += (resident - anonymous) / 4096;
    if (!area.shared && (area.protection & PROT_WRITE) !== 0) data += area.limit - area.first;
  }
  const text = Math.ceil((mm.codeEnd - mm.codeStart) / 4096);
  return `${mm.totalPages} ${mm.residentPages()} ${shared} ${text} 0 ${data} 0\n`;
}

export function status(task: Task): string {
  const { group, credentials: c } = task;
  const { ignored, caught } = actionSets(group);
  const [letter, state] = task.kernel.running === task ? ['R', 'running'] : stateOf(task);
  const numbers = task.state === 'zombie' ? [] : task.files.numbers();
  const slots = Math.max(64, 2 ** Math.ceil(Math.log2(1 + Math.max(0, ...numbers))));
  const set = (capabilities: number): string => hex16(BigInt(capabilities));
  const rows: (readonly [string, string | number])[] = [
    ['Name', task.comm],
    ['Umask', `0${task.fs.umask.toString(8).padStart(3, '0')}`],
    ['State', `${letter} (${state})`],
    ['Tgid', group.pid],
    ['Ngid', 0],
    ['Pid', task.tid],
    ['PPid', parentPid(group)],
    ['TracerPid', task.tracing?.tracer.pid ?? 0],
    ['Uid', `${c.uid}\t${c.euid}\t${c.suid}\t${c.fsuid}`],
    ['Gid', `${c.gid}\t${c.egid}\t${c.sgid}\t${c.fsgid}`],
    ['FDSize', slots],
    ['Groups', `${c.groups.map((gid) => `${gid} `).join('')}`],
    ['NStgid', group.pid],
    ['NSpid', task.tid],
    ['NSpgid', group.pgid],
    ['NSsid', group.sid],
    ...(task.hasMm ? memoryRows(task.mm) : []),
    ['Threads', threads(group)],
    ['SigQ', `${group.pending.length}/${limitText(group.limits[11]!.soft)}`],
    ['SigPnd', hex16(task.pending.mask)],
    ['ShdPnd', hex16(group.pending.mask)],
    ['SigBlk', hex16(task.signalMask)],
    ['SigIgn', hex16(ignored)],
    ['SigCgt', hex16(caught)],
    ['CapInh', set(c.capabilities.inheritable)],
    ['CapPrm', set(c.capabilities.permitted)],
    ['CapEff', set(c.capabilities.effective)],
    ['CapBnd', set(c.capabilities.bounding)],
    ['CapAmb', set(c.capabilities.ambient)],
    ['NoNewPrivs', group.noNewPrivileges ? 1 : 0],
    ['Seccomp', seccompMode(task)],
    ['Seccomp_filters', [...filtersOf(task)].length],
    ['Speculation_Store_Bypass', 'not vulnerable'],
    ['SpeculationIndirectBranch', 'not affected'],
    ['Cpus_allowed', '1'],
    ['Cpus_allowed_list', '0'],
    ['Mems_allowed', '1'],
    ['Mems_allowed_list', '0'],
    ['voluntary_ctxt_switches', 0],
    ['nonvoluntary_ctxt_switches', 0],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

/** The Vm lines of status: kB, right-aligned in 8 columns. */
function memoryRows(mm: Mm): (readonly [string, string])[] {
  const kib = (value: number): string => `${String(value).padStart(8)} kB`;
  let anonymous = 0;
  let resident = 0;
  let shared = 0;
  let data = 0;
  let stack = 0;
  for (const area of mm.areas.items) {
    const found = mm.statistics(area);
    resident += found.resident / 1024;
    anonymous += found.anonymous / 1024;
    if (area.shared) shared += found.resident / 1024;
    const size = (area.limit - area.first) * PAGE_KIB;
    if ((area.flags & VM_GROWSDOWN) !== 0) stack += size;
    else if (!area.shared && (area.protection & PROT_WRITE) !== 0) data += size;
  }
  const size = mm.totalPages * PAGE_KIB;
  const text = Math.ceil((mm.codeEnd - mm.codeStart) / 1024);
  return [
    ['VmPeak', kib(size)],
    ['VmSize', kib(size)],
    ['VmLck', kib(mm.lockedPages * PAGE_KIB)],
    ['VmPin', kib(0)],
    ['VmHWM', kib(mm.peakPages * PAGE_KIB)],
    ['VmRSS', kib(resident)],
    ['RssAnon', kib(anonymous)],
    ['RssFile', kib(Math.max(0, resident - anonymous - shared))],
    ['RssShmem', kib(shared)],
    ['VmData', kib(data)],
    ['VmStk', kib(stack)],
    ['VmExe', kib(text)],
    ['VmLib', kib(0)],
    ['VmPTE', kib(0)],
    ['VmSwap', kib(0)],
  ];
}

// ---- maps ----

function mapsLine(mm: Mm, area: Area): string {
  const { protection, mappable } = area;
  const rights =
    ((protection & PROT_READ) !== 0 ? 'r' : '-') +
    ((protection & PROT_WRITE) !== 0 ? 'w' : '-') +
    ((protection & PROT_EXEC) !== 0 ? 'x' : '-') +
    ((area.flags & VM_SHARED) !== 0 ? 's' : 'p');
  const device = mappable?.device ?? 0;
  const two = (value: number): string => value.toString(16).padStart(2, '0');
  const offset = mappable === null || mappable.inode === 0 ? 0 : area.offset * 4096;
  const head =
    `${hex8(area.start)}-${hex8(area.end)} ${rights} ${offset.toString(16).padStart(8, '0')} ` +
    `${two(majorOf(device))}:${two(minorOf(device))} ${mappable?.inode ?? 0} `;
  const name = mm.nameOf(area).replaceAll('\n', '\\012');
  return name === '' ? `${head}\n` : `${head.padEnd(MAPS_NAME_COLUMN)}${name}\n`;
}

export function maps(mm: Mm): string {
  return mm.areas.items.map((area) => mapsLine(mm, area)).join('');
}

export function smaps(mm: Mm): string {
  let text = '';
  for (const area of mm.areas.items) {
    const found = mm.statistics(area);
    const clean = (bytes: number, dirty: number): number => Math.max(0, bytes - dirty);
    const rows: (readonly [string, number])[] = [
      ['Size', area.end - area.start],
      ['KernelPageSize', 4096],
      ['MMUPageSize', 4096],
      ['Rss', found.resident],
      ['Pss', found.resident],
      ['Pss_Dirty', found.dirty],
      ['Shared_Clean', clean(found.shared, found.dirty)],
      ['Shared_Dirty', Math.min(found.shared, found.dirty)],
      ['Private_Clean', clean(found.private, found.dirty)],
      ['Private_Dirty', Math.min(found.private, found.dirty)],
      ['Referenced', found.resident],
      ['Anonymous', found.anonymous],
      ['LazyFree', 0],
      ['AnonHugePages', 0],
      ['ShmemPmdMapped', 0],
      ['FilePmdMapped', 0],
      ['Shared_Hugetlb', 0],
      ['Private_Hugetlb', 0],
      ['Swap', 0],
      ['SwapPss', 0],
      ['Locked', (area.flags & VM_LOCKED) === 0 ? 0 : found.resident],
    ];
    const lines = rows.map(
      ([name, bytes]) => `${`${name}:`.padEnd(16)}${String(bytes / 1024).padStart(8)} kB\n`,
    );
    text += `${mapsLine(mm, area)}${lines.join('')}THPeligible:           0\nVmFlags: ${areaFlags(area)}\n`;
  }
  return text;
}
function areaFlags({ protection, may, flags }: Area): string {
  const names: string[] = [];
  if ((protection & PROT_READ) !== 0) names.push('rd');
  if ((protection & PROT_WRITE) !== 0) names.push('wr');
  if ((protection & PROT_EXEC) !== 0) names.push('ex');
  if ((flags & VM_SHARED) !== 0) names.push('sh');
  if ((may & PROT_READ) !== 0) names.push('mr');
  if ((may & PROT_WRITE) !== 0) names.push('mw');
  if ((may & PROT_EXEC) !== 0) names.push('me');
  if ((flags & VM_GROWSDOWN) !== 0) names.push('gd');
  if ((flags & VM_LOCKED) !== 0) names.push('lo');
  return names.map((name) => `${name} `).join('');
}

// ---- limits ----

const LIMITS: readonly (readonly [string, string])[] = [
  ['Max cpu time', 'seconds'],
  ['Max file size', 'bytes'],
  ['Max data size', 'bytes'],
  ['Max stack size', 'bytes'],
  ['Max core file size', 'bytes'],
  ['Max resident set', 'bytes'],
  ['Max processes', 'processes'],
  ['Max open files', 'files'],
  ['Max locked memory', 'bytes'],
  ['Max address space', 'bytes'],
  ['Max file locks', 'locks'],
  ['Max pending signals', 'signals'],
  ['Max msgqueue size', 'bytes'],
  ['Max nice priority', ''],
  ['Max realtime priority', ''],
  ['Max realtime timeout', 'us'],
];
const limitText = (value: number): string => (value === Infinity ? 'unlimited' : String(value));

export function limits(group: ThreadGroup): string {
  const row = (...[name, soft, hard, unit]: readonly [string, string, string, string]): string =>
    `${name.padEnd(25)} ${soft.padEnd(20)} ${hard.padEnd(20)} ${unit === '' ? '' : unit.padEnd(10)}\n`;
  const rows = LIMITS.map(([name, unit], i) => {
    const { soft, hard } = group.limits[i]!;
    return row(name, limitText(soft), limitText(hard), unit);
  });
  return row('Limit', 'Soft Limit', 'Hard Limit', 'Units') + rows.join('');
}

// ---- mounts ----

const escapeName = (name: string): string =>
  name.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** Mount options of the place; those of the file system are behind them. */
function mountOptions({ flags }: Mount): string {
  const names = [flags.readonly ? 'ro' : 'rw'];
  if (flags.nosuid) names.push('nosuid');
  if (flags.nodev) names.push('nodev');
  if (flags.noexec) names.push('noexec');
  names.push(flags.noatime ? 'noatime' : 'relatime');
  return names.join(',');
}
function fileSystemOptions({ type }: FileSystem): string {
  return type === 'devpts' ? ',gid=5,mode=620,ptmxmode=000' : '';
}

/** Mounts that the task can reach, with the path at which it sees them. */
function visibleMounts(task: Task): { readonly mount: Mount; readonly path: string }[] {
  const { fs } = task;
  return fs.namespace.mounts
    .map((mount) => ({ mount, path: fs.pathOf(new Location(mount, mount.root)) }))
    .filter(({ path }) => path.startsWith('/'));
}

export function mounts(task: Task): string {
  return visibleMounts(task)
    .map(({ mount, path }) => {
      const { fileSystem, source } = mount;
      const options = mountOptions(mount) + fileSystemOptions(fileSystem);
      return `${escapeName(source)} ${escapeName(path)} ${fileSystem.type} ${options} 0 0\n`;
    })
    .join('');
}

export function mountinfo(task: Task): string {
  return visibleMounts(task)
    .map(({ mount, path }) => {
      const { fileSystem, id, source } = mount;
      const parent = mount.point?.mount.id ?? id;
      const device = `${majorOf(fileSystem.device)}:${minorOf(fileSystem.device)}`;
      const root = rootOf(mount);
      const access = mount.flags.readonly ? 'ro' : 'rw';
      return (
        `${id} ${parent} ${device} ${escapeName(root)} ${escapeName(path)} ${mountOptions(mount)} - ` +
        `${fileSystem.type} ${escapeName(source)} ${access}${fileSystemOptions(fileSystem)}\n`
      );
    })
    .join('');
}
/** What of its file system a mount shows: `/` unless it is a bind mount. */
function rootOf({ root }: Mount): string {
  let text = '';
  for (let entry = root; entry.parent !== null; entry = entry.parent) text = `/${entry.name}${text}`;
  return text === '' ? '/' : text;
}
