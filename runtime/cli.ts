// The skasm command: options to a machine, the guest's end to an exit status. The work is in run-command.ts
// and uml-command.ts, which are loaded when they are needed.

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_BOUND } from '../jit/residency.ts';
import { type CpuModel, cpuModelsText, DEFAULT_CPU, parseCpuModel } from '../src/cpu-model.ts';
import { skasmVersion } from './command-version.ts';
import { commandWords } from './command-words.ts';
import type { EnvironmentChange } from './run-command.ts';

/** Exit statuses of skasm itself, as in env(1) and docker; the guest's own status passes through. */
export const EXIT_USAGE = 2;
export const EXIT_INTERNAL = 125;

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Page frames are numbers of 20 bits; with less than the least, not even a shell starts. */
const MOST_MEMORY = 2 ** 32;
const LEAST_MEMORY = 2 ** 22;
/** Of translated code. */
const LEAST_CODE = 2 ** 20;
const MOST_CODE = 2 ** 30;
/** execve(2) promises 32 pages for arguments and environment. */
const LEAST_STACK = 2 ** 17;
const MOST_STACK = 2 ** 30;

/** Bytes from `64M`, `2G`; plain numbers are MiB. */
function bytes(text: string, least: number, most: number, range: string): number {
  const match = /^(\d+)([KMG]?)i?B?$/i.exec(text);
  if (match === null) throw new InvalidArgumentError('a size such as 512M or 2G is wanted.');
  const size = Number(match[1]) * UNITS[match[2]!.toUpperCase() || 'M']!;
  if (size < least || size > most) throw new InvalidArgumentError(`${range} is possible.`);
  return size;
}
const memorySize = (text: string): number => bytes(text, LEAST_MEMORY, MOST_MEMORY, '4M to 4G');
const codeSize = (text: string): number => bytes(text, LEAST_CODE, MOST_CODE, '1M to 1G');

/** Bytes as qemu-i386's -s counts them: plain, or with K, M, G. */
function stackSize(text: string): number {
  const match = /^(\d+)([KMG]?)$/i.exec(text);
  if (match === null) throw new InvalidArgumentError('a size such as 8M or 65536 is wanted.');
  const size = Number(match[1]) * (UNITS[match[2]!.toUpperCase()] ?? 1);
  if (size < LEAST_STACK || size > MOST_STACK) throw new InvalidArgumentError('128K to 1G is possible.');
  return size;
}

function seed(text: string): number {
  const value = /^(\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('a whole number from 0 is wanted.');
  return value;
}

function taskSize(text: string): number {
  const sizes: Readonly<Record<string, number>> = { '4g': 0xffffe000, '3g': 0xc0000000, '2g': 0x80000000 };
  const size = sizes[text.toLowerCase()];
  if (size === undefined) throw new InvalidArgumentError('4g, 3g or 2g is wanted.');
  return size;
}

/** `help` lists them and ends. */
function cpuModel(text: string): CpuModel {
  if (text === 'help' || text === '?') {
    process.stdout.write(cpuModelsText());
    throw new CommanderError(0, 'skasm.cpu', '');
  }
  const model = parseCpuModel(text);
  if (typeof model === 'string') throw new InvalidArgumentError(`${model}.`);
  return model;
}

const memoryOption = (): Option =>
  new Option('--memory <size>', 'cap on the memory of all guests together')
    .argParser(memorySize)
    .default(2 ** 31, '2G');
const patchOption = (): Option =>
  new Option('--patch <list>', 'host patches, e.g. skas3,-faultinfo or none').default('skas3');
const straceOption = (): Option =>
  new Option('--strace [file]', 'print system calls, signals and exits (to standard error or the file)');

/** A list with commas, of words that look like names. */
function names(text: string): string[] {
  const list = text.split(',');
  if (!list.every((name) => /^[A-Za-z0-9][\w.-]*$/.test(name)))
    throw new InvalidArgumentError('names with commas between them are wanted.');
  return list;
}

const DUMP_KINDS = ['in_asm', 'ir', 'wat'];
function dumpKinds(text: string): string[] {
  const list = names(text);
  const unknown = list.find((kind) => !DUMP_KINDS.includes(kind));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`there is no ${unknown}, but ${DUMP_KINDS.join(', ')}.`);
  return list;
}

/** What both commands take about the translator and about looking at a run. */
function addCommonOptions(command: Command): Command {
  return command
    .addOption(memoryOption())
    .addOption(patchOption())
    .addOption(
      new Option('--cpu <model>', 'processor that guests see: Nehalem, pentium3,+sse2 ... (help lists them)')
        .argParser(cpuModel)
        .default(parseCpuModel(DEFAULT_CPU), DEFAULT_CPU),
    )
    .addOption(
      new Option('--jit <mode>', 'translate never, what is hot, or everything')
        .choices(['off', 'auto', 'eager'])
        .default('auto'),
    )
    .addOption(new Option('--jit-disable <names>', 'do without single lowerings').argParser(names))
    .addOption(
      new Option('--jit-memory <size>', 'translated code that stays in memory, as WebAssembly')
        .argParser(codeSize)
        .default(DEFAULT_BOUND.bytes, '64M'),
    )
    .option('--verify', 'compare all that is translated with the interpreter (slow)')
    .option('--cache <dir>', 'keep translations there (default: translations/ in the cache folder)')
    .option('--no-cache', 'keep no translations, and use none that were kept')
    .addOption(
      new Option(
        '--seed <n>',
        'randomness and time come from a number: the same input, the same run',
      ).argParser(seed),
    )
    .addOption(straceOption())
    .addOption(
      new Option(
        '-d <list>',
        'print what is translated: in_asm (instructions), ir, wat (to standard error)',
      ).argParser(dumpKinds),
    )
    .option('-D <file>', 'print what -d asks for to a file')
    .option('--profile <file>', "write where the guest's instructions went, for speedscope")
    .option('--report <file>', 'write a report there if a guest crashes, or skasm does')
    .addOption(
      new Option('--ps-on <signal>', 'list the processes when skasm gets this signal').choices([
        'USR1',
        'USR2',
        'QUIT',
        'HUP',
      ]),
    )
    .option('--stats', 'print counters at the end');
}

const program = new Command('skasm')
  .description('Runs unmodified i386 Linux programs, User Mode Linux kernels among them.')
  .version(skasmVersion(), '-V, --version')
  .enablePositionalOptions()
  .showHelpAfterError('(skasm --help shows the options)')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'skasm: ')) })
  .configureHelp({ optionTerm: (option) => option.flags.replace(' [file]', '[=file]') })
  .exitOverride();

const run = addCommonOptions(program.command('run'));
/** -E and -U in their order: the last word about a variable counts. */
const change = (one: EnvironmentChange): void => {
  const before = (run.getOptionValue('environment') ?? []) as readonly EnvironmentChange[];
  run.setOptionValue('environment', [...before, one]);
};
run
  .on('option:E', (text: string) => change({ set: text }))
  .on('option:U', (text: string) => change({ unset: text }))
  .description('run an i386 Linux program')
  .argument('<program>', 'path of the program, or a name looked up in PATH')
  .argument('[args...]', 'its arguments')
  .passThroughOptions()
  .option('--root <dir>', "the guest's /, read-only with changes kept in memory (DIR:rw writes through)")
  .option('-L <dir>', 'look there first for the ELF interpreter and for libraries')
  .option('--mount <src:dst[:ro]>', 'show a host folder in the guest (repeatable)', collect)
  .option('-E <var=value>', 'set environment variables, with commas between them (repeatable)')
  .option('-U <var>', 'unset environment variables, with commas between them (repeatable)')
  .option('-0 <argv0>', "the program's argv[0]")
  .option('-r <release>', 'the release that uname(2) tells')
  .addOption(new Option('-s <size>', 'limit of the stack, as by ulimit -s').argParser(stackSize))
  .option('--cwd <dir>', 'working directory in the guest')
  .addOption(
    new Option(
      '--deb <packages>',
      'run in a root of these Debian i386 packages, fetched by apt; commas between them',
    ).argParser((text) => text.split(',')),
  )
  .option('--deb-source <line>', 'where --deb fetches, as in sources.list(5) (repeatable)', collect)
  .addOption(new Option('--task-size <size>', 'top of the address space: 4g, 3g or 2g').argParser(taskSize))
  .addHelpText(
    'after',
    '\nExamples:\n  skasm run ./hello\n  skasm run --root ./debian-i386 /bin/bash -c "uname -a"\n  skasm run --deb jq -- jq . file.json\n  skasm run --strace=trace.txt ./hello\n\nOptions and variables of qemu-i386 (-strace, QEMU_LD_PREFIX ...) are understood, and each long option has a\nvariable: SKASM_JIT=off is --jit off.',
  )
  .action(async (path: string, args: string[], options) => {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(path, args, options);
  });

addCommonOptions(program.command('uml'))
  .description('boot a User Mode Linux kernel')
  .option('--kernel <file>', "the UML kernel (default: Debian's user-mode-linux, fetched by apt)")
  .option('--root <dir>', "the guest's root folder (default: busybox; DIR:rw writes through)")
  .addOption(
    new Option('--mem <size>', "the guest's memory").argParser(memorySize).default(128 * 2 ** 20, '128M'),
  )
  .option('--init <path>', "the guest's init instead of skasm's own")
  .option('--run <cmd>', 'run a shell command in the guest, halt, and exit with its status')
  .option('--append <args>', 'further arguments for the kernel', collect)
  .addOption(new Option('--demo', 'without a terminal, run a short script that shows the guest').hideHelp())
  .addHelpText(
    'after',
    '\nExamples:\n  skasm uml\n  skasm uml --run "uname -a; cat /proc/cpuinfo"\n  skasm uml --kernel ./linux --root ./debian-i386',
  )
  .action(async (options) => {
    const { umlCommand } = await import('./uml-command.ts');
    await umlCommand(options);
  });

program
  .command('doctor')
  .description(
    'say whether skasm works here: versions, features, limits, the cache, a guest through each tier',
  )
  .option('--json', 'for programs')
  .addHelpText('after', '\nExit status: 0 when it works, 1 when something that it needs is missing.')
  .action(async (options) => {
    const { doctorCommand } = await import('./doctor-command.ts');
    await doctorCommand(options);
  });

const cache = program.command('cache').description('the translations that are kept');
const folderOption = (): Option => new Option('--cache <dir>', 'the folder they are kept in');
cache
  .command('info')
  .description('say where they are, how many, and how large')
  .addOption(folderOption())
  .action(async (options) => {
    const { cacheInfo } = await import('./cache-command.ts');
    cacheInfo(options);
  });
cache
  .command('clear')
  .description('remove them')
  .addOption(folderOption())
  .action(async (options) => {
    const { cacheClear } = await import('./cache-command.ts');
    cacheClear(options);
  });

async function main(): Promise<void> {
  const variables: string[] = [];
  try {
    const words = commandWords(process.argv.slice(2), program.commands, process.env, variables);
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
      if (error.exitCode !== 0 && variables.length > 0)
        process.stderr.write(`skasm: options came from the environment too: ${variables.join(', ')}\n`);
    } else {
      const { reportFailure } = await import('./command-machine.ts');
      process.exitCode = reportFailure(error);
    }
  }
  // Everything is written (the streams are synchronous); without this, Node waits for the compiler threads
  // that are still busy with cpu.wasm.
  process.exit();
}

void main();
