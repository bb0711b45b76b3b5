// The requests that every terminal answers, ioctl_tty(2). A pty master hands most of its own to the
// terminal behind it; what only masters have is in pty.ts.

import { CAP } from '../abi/capability.ts';
import { EINVAL, EIO, ENOTTY, EPERM, ESRCH } from '../abi/errno.ts';
import * as T from '../abi/termios.ts';
import type { Caller } from '../vfs/caller.ts';
import { capable } from '../vfs/caller.ts';
import type { FileDescription } from '../vfs/file-description.ts';
import type { Inode } from '../vfs/inode.ts';
import type { Result } from '../wait.ts';
import type { Sessions } from './job-control.ts';
import type { LineDiscipline } from './line-discipline.ts';

const SIGTTOU = 22;

/** struct winsize. */
export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
  readonly xpixels: number;
  readonly ypixels: number;
}

/** A terminal as its requests see it; Tty is the one there is. */
export interface Terminal {
  session: number;
  foreground: number;
  exclusive: boolean;
  size: WindowSize;
  readonly device: number;
  readonly line: LineDiscipline;
  readonly sessions: Sessions;
  readonly driver: { readonly pseudo: boolean };
  open(inode: Inode | null, flags: number, path: string): FileDescription;
  setTermios(termios: T.Termios): void;
  receive(bytes: Uint8Array): number;
  flushInput(): void;
  flushOutput(): void;
  hangUp(): void;
}

export interface TtyRequest {
  readonly caller: Caller;
  readonly request: number;
  readonly argument: number;
  /** Asked through the pty's master: job control does not bind. */
  readonly fromMaster: boolean;
  readonly readable: boolean;
}

export function ttyIoctl(tty: Terminal, from: TtyRequest): Result {
  const { caller, argument } = from;
  const { memory } = caller;
  const request = from.request >>> 0;
  switch (request) {
    case T.TCGETS:
      memory.copyOut(argument, T.termiosBytes(T.termios1, tty.line.termios));
      return 0;
    case T.TCGETS2:
      memory.copyOut(argument, T.termiosBytes(T.termios2, tty.line.termios));
      return 0;
    case T.TCGETA:
      memory.copyOut(argument, T.termiosBytes(T.termio, tty.line.termios));
      return 0;
    case T.TCSETS:
    case T.TCSETSW:
    case T.TCSETSF:
      return setTermios(tty, from, T.termios1, request === T.TCSETSF);
    case T.TCSETS2:
    case T.TCSETSW2:
    case T.TCSETSF2:
      return setTermios(tty, from, T.termios2, request === T.TCSETSF2);
    case T.TCSETA:
    case T.TCSETAW:
    case T.TCSETAF:
      return setTermios(tty, from, T.termio, request === T.TCSETAF);
    case T.TIOCGWINSZ: {
      const { rows, columns, xpixels, ypixels } = tty.size;
      const image = T.winsize.pack({
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: xpixels,
        ws_ypixel: ypixels,
      });
      memory.copyOut(argument, image);
      return 0;
    }
    case T.TIOCSWINSZ: {
      const size = T.winsize.unpack(memory.copyIn(argument, T.winsize.size));
      tty.size = {
        rows: size.ws_row,
        columns: size.ws_col,
        xpixels: size.ws_xpixel,
        ypixels: size.ws_ypixel,
      };
      return 0;
    }
    case T.TIOCGPGRP:
      if (!from.fromMaster) checkControls(tty, caller);
      memory.writeU32(argument, tty.foreground);
      return 0;
    case T.TIOCSPGRP:
      return setForeground(tty, from);
    case T.TIOCGSID:
      if (!from.fromMaster) checkControls(tty, caller);
      if (tty.session === 0) throw ENOTTY;
      memory.writeU32(argument, tty.session);
      return 0;
    case T.TIOCSCTTY:
      return becomeControlling(tty, from);
    case T.TIOCNOTTY:
      checkControls(tty, caller);
      if (caller.pid === caller.sid) tty.sessions.leaderLeaves(caller.sid, false);
      return 0;
    case T.TIOCINQ:
      memory.writeU32(argument, tty.line.readable);
      return 0;
    case T.TIOCOUTQ:
      memory.writeU32(argument, 0);
      return 0;
    case T.TCFLSH:
      checkChange(tty);
      flush(tty, argument);
      return 0;
    case T.TCXONC:
      checkChange(tty);
      flow(tty, argument);
      return 0;
    case T.TCSBRK:
    case T.TCSBRKP:
    case T.TIOCSBRK:
    case T.TIOCCBRK:
      checkChange(tty);
      return 0;
    case T.TIOCSTI:
      if (tty.sessions.terminalOf(caller.sid) !== tty && !capable(caller.credentials, CAP.CAP_SYS_ADMIN))
        throw EPERM;
      tty.receive(memory.copyIn(argument, 1));
      return 0;
    case T.TIOCEXCL:
      tty.exclusive = true;
      return 0;
    case T.TIOCNXCL:
      tty.exclusive = false;
      return 0;
    case T.TIOCGEXCL:
      memory.writeU32(argument, tty.exclusive ? 1 : 0);
      return 0;
    case T.TIOCGETD:
      memory.writeU32(argument, tty.line.termios.line);
      return 0;
    case T.TIOCSETD:
      if (memory.readU32(argument) !== T.N_TTY) throw EINVAL;
      return 0;
    case T.TIOCGDEV:
      memory.writeU32(argument, tty.device);
      return 0;
    case T.TIOCVHANGUP:
      if (!capable(caller.credentials, CAP.CAP_SYS_ADMIN)) throw EPERM;
      tty.hangUp();
      return 0;
    default:
      throw ENOTTY;
  }
}

/** A background process that changes its terminal is stopped by SIGTTOU. */
function checkChange(tty: Terminal): void {
  tty.sessions.checkForeground(tty, SIGTTOU);
}
function checkControls(tty: Terminal, caller: Caller): void {
  if (tty.sessions.terminalOf(caller.sid) !== tty) throw ENOTTY;
}

function setTermios(
  tty: Terminal,
  { caller, argument }: TtyRequest,
  layout: typeof T.termios1 | typeof T.termios2 | typeof T.termio,
  flushInput: boolean,
): number {
  checkChange(tty);
  const old = tty.line.termios;
  const raw = (layout as typeof T.termios1).unpack(caller.memory.copyIn(argument, layout.size));
  let termios = T.termiosFrom(raw, old);
  if (layout === T.termio) {
    // The old struct has the low halves only; the high ones stay.
    const merge = (low: number, whole: number): number => ((whole & 0xffff0000) | low) >>> 0;
    termios = {
      ...termios,
      iflag: merge(termios.iflag, old.iflag),
      oflag: merge(termios.oflag, old.oflag),
      cflag: merge(termios.cflag, old.cflag),
      lflag: merge(termios.lflag, old.lflag),
    };
  }
  if (tty.driver.pseudo)
    termios = { ...termios, cflag: (termios.cflag & ~(T.CSIZE | T.PARENB)) | T.CS8 | T.CREAD };
  if (flushInput) tty.flushInput();
  tty.setTermios(termios);
  return 0;
}

function setForeground(tty: Terminal, { caller, argument, fromMaster }: TtyRequest): number {
  try {
    checkChange(tty);
  } catch (thrown) {
    throw thrown === EIO ? ENOTTY : thrown;
  }
  const { sessions } = tty;
  if (sessions.terminalOf(caller.sid) !== tty || (fromMaster && tty.session !== caller.sid)) throw ENOTTY;
  const pgid = caller.memory.readU32(argument) | 0;
  if (pgid < 0) throw EINVAL;
  const session = sessions.jobs.sessionOfGroup(pgid);
  if (session === null) throw ESRCH;
  if (session !== caller.sid) throw EPERM;
  tty.foreground = pgid;
  return 0;
}

/** TIOCSCTTY; argument 1 lets root take a terminal away from another session. */
function becomeControlling(tty: Terminal, { caller, argument, readable }: TtyRequest): number {
  const { sessions } = tty;
  if (caller.pid === caller.sid && tty.session === caller.sid) return 0;
  if (caller.pid !== caller.sid || sessions.terminalOf(caller.sid) !== null) throw EPERM;
  const privileged = capable(caller.credentials, CAP.CAP_SYS_ADMIN);
  if (tty.session !== 0) {
    if (argument !== 1 || !privileged) throw EPERM;
    sessions.detach(tty);
  }
  if (!readable && !privileged) throw EPERM;
  sessions.attach(tty, caller);
  return 0;
}

function flush(tty: Terminal, which: number): void {
  if (which === T.TCIFLUSH || which === T.TCIOFLUSH) tty.flushInput();
  if (which === T.TCOFLUSH || which === T.TCIOFLUSH) tty.flushOutput();
  if (which < T.TCIFLUSH || which > T.TCIOFLUSH) throw EINVAL;
}

function flow(tty: Terminal, action: number): void {
  const { line } = tty;
  const { cc } = line.termios;
  switch (action) {
    case T.TCOOFF:
      line.stop();
      return;
    case T.TCOON:
      line.start();
      return;
    case T.TCIOFF:
      if (cc[T.VSTOP] !== T.POSIX_VDISABLE) line.write(Uint8Array.of(cc[T.VSTOP]!));
      return;
    case T.TCION:
      if (cc[T.VSTART] !== T.POSIX_VDISABLE) line.write(Uint8Array.of(cc[T.VSTART]!));
      return;
    default:
      throw EINVAL;
  }
}
