// Words of the command line that Commander is not to see as they are: options from the environment are put in
// front as words, and qemu-i386's spellings (one dash, its variables) become skasm's own. Words behind the
// program are the guest's and stay.

import type { Command, Option } from 'commander';
import { refuse } from './command-refusal.ts';

type Rewrite = (value: string) => readonly string[];

interface QemuOption {
  readonly flag: string;
  /** The environment variable that stands for it. */
  readonly variable?: string;
  readonly takesValue: boolean;
  /** Words for Commander. Throws a Refusal for what skasm has no counterpart of. */
  readonly becomes: Rewrite;
}

const number = (flag: string, value: string): string => {
  if (!/^(0x[\da-f]+|\d+)[kmg]?$/i.test(value)) throw refuse(`${flag} ${value}: a number is wanted`);
  return value;
};
const as =
  (...words: readonly string[]): Rewrite =>
  () =>
    words;
const before =
  (word: string): Rewrite =>
  (value) => [word, value];
/** Says where the guest's memory lies in the emulator's, which is nowhere here. */
const placement =
  (flag: string): Rewrite =>
  (value) => {
    number(flag, value);
    return [];
  };
const absent =
  (flag: string, what: string): Rewrite =>
  () => {
    throw refuse(`${flag}: skasm has no ${what}`);
  };

/** qemu's items of -d that are skasm's under another name; what skasm lacks it always says. */
const LOG_ITEMS: Readonly<Record<string, string>> = {
  op: 'ir',
  op_opt: 'ir',
  out_asm: 'wat',
  unimp: '',
  guest_errors: '',
};

function logItems(value: string): string[] {
  const items = value.split(',');
  const words = items.includes('strace') ? ['--strace=-'] : [];
  const kinds = items.filter((item) => item !== 'strace').map((item) => LOG_ITEMS[item] ?? item);
  const wanted = [...new Set(kinds)].filter((item) => item !== '');
  return wanted.length === 0 ? words : [...words, '-d', wanted.join()];
}

const PAGE = '4096';
function pageSize(value: string): string[] {
  if (number('-p', value) !== PAGE) throw refuse(`-p ${value}: pages are of ${PAGE} bytes`);
  return [];
}

/** As qemu-i386 -h lists them. */
const QEMU: readonly QemuOption[] = [
  { flag: '-h', takesValue: false, becomes: as('--help') },
  { flag: '-help', takesValue: false, becomes: as('--help') },
  {
    flag: '-g',
    variable: 'QEMU_GDB',
    takesValue: true,
    becomes: absent('-g', "gdb server (a guest's gdb works)"),
  },
  { flag: '-L', variable: 'QEMU_LD_PREFIX', takesValue: true, becomes: before('-L') },
  { flag: '-s', variable: 'QEMU_STACK_SIZE', takesValue: true, becomes: before('-s') },
  { flag: '-cpu', variable: 'QEMU_CPU', takesValue: true, becomes: before('--cpu') },
  { flag: '-E', variable: 'QEMU_SET_ENV', takesValue: true, becomes: before('-E') },
  { flag: '-U', variable: 'QEMU_UNSET_ENV', takesValue: true, becomes: before('-U') },
  { flag: '-0', variable: 'QEMU_ARGV0', takesValue: true, becomes: before('-0') },
  { flag: '-r', variable: 'QEMU_UNAME', takesValue: true, becomes: before('-r') },
  { flag: '-B', variable: 'QEMU_GUEST_BASE', takesValue: true, becomes: placement('-B') },
  { flag: '-R', variable: 'QEMU_RESERVED_VA', takesValue: true, becomes: placement('-R') },
  { flag: '-d', variable: 'QEMU_LOG', takesValue: true, becomes: logItems },
  {
    flag: '-dfilter',
    variable: 'QEMU_DFILTER',
    takesValue: true,
    becomes: absent('-dfilter', 'filter for -d'),
  },
  { flag: '-D', variable: 'QEMU_LOG_FILENAME', takesValue: true, becomes: before('-D') },
  { flag: '-p', variable: 'QEMU_PAGESIZE', takesValue: true, becomes: pageSize },
  // One guest instruction at a time, each exact by itself: so the interpreter works.
  { flag: '-singlestep', variable: 'QEMU_SINGLESTEP', takesValue: false, becomes: as('--jit', 'off') },
  {
    flag: '-one-insn-per-tb',
    variable: 'QEMU_ONE_INSN_PER_TB',
    takesValue: false,
    becomes: as('--jit', 'off'),
  },
  { flag: '-strace', variable: 'QEMU_STRACE', takesValue: false, becomes: as('--strace=-') },
  { flag: '-seed', variable: 'QEMU_RAND_SEED', takesValue: true, becomes: before('--seed') },
  { flag: '-trace', variable: 'QEMU_TRACE', takesValue: true, becomes: absent('-trace', 'trace points') },
  { flag: '-plugin', variable: 'QEMU_PLUGIN', takesValue: true, becomes: absent('-plugin', 'plugins') },
];

/** skasm's own variables for options without a long name. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  '-L': 'LD_PREFIX',
  '-s': 'STACK_SIZE',
  '-E': 'SET_ENV',
  '-U': 'UNSET_ENV',
  '-0': 'ARGV0',
  '-r': 'UNAME',
  '-d': 'LOG',
  '-D': 'LOG_FILENAME',
};

/** The variable for an option: SKASM_ and its long name. SKASM_CACHE is the folder above that of --cache. */
export function variableOf(option: Option): string | null {
  const name = option.long ?? SHORT_NAMES[option.short ?? ''];
  if (name === undefined || option.long === '--help' || option.long === '--cache') return null;
  return `SKASM_${name.replace(/^--/, '').replaceAll('-', '_').toUpperCase()}`;
}

type Environment = Readonly<Record<string, string | undefined>>;
const isOn = (value: string | undefined): value is string =>
  value !== undefined && value !== '' && value !== '0';

function ownWord(option: Option, value: string): string[] {
  const flag = option.long ?? option.short!;
  if (!option.required && !option.optional) return [flag];
  if (option.optional) return [value === '1' ? `${flag}=-` : `${flag}=${value}`];
  return option.long === undefined ? [flag, value] : [`${flag}=${value}`];
}

/** What the environment says, as words; `told` gets the names of the variables that count. */
function fromEnvironment(command: Command, environment: Environment, told: string[]): string[] {
  const words: string[] = [];
  if (command.name() === 'run')
    for (const { variable, becomes } of QEMU)
      if (variable !== undefined && isOn(environment[variable])) {
        words.push(...becomes(environment[variable]));
        told.push(variable);
      }
  for (const option of command.options) {
    const variable = variableOf(option);
    if (variable === null || !isOn(environment[variable])) continue;
    words.push(...ownWord(option, environment[variable]));
    told.push(variable);
  }
  return words;
}

/** The word behind this one is its value. */
function takesNext(command: Command, word: string): boolean {
  return command.options.some(({ required, short, long }) => required && [short, long].includes(word));
}

/**
 * The words for Commander. `--strace` alone takes no value, so the next word may be the program: Commander reads
 * `--strace=-`.
 */
export function commandWords(
  words: readonly string[],
  commands: readonly Command[],
  environment: Environment,
  told: string[],
): string[] {
  const command = commands.find((each) => each.name() === words[0]);
  if (command === undefined) return [...words];
  // A question about skasm as a whole.
  if (command.name() === 'run' && words[1] === '-version') return ['--version'];
  const result = [words[0]!, ...fromEnvironment(command, environment, told)];
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('-') || word === '--') break;
    const qemu = command.name() === 'run' ? QEMU.find(({ flag }) => flag === word) : undefined;
    if (qemu !== undefined) {
      const value = qemu.takesValue ? words[at + 1] : '';
      if (value === undefined) break; // Commander says what is missing
      result.push(...qemu.becomes(value));
      if (qemu.takesValue) at++;
    } else if (word === '--strace') result.push('--strace=-');
    else {
      result.push(word);
      if (takesNext(command, word) && at + 1 < words.length) result.push(words[++at]!);
    }
  }
  return [...result, ...words.slice(at)];
}
