// /proc/sys: what sysctl(8) shows. Settings that change nothing here are kept, so that programs that
// write them read back what they wrote. proc(5), Documentation/admin-guide/sysctl.

import { EACCES, EINVAL } from '../abi/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ProcEntries, ProcEntry } from './proc-node.ts';

const UUID_VERSION = 0x40;
const UUID_VARIANT = 0x80;

function fixed(text: string | (() => string)): ProcEntry {
  return { kind: 'text', read: () => `${typeof text === 'string' ? text : text()}\n` };
}

/** A setting that root may write. `check` refuses what makes no sense. */
function kept(initial: string, check: (text: string) => boolean = () => true): ProcEntry {
  let value = initial;
  return {
    kind: 'text',
    mode: 0o644,
    read: () => `${value}\n`,
    write: (text, caller) => {
      if (caller.credentials.euid !== 0) throw EACCES;
      const line = text.split('\n')[0]!;
      if (!check(line)) throw EINVAL;
      value = line;
    },
  };
}
const number = (initial: number, least = 0): ProcEntry =>
  kept(String(initial), (text) => /^-?\d+$/.test(text.trim()) && Number(text) >= least);

function utsName(kernel: Kernel, field: 'nodename' | 'domainname'): ProcEntry {
  return {
    kind: 'text',
    mode: 0o644,
    read: () => `${kernel.uts[field]}\n`,
    write: (text, caller) => {
      if (caller.credentials.euid !== 0) throw EACCES;
      kernel.uts[field] = text.split('\n')[0]!.slice(0, 64);
    },
  };
}

/** A random UUID, version 4. */
function uuid(kernel: Kernel): string {
  const bytes = new Uint8Array(16);
  kernel.host.random(bytes);
  bytes[6] = (bytes[6]! & 0x0f) | UUID_VERSION;
  bytes[8] = (bytes[8]! & 0x3f) | UUID_VARIANT;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const folder = (entries: ProcEntries): ProcEntry => ({ kind: 'folder', entries });

export function settings(kernel: Kernel): ProcEntries {
  const { uts } = kernel;
  const bootId = uuid(kernel);
  return {
    fs: folder({
      'file-max': number(1048576),
      'file-nr': fixed('0\t0\t1048576'),
      inotify: folder({
        max_queued_events: number(16384),
        max_user_instances: number(128),
        max_user_watches: number(65536),
      }),
      nr_open: number(1048576),
      'pipe-max-size': number(1048576, 4096),
      protected_hardlinks: number(0),
      protected_symlinks: number(0),
    }),
    kernel: folder({
      cap_last_cap: fixed('40'),
      core_pattern: kept('core'),
      core_uses_pid: number(0),
      domainname: utsName(kernel, 'domainname'),
      hostname: utsName(kernel, 'nodename'),
      ngroups_max: fixed('65536'),
      osrelease: fixed(uts.release),
      ostype: fixed(uts.sysname),
      overflowgid: number(65534),
      overflowuid: number(65534),
      panic: number(0),
      pid_max: number(32768, 301),
      printk: kept('4\t4\t1\t7'),
      pty: folder({ max: number(4096), nr: fixed('0') }),
      random: folder({
        boot_id: fixed(bootId),
        entropy_avail: fixed('256'),
        poolsize: fixed('256'),
        uuid: fixed(() => uuid(kernel)),
      }),
      randomize_va_space: number(0),
      sem: kept('32000\t1024000000\t500\t32000'),
      shmall: number(4294967295),
      shmmax: number(4294967295),
      shmmni: number(4096),
      sysrq: number(0),
      tainted: number(0),
      'threads-max': number(16384),
      version: fixed(uts.version),
      yama: folder({ ptrace_scope: number(0) }),
    }),
    net: folder({
      core: folder({ somaxconn: number(4096), rmem_max: number(212992), wmem_max: number(212992) }),
      unix: folder({ max_dgram_qlen: number(10) }),
    }),
    vm: folder({
      max_map_count: number(65530),
      mmap_min_addr: number(65536),
      overcommit_memory: number(0),
      overcommit_ratio: number(50),
      swappiness: number(60),
    }),
  };
}
