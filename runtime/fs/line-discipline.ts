// LineDiscipline: what lies between a terminal's wire and its readers and writers (Linux: N_TTY).
// termios(3): canonical editing, echo, signal characters, flow control, output translation. It knows no
// processes, no ioctls and no descriptors: signals and wake-ups go out through LineEvents.

import {
  ECHO,
  ECHOCTL,
  ECHOE,
  ECHOK,
  ECHOKE,
  ECHONL,
  ECHOPRT,
  ICANON,
  ICRNL,
  IEXTEN,
  IGNCR,
  INLCR,
  ISIG,
  ISTRIP,
  IUCLC,
  IUTF8,
  IXANY,
  IXON,
  NOFLSH,
  OCRNL,
  OLCUC,
  ONLCR,
  ONLRET,
  ONOCR,
  OPOST,
  PARMRK,
  POSIX_VDISABLE,
  STANDARD_TERMIOS,
  TABDLY,
  type Termios,
  VEOF,
  VEOL,
  VEOL2,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VWERASE,
  XTABS,
} from '../abi/termios.ts';

/** Characters that the input buffer holds. Linux: N_TTY_BUF_SIZE. */
export const INPUT_SIZE = 4096;

const SIGINT = 2;
const SIGQUIT = 3;
const SIGTSTP = 20;

const NEWLINE = 10;
const RETURN = 13;
const TAB = 9;
const BACKSPACE = 8;
const SPACE = 32;
const CARET = 0x5e;

/** What the discipline tells its terminal. */
export interface LineEvents {
  /** INTR, QUIT or SUSP was typed: a signal for the foreground process group. */
  signal(signo: number): void;
  /** Poll may answer more: input came, or output may go on. */
  changed(): void;
  /** Output was stopped (^S, TCOOFF) or goes on. */
  flow(stopped: boolean): void;
  /** A signal character threw the buffers away. */
  flushed(input: boolean, output: boolean): void;
}

/** The wire towards the screen. */
export interface Wire {
  /** Bytes taken; fewer when it is full. */
  write(bytes: Uint8Array): number;
  /** Bytes that write() would take now. */
  room(): number;
  /** Throws away what is not yet on the screen. */
  flush(): void;
}

/** A character in the input buffer: its byte, and above it whether it ends a line. */
const LINE_END = 0x100;
/** A line end that is not part of the line: the EOF character, or the switch to canonical mode. */
const HIDDEN_END = 0x200;
const MODE_END = HIDDEN_END | 1;

/** Steps among the echoed characters: the typed line begins here; go back over a tab that stands behind
 * so many columns, counted from the tab before it or (FROM_LINE) from the start of the line. */
const MARK_COLUMN = 0x100;
const ERASE_TAB = 0x200;
const FROM_LINE = 0x400;
const TAB_STOPS = 7;
/** So much echo is sent without waiting for the batch's end. Linux: ECHO_COMMIT_WATERMARK. */
const ECHO_BATCH = 256;

type EraseKind = 'character' | 'word' | 'line';

export class LineDiscipline {
  #termios: Termios = STANDARD_TERMIOS;
  readonly #events: LineEvents;
  readonly #wire: Wire;
  /** Input that was not read yet, with LINE_END marks. Linux: read_buf and read_flags. */
  #input: number[] = [];
  /** Characters of #input that belong to complete lines. Linux: canon_head. */
  #complete = 0;
  /** The next character is taken as it is (LNEXT was typed). */
  #literal = false;
  /** Within `\...\`, the way a printing terminal shows erased characters (ECHOPRT). */
  #erasing = false;
  /** Output column, and the column in which the line being typed began. */
  #column = 0;
  #lineColumn = 0;
  /** ^S or TCOOFF. */
  #stopped = false;
  /** Characters to echo, and steps between them. Sent when a batch of input is done. Linux: echo_buf. */
  #echo: number[] = [];

  constructor(wire: Wire, events: LineEvents) {
    this.#wire = wire;
    this.#events = events;
  }

  // ---- settings ----

  get termios(): Termios {
    return this.#termios;
  }
  set termios(termios: Termios) {
    const old = this.#termios;
    this.#termios = termios;
    if (((old.lflag ^ termios.lflag) & ICANON) !== 0) this.#changeMode();
    if ((old.iflag & IXON) !== 0 && (termios.iflag & IXON) === 0 && this.#stopped) this.start();
    this.#events.changed();
  }
  /** What was typed before canonical mode begins counts as one line. */
  #changeMode(): void {
    this.#input = this.#input.filter((c) => c !== MODE_END).map((c) => c & 0xff);
    this.#complete = 0;
    if (!this.#canonical || this.#input.length === 0) return;
    this.#input.push(MODE_END);
    this.#complete = this.#input.length;
  }
  get #canonical(): boolean {
    return (this.#termios.lflag & ICANON) !== 0;
  }
  #local(flag: number): boolean {
    return (this.#termios.lflag & flag) !== 0;
  }
  #is(c: number, index: number): boolean {
    return c === this.#termios.cc[index] && c !== POSIX_VDISABLE;
  }

  // ---- flow control ----

  get stopped(): boolean {
    return this.#stopped;
  }
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#events.flow(true);
  }
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#events.flow(false);
    this.drained();
  }
  /** The wire takes bytes again. */
  drained(): void {
    this.#sendEcho();
    this.#events.changed();
  }

  // ---- input ----

  /** How many more characters may come in before some would be lost. */
  get inputRoom(): number {
    // An unfinished line that fills the buffer must not keep its newline out.
    if (this.#canonical && this.#complete === 0) return Math.max(1, INPUT_SIZE - this.#input.length);
    return Math.max(0, INPUT_SIZE - this.#input.length);
  }

  /** Characters from the keyboard. Takes as many as fit; answers how many. */
  receive(bytes: Uint8Array): number {
    let taken = 0;
    for (; taken < bytes.length && this.inputRoom > 0; taken++) this.#character(bytes[taken]!);
    this.#sendEcho();
    return taken;
  }

  #character(c: number): void {
    const { iflag } = this.#termios;
    if (this.#literal) {
      this.#literal = false;
      if ((iflag & ISTRIP) !== 0) c &= 0x7f;
      this.#ordinary(c);
      return;
    }
    if ((iflag & ISTRIP) !== 0) c &= 0x7f;
    if ((iflag & IUCLC) !== 0 && this.#local(IEXTEN) && c >= 0x41 && c <= 0x5a) c += 0x20;
    if ((iflag & IXON) !== 0 && this.#flowCharacter(c)) return;
    if (this.#local(ISIG) && this.#signalCharacter(c)) return;
    if (this.#stopped && (iflag & IXON) !== 0 && (iflag & IXANY) !== 0) this.start();
    if (c === RETURN) {
      if ((iflag & IGNCR) !== 0) return;
      if ((iflag & ICRNL) !== 0) c = NEWLINE;
    } else if (c === NEWLINE && (iflag & INLCR) !== 0) {
      c = RETURN;
    }
    if (this.#canonical && this.#editingCharacter(c)) return;
    this.#ordinary(c);
  }

  #flowCharacter(c: number): boolean {
    if (this.#is(c, VSTART)) this.start();
    else if (this.#is(c, VSTOP)) this.stop();
    else return false;
    return true;
  }

  #signalCharacter(c: number): boolean {
    const signo = this.#is(c, VINTR)
      ? SIGINT
      : this.#is(c, VQUIT)
        ? SIGQUIT
        : this.#is(c, VSUSP)
          ? SIGTSTP
          : 0;
    if (signo === 0) return false;
    if (!this.#local(NOFLSH)) {
      this.flushInput();
      this.#echo = [];
      this.#wire.flush();
      this.#events.flushed(true, true);
    }
    this.#events.signal(signo);
    if ((this.#termios.iflag & IXON) !== 0) this.start();
    if (this.#local(ECHO)) this.#echoCharacter(c);
    return true;
  }

  /** Canonical mode's own characters; true when `c` was one. */
  #editingCharacter(c: number): boolean {
    const extended = this.#local(IEXTEN);
    if (this.#is(c, VERASE)) this.#erase('character');
    else if (this.#is(c, VKILL)) this.#erase('line');
    else if (extended && this.#is(c, VWERASE)) this.#erase('word');
    else if (extended && this.#is(c, VLNEXT)) {
      this.#literal = true;
      if (this.#local(ECHO)) {
        this.#finishErasing();
        if (this.#local(ECHOCTL)) this.#echoRaw(CARET, BACKSPACE);
      }
    } else if (extended && this.#local(ECHO) && this.#is(c, VREPRINT)) this.#reprint(c);
    else if (c === NEWLINE) {
      if (this.#local(ECHO | ECHONL)) this.#echoRaw(NEWLINE);
      this.#endLine(NEWLINE | LINE_END);
    } else if (this.#is(c, VEOF)) this.#endLine(HIDDEN_END);
    else if (this.#is(c, VEOL) || (extended && this.#is(c, VEOL2))) {
      if (this.#local(ECHO)) this.#echoTyped(c);
      if (c === 0xff && (this.#termios.iflag & PARMRK) !== 0) this.#put(c);
      this.#endLine(c | LINE_END);
    } else return false;
    return true;
  }

  #ordinary(c: number): void {
    if (this.#local(ECHO)) {
      this.#finishErasing();
      if (c === NEWLINE) this.#echoRaw(NEWLINE);
      else this.#echoTyped(c);
    }
    if (c === 0xff && (this.#termios.iflag & PARMRK) !== 0) this.#put(c);
    this.#put(c);
    if (!this.#canonical) this.#events.changed();
  }
  /** A full buffer in canonical mode takes only the end of the line. */
  #put(c: number): void {
    if (this.#canonical && this.#input.length >= INPUT_SIZE - 1) return;
    this.#input.push(c);
  }
  #endLine(mark: number): void {
    this.#input.push(mark);
    this.#complete = this.#input.length;
    this.#events.changed();
  }

  // ---- editing ----

  #isContinuation(c: number): boolean {
    return (this.#termios.iflag & IUTF8) !== 0 && (c & 0xc0) === 0x80;
  }

  #erase(kind: EraseKind): void {
    const input = this.#input;
    if (input.length === this.#complete) return;
    if (kind === 'line') {
      if (!this.#local(ECHO)) {
        input.length = this.#complete;
        return;
      }
      if (!this.#local(ECHOK) || !this.#local(ECHOKE) || !this.#local(ECHOE)) {
        input.length = this.#complete;
        this.#finishErasing();
        this.#echoCharacter(this.#termios.cc[VKILL]!);
        if (this.#local(ECHOK)) this.#echoRaw(NEWLINE);
        return;
      }
    }
    let inWord = false;
    while (input.length > this.#complete) {
      let head = input.length - 1;
      while (this.#isContinuation(input[head]!) && head > this.#complete) head--;
      const c = input[head]!;
      if (this.#isContinuation(c)) break; // half a character stays
      if (kind === 'word') {
        if (isWordCharacter(c)) inWord = true;
        else if (inWord) break;
      }
      const erased = input.splice(head);
      if (this.#local(ECHO)) this.#showErased(erased, kind);
      if (kind === 'character') break;
    }
    if (input.length === this.#complete && this.#local(ECHO)) this.#finishErasing();
  }

  #showErased(erased: readonly number[], kind: EraseKind): void {
    const c = erased[0]!;
    if (this.#local(ECHOPRT)) {
      if (!this.#erasing) {
        this.#echoRaw(0x5c);
        this.#erasing = true;
      }
      this.#echoCharacter(c);
      for (const more of erased.slice(1)) this.#echoRaw(more);
    } else if (kind === 'character' && !this.#local(ECHOE)) {
      this.#echoCharacter(this.#termios.cc[VERASE]!);
    } else if (c === TAB) {
      this.#eraseTab();
    } else {
      const width = !isControl(c) ? 1 : this.#local(ECHOCTL) ? 2 : 0;
      for (let i = 0; i < width; i++) this.#echoRaw(BACKSPACE, SPACE, BACKSPACE);
    }
  }
  /** Goes back over a tab: to where what stands before it ends. */
  #eraseTab(): void {
    let width = 0;
    let tab = false;
    for (let i = this.#input.length - 1; i >= this.#complete; i--) {
      const c = this.#input[i]!;
      if (c === TAB) {
        tab = true;
        break;
      }
      if (isControl(c)) width += this.#local(ECHOCTL) ? 2 : 0;
      else if (!this.#isContinuation(c)) width++;
    }
    this.#echoRaw(ERASE_TAB | (tab ? 0 : FROM_LINE) | (width & TAB_STOPS));
  }
  #finishErasing(): void {
    if (!this.#erasing) return;
    this.#erasing = false;
    this.#echoRaw(0x2f);
  }
  #reprint(c: number): void {
    this.#finishErasing();
    this.#echoCharacter(c);
    this.#echoRaw(NEWLINE);
    for (const typed of this.#input) this.#echoCharacter(typed & 0xff);
  }

  // ---- echo ----

  #echoTyped(c: number): void {
    if (this.#input.length === this.#complete) this.#echoRaw(MARK_COLUMN);
    this.#echoCharacter(c);
  }
  /** As typed, control characters as ^X with ECHOCTL. */
  #echoCharacter(c: number): void {
    if (this.#local(ECHOCTL) && isControl(c) && c !== TAB) this.#echoRaw(CARET, c ^ 0o100);
    else this.#echoRaw(c);
  }
  #echoRaw(...characters: number[]): void {
    this.#echo.push(...characters);
    if (this.#echo.length >= ECHO_BATCH) this.#sendEcho();
  }
  #sendEcho(): void {
    while (this.#echo.length > 0 && !this.#stopped) {
      if (!this.#sendStep(this.#echo[0]!)) return;
      this.#echo.shift();
    }
  }
  #sendStep(step: number): boolean {
    if (step < MARK_COLUMN) return this.#out(step);
    if (step === MARK_COLUMN) {
      this.#lineColumn = this.#column;
      return true;
    }
    const before = (step & TAB_STOPS) + ((step & FROM_LINE) === 0 ? 0 : this.#lineColumn);
    const width = 8 - (before & TAB_STOPS);
    if (!this.#send(...new Array<number>(width).fill(BACKSPACE))) return false;
    this.#column = Math.max(0, this.#column - width);
    return true;
  }

  // ---- output ----

  /** Characters from a program; answers how many were taken. */
  write(bytes: Uint8Array): number {
    if (this.#stopped) return 0;
    this.#sendEcho();
    if (this.#echo.length > 0) return 0;
    if ((this.#termios.oflag & OPOST) === 0) return this.#wire.write(bytes);
    let taken = 0;
    while (taken < bytes.length) {
      const plain = this.#plainRun(bytes, taken);
      if (plain > 0) {
        const sent = this.#wire.write(bytes.subarray(taken, taken + plain));
        this.#column += sent;
        taken += sent;
        if (sent < plain) return taken;
      }
      if (taken < bytes.length) {
        if (!this.#out(bytes[taken]!)) return taken;
        taken++;
      }
    }
    return taken;
  }
  /** Length of the run of characters that output processing leaves as they are, each one column wide. */
  #plainRun(bytes: Uint8Array, from: number): number {
    if ((this.#termios.oflag & OLCUC) !== 0) return 0;
    let at = from;
    while (at < bytes.length && bytes[at]! >= SPACE && bytes[at]! < 0x7f) at++;
    return at - from;
  }

  /** One character through output processing; false when the wire has no room for it. */
  #out(c: number): boolean {
    const { oflag } = this.#termios;
    if ((oflag & OPOST) === 0) return this.#send(c);
    switch (c) {
      case NEWLINE:
        if ((oflag & ONLRET) !== 0) this.#column = 0;
        if ((oflag & ONLCR) !== 0) {
          if (!this.#send(RETURN, NEWLINE)) return false;
          this.#column = this.#lineColumn = 0;
          return true;
        }
        this.#lineColumn = this.#column;
        return this.#send(NEWLINE);
      case RETURN:
        if ((oflag & ONOCR) !== 0 && this.#column === 0) return true;
        if ((oflag & OCRNL) !== 0) {
          if (!this.#send(NEWLINE)) return false;
          if ((oflag & ONLRET) !== 0) this.#column = this.#lineColumn = 0;
          return true;
        }
        if (!this.#send(RETURN)) return false;
        this.#column = this.#lineColumn = 0;
        return true;
      case TAB: {
        const width = 8 - (this.#column & 7);
        const expand = (oflag & TABDLY) === XTABS;
        if (!(expand ? this.#send(...new Array<number>(width).fill(SPACE)) : this.#send(TAB))) return false;
        this.#column += width;
        return true;
      }
      case BACKSPACE:
        if (!this.#send(BACKSPACE)) return false;
        if (this.#column > 0) this.#column--;
        return true;
      default: {
        const upper = (oflag & OLCUC) !== 0 && c >= 0x61 && c <= 0x7a ? c - 0x20 : c;
        if (!this.#send(upper)) return false;
        if (!isControl(c) && !this.#isContinuation(c)) this.#column++;
        return true;
      }
    }
  }
  /** All of the characters or none. */
  #send(...characters: number[]): boolean {
    if (this.#wire.room() < characters.length) return false;
    this.#wire.write(Uint8Array.from(characters));
    return true;
  }

  // ---- reading ----

  /** Characters that a read may take now; of whole lines only in canonical mode. */
  get available(): number {
    return this.#canonical ? this.#complete : this.#input.length;
  }
  /** FIONREAD: hidden line ends do not count. */
  get readable(): number {
    if (!this.#canonical) return this.#input.length;
    let count = 0;
    for (let i = 0; i < this.#complete; i++) if ((this.#input[i]! & HIDDEN_END) === 0) count++;
    return count;
  }

  /** Takes up to `length` characters, in canonical mode at most to the end of a line. Precondition: available > 0. */
  read(length: number): Uint8Array {
    return this.#canonical ? this.#readLine(length) : this.#readRaw(length);
  }
  #readRaw(length: number): Uint8Array {
    return Uint8Array.from(this.#input.splice(0, length));
  }
  #readLine(length: number): Uint8Array {
    const input = this.#input;
    let end = 0;
    while (end < length && end < this.#complete && input[end]! < LINE_END) end++;
    const text = input.slice(0, end);
    let taken = end;
    const mark = end < this.#complete ? input[end]! : 0;
    if ((mark & HIDDEN_END) !== 0) {
      taken++; // an EOF right behind the last byte asked for is gone, too
    } else if ((mark & LINE_END) !== 0 && end < length) {
      text.push(mark);
      taken++;
    }
    input.splice(0, taken);
    this.#complete -= taken;
    return Uint8Array.from(text);
  }

  flushInput(): void {
    this.#input = [];
    this.#complete = 0;
    this.#literal = false;
    this.#erasing = false;
  }
  flushOutput(): void {
    this.#wire.flush();
  }
}

function isControl(c: number): boolean {
  return c < SPACE || c === 0x7f;
}
function isWordCharacter(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f;
}
