// The files of /proc that tell of the machine as a whole: cpuinfo, meminfo, stat, uptime and their like,
// as an i386 kernel with one CPU writes them. proc(5).

import type { Kernel } from '../kernel/kernel.ts';
import type { ProcEntries, ProcEntry } from './proc-node.ts';

const SECOND = 1e9;
const TICK = 1e7;
const PAGE_KIB = 4;

const text = (read: () => string, mode = 0o444): ProcEntry => ({ kind: 'text', mode, read });

const folder = (entries: ProcEntries, mode = 0o555): ProcEntry => ({ kind: 'folder', entries, mode });

function cpuinfo(kernel: Kernel): string {
  const { brand, family, model, stepping, level, flags } = kernel.model;
  const rows: (readonly [string, string])[] = [
    ['processor', '0'],
    ['vendor_id', 'GenuineIntel'],
    ['cpu family', String(family)],
    ['model', String(model)],
    ['model name', brand],
    ['stepping', String(stepping)],
    ['cpu MHz', '1000.000'],
    ['fdiv_bug', 'no'],
    ['f00f_bug', 'no'],
    ['coma_bug', 'no'],
    ['fpu', 'yes'],
    ['fpu_exception', 'yes'],
    ['cpuid level', String(level)],
    ['wp', 'yes'],
    ['flags', flags.join(' ')],
    ['bugs', ''],
    ['bogomips', '2000.00'],
    ['clflush size', '64'],
    ['cache_alignment', '64'],
    ['address sizes', '32 bits physical, 32 bits virtual'],
    ['power management', ''],
  ];
  const lines = rows.map(([name, value]) => {
    // A tab stop at column 16 for the colons.
    const label = name.length < 8 ? `${name}\t\t` : name.length < 16 ? `${name}\t` : name;
    return `${label}:${value === '' ? '' : ` ${value}`}\n`;
  });
  return `${lines.join('')}\n`;
}

function meminfo(kernel: Kernel): string {
  const { frames } = kernel;
  const total = frames.limit * PAGE_KIB;
  const free = (frames.limit - frames.inUse) * PAGE_KIB;
  const anonymous = [...kernel.groups.values()].reduce(
    (sum, { leader }) => sum + (leader.hasMm ? leader.mm.residentPages() * PAGE_KIB : 0),
    0,
  );
  const rows: (readonly [string, number])[] = [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemAvailable', free],
    ['Buffers', 0],
    ['Cached', Math.max(0, total - free - anonymous)],
    ['SwapCached', 0],
    ['Active', anonymous],
    ['Inactive', 0],
    ['HighTotal', 0],
    ['HighFree', 0],
    ['LowTotal', total],
    ['LowFree', free],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Dirty', 0],
    ['Writeback', 0],
    ['AnonPages', anonymous],
    ['Mapped', 0],
    ['Shmem', 0],
    ['Slab', 0],
    ['SReclaimable', 0],
    ['SUnreclaim', 0],
    ['PageTables', 0],
    ['CommitLimit', Math.floor(total / 2)],
    ['Committed_AS', anonymous],
    ['VmallocTotal', 122880],
    ['VmallocUsed', 0],
    ['VmallocChunk', 0],
  ];
  return rows.map(([name, kib]) => `${`${name}:`.padEnd(16)}${String(kib).padStart(8)} kB\n`).join('');
}

/** User and system time of all processes, and idle time, in clock ticks. */
function cpuTicks(kernel: Kernel): { user: number; system: number; idle: number } {
  let user = 0;
  let system = 0;
  for (const group of kernel.groups.values()) {
    user += group.times.user + group.times.childrenUser;
    system += group.times.system + group.times.childrenSystem;
    for (const task of group.tasks) {
      user += task.userTime;
      system += task.systemTime;
    }
  }
  const up = kernel.now() - kernel.booted;
  const ticks = (time: number): number => Math.max(0, Math.floor(time / TICK));
  return { user: ticks(user), system: ticks(system), idle: ticks(up - user - system) };
}

function stat(kernel: Kernel): string {
  const { user, system, idle } = cpuTicks(kernel);
  const cpu = `${user} 0 ${system} ${idle} 0 0 0 0 0 0`;
  const booted =
    Number(kernel.realtime() / BigInt(SECOND)) - Math.floor((kernel.now() - kernel.booted) / SECOND);
  const tasks = [...kernel.tasks.values()];
  const running = tasks.filter(({ state }) => state === 'ready').length;
  return (
    `cpu  ${cpu}\ncpu0 ${cpu}\nintr 0\nctxt ${kernel.counters.switches}\nbtime ${booted}\n` +
    `processes ${kernel.counters.forks + 1}\nprocs_running ${running}\nprocs_blocked 0\n` +
    'softirq 0 0 0 0 0 0 0 0 0 0 0\n'
  );
}

const decimals = (value: number): string => value.toFixed(2);

function uptime(kernel: Kernel): string {
  const up = (kernel.now() - kernel.booted) / SECOND;
  return `${decimals(up)} ${decimals((cpuTicks(kernel).idle * TICK) / SECOND)}\n`;
}

function loadavg(kernel: Kernel): string {
  const tasks = [...kernel.tasks.values()];
  const running = tasks.filter(({ state }) => state === 'ready').length;
  const averages = kernel.loadAverage.values.map(decimals).join(' ');
  return `${averages} ${running}/${tasks.length} ${kernel.lastPid}\n`;
}

const FILE_SYSTEMS = [
  'nodev\tproc',
  'nodev\ttmpfs',
  'nodev\tdevtmpfs',
  'nodev\tsockfs',
  'nodev\tpipefs',
  'nodev\tramfs',
  'nodev\tdevpts',
  'nodev\thostfs',
];
const DEVICES = `Character devices:
  1 mem
  4 tty
  5 /dev/tty
  5 /dev/console
  5 /dev/ptmx
128 ptm
136 pts

Block devices:
`;

/** Name, node, major number, minor numbers and kind of each. */
const TERMINAL_DRIVERS = `/dev/tty             /dev/tty        5       0 system:/dev/tty
/dev/console         /dev/console    5       1 system:console
/dev/ptmx            /dev/ptmx       5       2 system
pty_slave            /dev/pts      136 0-1048575 pty:slave
pty_master           /dev/ptm      128 0-1048575 pty:master
`;

export function systemEntries(kernel: Kernel): ProcEntries {
  const { uts } = kernel;
  return {
    cmdline: text(() => '\n'),
    cpuinfo: text(() => cpuinfo(kernel)),
    devices: text(() => DEVICES),
    // Where file systems tell of themselves; none of skasm's does.
    fs: folder({}),
    filesystems: text(() => FILE_SYSTEMS.map((line) => `${line}\n`).join('')),
    interrupts: text(() => '           CPU0       \n'),
    loadavg: text(() => loadavg(kernel)),
    meminfo: text(() => meminfo(kernel)),
    misc: text(() => ''),
    modules: text(() => ''),
    mounts: { kind: 'link', target: () => 'self/mounts' },
    net: { kind: 'link', target: () => 'self/net' },
    partitions: text(() => 'major minor  #blocks  name\n\n'),
    stat: text(() => stat(kernel)),
    swaps: text(() => 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'),
    tty: folder({
      driver: folder({}, 0o500),
      drivers: text(() => TERMINAL_DRIVERS),
      ldisc: folder({}),
      ldiscs: text(() => 'n_tty       0\n'),
    }),
    uptime: text(() => uptime(kernel)),
    version: text(() => `${uts.sysname} version ${uts.release} (skasm) ${uts.version}\n`),
  };
}
