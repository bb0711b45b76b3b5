// /proc/1: the machine's own init, which has no task here. It is there for whoever looks up the parent of all, and
// looks as a process does whose memory the kernel shows to nobody. proc(5).

import { CAP } from '../abi/capability.ts';
import { EACCES } from '../abi/errno.ts';
import { capable } from '../vfs/caller.ts';
import { namespaceLinks } from './proc-namespaces.ts';
import { type ProcEntries, type ProcEntry, type ProcFileSystem, TaskFolder } from './proc-node.ts';

/** Its words of /proc/PID/stat behind the state: who it is, flags, no time spent, one thread. */
const PARENT_GROUP_SESSION = '0 1 1 0 -1 4194560';
const STAT_FIELDS = 52;
const STAT = `1 (init) S ${PARENT_GROUP_SESSION} ${'0 '.repeat(8)}20 0 1 `;

const text = (content: string): ProcEntry => ({ kind: 'text', read: () => content });
const denied = (): never => {
  throw EACCES;
};
const hidden: ProcEntry = { kind: 'text', mode: 0o400, read: () => '' };
const link: ProcEntry = { kind: 'link', target: denied, follow: denied };

export function initFolder(proc: ProcFileSystem): TaskFolder {
  const known = STAT.trim().split(' ').length;
  const rows = [
    ...['Name:\tinit', 'Umask:\t0022', 'State:\tS (sleeping)', 'Tgid:\t1', 'Ngid:\t0', 'Pid:\t1', 'PPid:\t0'],
    ...['TracerPid:\t0', 'Uid:\t0\t0\t0\t0', 'Gid:\t0\t0\t0\t0', 'FDSize:\t64', 'Groups:\t '],
    ...['NStgid:\t1', 'NSpid:\t1', 'NSpgid:\t1', 'NSsid:\t1', 'Threads:\t1', ''],
  ];
  const entries: ProcEntries = {
    auxv: hidden,
    cgroup: text('0::/\n'),
    cmdline: text('init\0'),
    comm: text('init\n'),
    cwd: link,
    environ: hidden,
    exe: link,
    ns: {
      kind: 'folder',
      mode: 0o511,
      entries: namespaceLinks(proc)(({ credentials }) => {
        if (!capable(credentials, CAP.CAP_SYS_PTRACE)) throw EACCES;
      }),
    },
    root: link,
    stat: text(`${STAT}${'0 '.repeat(STAT_FIELDS - known)}`.replace(/ $/, '\n')),
    statm: text('0 0 0 0 0 0 0\n'),
    status: text(rows.join('\n')),
  };
  // An owner of its own: the files are a process's, not the machine's.
  return new TaskFolder(proc, { entries }, () => ({ uid: 0, gid: 0 }));
}
