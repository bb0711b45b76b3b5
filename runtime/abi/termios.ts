// Terminals in numbers: termios(3), tty_ioctl(4), winsize. i386 uses the generic layout
// (include/uapi/asm-generic/termbits.h, ioctls.h). The line discipline itself is fs/line-discipline.ts.

import { array, type Struct, struct, u8, u16, u32 } from './struct.ts';

// c_iflag
export const IGNBRK = 0o1;
export const BRKINT = 0o2;
export const IGNPAR = 0o4;
export const PARMRK = 0o10;
export const INPCK = 0o20;
export const ISTRIP = 0o40;
export const INLCR = 0o100;
export const IGNCR = 0o200;
export const ICRNL = 0o400;
export const IUCLC = 0o1000;
export const IXON = 0o2000;
export const IXANY = 0o4000;
export const IXOFF = 0o10000;
export const IMAXBEL = 0o20000;
export const IUTF8 = 0o40000;

// c_oflag
export const OPOST = 0o1;
export const OLCUC = 0o2;
export const ONLCR = 0o4;
export const OCRNL = 0o10;
export const ONOCR = 0o20;
export const ONLRET = 0o40;
export const TABDLY = 0o14000;
export const XTABS = 0o14000;

// c_cflag
export const B38400 = 0o17;
export const CSIZE = 0o60;
export const CS8 = 0o60;
export const CREAD = 0o200;
export const PARENB = 0o400;
export const HUPCL = 0o2000;
export const CBAUD = 0o10017;
export const BOTHER = 0o10000;
export const IBSHIFT = 16;

// c_lflag
export const ISIG = 0o1;
export const ICANON = 0o2;
export const ECHO = 0o10;
export const ECHOE = 0o20;
export const ECHOK = 0o40;
export const ECHONL = 0o100;
export const NOFLSH = 0o200;
export const TOSTOP = 0o400;
export const ECHOCTL = 0o1000;
export const ECHOPRT = 0o2000;
export const ECHOKE = 0o4000;
export const FLUSHO = 0o10000;
export const PENDIN = 0o40000;
export const IEXTEN = 0o100000;
export const EXTPROC = 0o200000;

// Indices of c_cc.
export const VINTR = 0;
export const VQUIT = 1;
export const VERASE = 2;
export const VKILL = 3;
export const VEOF = 4;
export const VTIME = 5;
export const VMIN = 6;
export const VSWTC = 7;
export const VSTART = 8;
export const VSTOP = 9;
export const VSUSP = 10;
export const VEOL = 11;
export const VREPRINT = 12;
export const VDISCARD = 13;
export const VWERASE = 14;
export const VLNEXT = 15;
export const VEOL2 = 16;
export const NCCS = 19;
/** A c_cc entry with this value matches no character. */
export const POSIX_VDISABLE = 0;

// ioctl requests
export const TCGETS = 0x5401;
export const TCSETS = 0x5402;
export const TCSETSW = 0x5403;
export const TCSETSF = 0x5404;
export const TCGETA = 0x5405;
export const TCSETA = 0x5406;
export const TCSETAW = 0x5407;
export const TCSETAF = 0x5408;
export const TCSBRK = 0x5409;
export const TCXONC = 0x540a;
export const TCFLSH = 0x540b;
export const TIOCEXCL = 0x540c;
export const TIOCNXCL = 0x540d;
export const TIOCSCTTY = 0x540e;
export const TIOCGPGRP = 0x540f;
export const TIOCSPGRP = 0x5410;
export const TIOCOUTQ = 0x5411;
export const TIOCSTI = 0x5412;
export const TIOCGWINSZ = 0x5413;
export const TIOCSWINSZ = 0x5414;
export const TIOCINQ = 0x541b;
export const TIOCPKT = 0x5420;
export const TIOCNOTTY = 0x5422;
export const TIOCSETD = 0x5423;
export const TIOCGETD = 0x5424;
export const TCSBRKP = 0x5425;
export const TIOCSBRK = 0x5427;
export const TIOCCBRK = 0x5428;
export const TIOCGSID = 0x5429;
export const TCGETS2 = 0x802c542a;
export const TCSETS2 = 0x402c542b;
export const TCSETSW2 = 0x402c542c;
export const TCSETSF2 = 0x402c542d;
export const TIOCGPTN = 0x80045430;
export const TIOCSPTLCK = 0x40045431;
export const TIOCGDEV = 0x80045432;
export const TIOCSIG = 0x40045436;
export const TIOCVHANGUP = 0x5437;
export const TIOCGPKT = 0x80045438;
export const TIOCGPTLCK = 0x80045439;
export const TIOCGEXCL = 0x80045440;
export const TIOCGPTPEER = 0x5441;

// TCFLSH, TCXONC
export const TCIFLUSH = 0;
export const TCOFLUSH = 1;
export const TCIOFLUSH = 2;
export const TCOOFF = 0;
export const TCOON = 1;
export const TCIOFF = 2;
export const TCION = 3;

// Packet mode's control bytes, TIOCPKT.
export const TIOCPKT_FLUSHREAD = 1;
export const TIOCPKT_FLUSHWRITE = 2;
export const TIOCPKT_STOP = 4;
export const TIOCPKT_START = 8;
export const TIOCPKT_NOSTOP = 16;
export const TIOCPKT_DOSTOP = 32;

/** The only line discipline that there is. */
export const N_TTY = 0;

export const winsize = struct({ ws_row: u16, ws_col: u16, ws_xpixel: u16, ws_ypixel: u16 });

/** struct termios of the kernel: TCGETS, TCSETS; 36 bytes. */
export const termios1 = struct({
  c_iflag: u32,
  c_oflag: u32,
  c_cflag: u32,
  c_lflag: u32,
  c_line: u8,
  c_cc: array(u8, NCCS),
});
/** struct termios2: TCGETS2, TCSETS2; 44 bytes. */
export const termios2 = struct({
  c_iflag: u32,
  c_oflag: u32,
  c_cflag: u32,
  c_lflag: u32,
  c_line: u8,
  c_cc: array(u8, NCCS),
  c_ispeed: u32,
  c_ospeed: u32,
});
/** struct termio of System V: TCGETA, TCSETA; only the low halves of the flags. */
export const termio = struct({
  c_iflag: u16,
  c_oflag: u16,
  c_cflag: u16,
  c_lflag: u16,
  c_line: u8,
  c_cc: array(u8, 8),
});

/** Settings of a terminal (Linux: struct ktermios); never changed in place. */
export interface Termios {
  readonly iflag: number;
  readonly oflag: number;
  readonly cflag: number;
  readonly lflag: number;
  readonly line: number;
  readonly cc: readonly number[];
  readonly ispeed: number;
  readonly ospeed: number;
}

/** What a new terminal has: tty_std_termios of Linux. */
export const STANDARD_TERMIOS: Termios = {
  iflag: ICRNL | IXON,
  oflag: OPOST | ONLCR,
  cflag: B38400 | CS8 | CREAD | HUPCL,
  lflag: ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
  line: N_TTY,
  cc: [3, 0o34, 0o177, 0o25, 4, 0, 1, 0, 0o21, 0o23, 0o32, 0, 0o22, 0o17, 0o27, 0o26, 0, 0, 0],
  ispeed: 38400,
  ospeed: 38400,
};

// B0, B50 ... B38400, then B57600 (BOTHER + 1) ... B4000000.
const SPEEDS = [0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400];
const HIGH_SPEEDS = [
  57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000,
  3500000, 4000000,
];

/** Bits of CBAUD as bits a second; `other` stands in c_ospeed for BOTHER. */
function speedOf(bits: number, other: number): number {
  const code = bits & CBAUD;
  if (code === BOTHER) return other;
  return (code & BOTHER) === 0 ? SPEEDS[code]! : HIGH_SPEEDS[(code & 0o17) - 1]!;
}

/** The settings in a struct termios, termios2 or termio; what the struct lacks stays as in `old`. */
export function termiosFrom(raw: RawTermios, old: Termios): Termios {
  const cflag = raw.c_cflag;
  const ospeed = speedOf(cflag, raw.c_ospeed ?? old.ospeed);
  const inputBits = (cflag >>> IBSHIFT) & CBAUD;
  const ispeed = inputBits === 0 ? ospeed : speedOf(inputBits, raw.c_ispeed ?? old.ispeed);
  return {
    iflag: raw.c_iflag,
    oflag: raw.c_oflag,
    cflag,
    lflag: raw.c_lflag,
    line: raw.c_line,
    cc: [...raw.c_cc, ...old.cc.slice(raw.c_cc.length)],
    ispeed,
    ospeed,
  };
}

interface RawTermios {
  readonly c_iflag: number;
  readonly c_oflag: number;
  readonly c_cflag: number;
  readonly c_lflag: number;
  readonly c_line: number;
  readonly c_cc: readonly number[];
  readonly c_ispeed?: number;
  readonly c_ospeed?: number;
}

/** The image of one of the three structs. */
export function termiosBytes(
  layout: typeof termios1 | typeof termios2 | typeof termio,
  termios: Termios,
): Uint8Array {
  return (layout as Struct<typeof TERMIOS2_MEMBERS>).pack({
    c_iflag: termios.iflag,
    c_oflag: termios.oflag,
    c_cflag: termios.cflag,
    c_lflag: termios.lflag,
    c_line: termios.line,
    c_cc: [...termios.cc],
    c_ispeed: termios.ispeed,
    c_ospeed: termios.ospeed,
  });
}

const TERMIOS2_MEMBERS = {
  c_iflag: u32,
  c_oflag: u32,
  c_cflag: u32,
  c_lflag: u32,
  c_line: u8,
  c_cc: array(u8, NCCS),
  c_ispeed: u32,
  c_ospeed: u32,
};
