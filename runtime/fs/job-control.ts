// Job control as terminals see it: JobControl, what they ask of the kernel (machine.ts implements it over
// the process tables, because fs does not know the kernel), and Sessions, which terminal controls which
// session. credentials(7), setpgid(2), tty_ioctl(4).

import { EIO, ENXIO, ERESTARTSYS } from '../abi/errno.ts';
import type { Caller } from '../vfs/caller.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';

const SIGHUP = 1;
const SIGCONT = 18;
const SIGTTIN = 21;
const SIGTTOU = 22;

export interface JobControl {
  /** The task on whose behalf a file operation runs. */
  current(): Caller;
  /** Sends a signal of the kernel to every process of a process group. */
  signalGroup(pgid: number, signo: number): void;
  /** Sends a signal of the kernel to one process; nothing when it is gone. */
  signalProcess(pid: number, signo: number): void;
  groupIsOrphaned(pgid: number): boolean;
  /** The session of a process group; null when no process is in it. */
  sessionOfGroup(pgid: number): number | null;
  isIgnoringOrBlocking(caller: Caller, signo: number): boolean;
  /** A new descriptor in the caller's table (TIOCGPTPEER). Throws EMFILE. */
  install(caller: Caller, description: FileDescription, closeOnExec: boolean): number;
  /** CLOCK_MONOTONIC in nanoseconds. */
  now(): number;
}

/** A terminal as its session sees it. */
export interface ControllingTerminal {
  /** The session that it controls; 0 = none. Linux: tty->ctrl.session. */
  session: number;
  /** The foreground process group; 0 = none. Linux: tty->ctrl.pgrp. */
  foreground: number;
  /** st_rdev of its device, for /proc/PID/stat. */
  readonly device: number;
  /** Opens it once more, through the node /dev/tty. */
  open(inode: Inode | null, flags: number, path: string): FileDescription;
}

export class Sessions {
  readonly jobs: JobControl;
  /** By session id. Linux: signal->tty of the session's processes. */
  readonly #terminals = new Map<number, ControllingTerminal>();

  constructor(jobs: JobControl) {
    this.jobs = jobs;
  }

  /** The controlling terminal of a session, or null. */
  terminalOf(sid: number): ControllingTerminal | null {
    return this.#terminals.get(sid) ?? null;
  }
  /** /dev/tty. */
  openControlling(inode: Inode | null, flags: number, caller: Caller, path: string): FileDescription {
    const terminal = this.terminalOf(caller.sid);
    if (terminal === null) throw ENXIO;
    return terminal.open(inode, flags, path);
  }

  /** Makes `terminal` control the leader's session. Precondition: neither has a partner. */
  attach(terminal: ControllingTerminal, leader: { readonly sid: number; readonly pgid: number }): void {
    terminal.session = leader.sid;
    terminal.foreground = leader.pgid;
    this.#terminals.set(leader.sid, terminal);
  }
  /** Open(2)'s rule: a session leader without a terminal gets the one it opens. */
  attachByOpen(terminal: ControllingTerminal, caller: Caller): void {
    if (caller.pid !== caller.sid || terminal.session !== 0 || this.terminalOf(caller.sid) !== null) return;
    this.attach(terminal, caller);
  }
  /** The session and its terminal part, without any signal. */
  detach(terminal: ControllingTerminal): void {
    this.#terminals.delete(terminal.session);
    terminal.session = 0;
    terminal.foreground = 0;
  }
  /** The session leader gives its terminal up (TIOCNOTTY) or ends. Linux: disassociate_ctty. */
  leaderLeaves(sid: number, exits: boolean): void {
    const terminal = this.terminalOf(sid);
    if (terminal === null) return;
    const { foreground } = terminal;
    this.detach(terminal);
    if (foreground === 0) return;
    this.jobs.signalGroup(foreground, SIGHUP);
    if (!exits) this.jobs.signalGroup(foreground, SIGCONT);
  }

  /**
   * A background process reads (SIGTTIN) or changes (SIGTTOU) its terminal: it is stopped, or refused.
   * Linux: __tty_check_change.
   */
  checkForeground(terminal: ControllingTerminal, signo: typeof SIGTTIN | typeof SIGTTOU): void {
    const { jobs } = this;
    const caller = jobs.current();
    if (this.terminalOf(caller.sid) !== terminal) return;
    if (terminal.foreground === 0 || terminal.foreground === caller.pgid) return;
    if (jobs.isIgnoringOrBlocking(caller, signo)) {
      if (signo === SIGTTIN) throw EIO;
      return;
    }
    if (jobs.groupIsOrphaned(caller.pgid)) throw EIO;
    jobs.signalGroup(caller.pgid, signo);
    throw ERESTARTSYS;
  }
}
