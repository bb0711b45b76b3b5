// Builds dist/: TypeScript to JavaScript, the rows of src/isa to src/cpu/gen, src/cpu to cpu.wasm.
// `node scripts/build.mjs gen` stops after the generated sources. A step whose inputs have not changed
// is left out. Types are checked by `npm run typecheck`, not here.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binaryenWithout } from './binaryen.mjs';
import { locked } from './lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

/** Every file below the given folders and files, sorted. */
function walk(paths) {
  return paths.flatMap((path) =>
    statSync(path).isDirectory()
      ? walk(
          readdirSync(path)
            .sort()
            .map((name) => join(path, name)),
        )
      : [path],
  );
}

/** Runs `step` unless `output` exists and was made from the same bytes of `inputs`, and the same `version`. */
async function make(name, inputs, output, step, version = '') {
  const hash = createHash('sha256').update(version);
  for (const file of walk(inputs)) hash.update(file).update(readFileSync(file));
  const digest = hash.digest('hex');
  const stamp = join('dist', `.${name}.stamp`);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  await step();
  writeFileSync(stamp, digest);
}

/** What package.json's bin names. */
const BIN = 'dist/runtime/launch.js';
const BUNDLE = 'dist/bin/skasm.cjs';
/** The compiler's thread, apart: it alone loads binaryen, which takes longer than many a program. */
const COMPILER = 'dist/bin/compiler.mjs';

const run = (bin, ...args) =>
  execFileSync(process.execPath, [join('node_modules', bin), ...args], { stdio: 'inherit' });

/** Makes one file of an entry and all that it imports; aside, to be renamed. `modules`: files by what imports name. */
async function bundle(entry, output, format, modules) {
  const { rolldown } = await import('rolldown');
  const plugin = { name: 'modules', resolveId: (id) => modules[id] ?? null };
  const made = join('dist', '.bundle', basename(output));
  const bundled = await rolldown({ input: entry, platform: 'node', plugins: [plugin] });
  await bundled.write({ file: made, format, codeSplitting: false, minify: true });
  writeFileSync(made, readFileSync(made, 'utf8').replace(/^#!.*\n/, ''));
  return made;
}

/** binaryen as the compiler's thread loads it. */
function splitBinaryen() {
  const glue = resolve('dist', '.bundle', 'binaryen.mjs');
  mkdirSync(dirname(glue), { recursive: true });
  writeFileSync(glue, binaryenWithout(resolve('dist/runtime/command-binaryen.js')));
  return glue;
}

/** Lets V8 keep what it compiles for a program that does nothing but exit(0), an ELF file of 96 bytes. */
function compile() {
  const guest = join('dist', '.exit.elf');
  const elf = Buffer.alloc(96);
  elf.write('7f454c46010101', 'hex');
  elf.set([2, 0, 3, 0, 1, 0, 0, 0, 0x54, 0x80, 0x04, 0x08, 52], 16); // ET_EXEC, EM_386, entry, e_phoff
  elf.set([52, 0, 32, 0, 1], 40);
  elf.set([1], 52); // PT_LOAD
  elf.writeUInt32LE(0x08048000, 60);
  elf.writeUInt32LE(96, 68);
  elf.writeUInt32LE(96, 72);
  elf.writeUInt32LE(5, 76);
  elf.writeUInt32LE(4096, 80);
  elf.write('31c04031dbcd80', 84, 'hex'); // xor eax,eax; inc eax; xor ebx,ebx; int 0x80
  writeFileSync(guest, elf, { mode: 0o755 });
  execFileSync(process.execPath, [BIN, 'run', guest], {
    stdio: 'inherit',
    env: { ...process.env, SKASM_COMPILE: '1' },
  });
}

/** Tells kept translations of one translator from another's: by all the code that makes them. */
function version() {
  const output = 'dist/jit/version.js';
  const hash = createHash('sha256').update(readFileSync('node_modules/binaryen/package.json'));
  const code = walk(['dist/jit', 'dist/src']).filter((file) => file.endsWith('.js') && file !== output);
  for (const file of [...code, 'dist/cpu.wasm']) hash.update(file).update(readFileSync(file));
  const text = `export const VERSION = '${hash.digest('hex')}';\n`;
  if (readFileSync(output, 'utf8') !== text) writeFileSync(output, text);
}

// Two builds at once would write the same files: the second waits for the first.
mkdirSync('dist', { recursive: true });
await locked(join('dist', '.build-lock'), async () => {
  const folders = ['src', 'jit', 'runtime', 'bench', 'test/fuzz', 'test/suites', 'test/support'].filter(
    existsSync,
  );
  const sources = folders.flatMap((folder) => walk([folder])).filter((f) => !f.startsWith('src/cpu/'));
  await make('tsc', [...sources, 'tsconfig.json'], 'dist/runtime/launch.js', () =>
    run('typescript/bin/tsc', '--noCheck'),
  );
  // The rows call the functions that src/cpu has.
  const functions = walk(['src/cpu']).filter((file) => !file.startsWith('src/cpu/gen/'));
  await make('gen', ['src/isa', 'src/layout.ts', ...functions], 'src/cpu/gen/dispatch.ts', () => {
    mkdirSync('src/cpu/gen', { recursive: true });
    execFileSync(process.execPath, ['dist/src/isa/generate.js'], { stdio: 'inherit' });
  });
  if (process.argv[2] === 'gen') return;
  await make('asc', ['src/cpu', 'src/layout.ts', 'asconfig.json'], 'dist/cpu.wasm', () =>
    run('assemblyscript/bin/asc.js', '--config', 'asconfig.json', '--target', 'release'),
  );
  version();
  const flags = ['dist/runtime/host/node/engine-flags.js', 'dist/runtime/host/node/machine-code.js'];
  const optimised = [
    'scripts/machine-code.mjs',
    ...flags,
    'node_modules/binaryen/package.json',
    'dist/cpu.wasm',
  ];
  await make(
    'machine-code',
    optimised,
    'dist/bin/binaryen.wasm.code',
    () => {
      mkdirSync('dist/bin', { recursive: true });
      execFileSync(process.execPath, ['scripts/machine-code.mjs'], { stdio: 'inherit' });
    },
    process.version,
  );
  // The command as one file: hundreds of small modules would take longer to load than to run.
  const scripts = ['scripts/build.mjs', 'scripts/binaryen.mjs'];
  await make(
    'bundle',
    ['dist/runtime', 'dist/src', 'dist/jit', 'dist/cpu.wasm', ...scripts],
    BUNDLE,
    async () => {
      const compiler = await bundle('dist/runtime/command-compiler.js', COMPILER, 'esm', {
        binaryen: splitBinaryen(),
      });
      const command = await bundle('dist/runtime/cli.js', BUNDLE, 'cjs', {});
      if (readFileSync(command, 'utf8').includes('Binaryen Authors'))
        throw new Error(
          `${BUNDLE} would load binaryen at its start: only jit/worker.ts may reach jit/wasm.ts`,
        );
      // A command that starts meanwhile finds the old ones or the new ones. V8 would take the old code for a new
      // bundle of the same length, so that goes first.
      rmSync(`${BUNDLE}.cache`, { force: true });
      renameSync(compiler, COMPILER);
      renameSync(command, BUNDLE);
      compile();
    },
  );
  if (existsSync(BIN)) {
    chmodSync(BIN, 0o755);
    // npm links the bins of dependencies only; $(npm root)/.bin/skasm should work in a checkout too.
    const link = 'node_modules/.bin/skasm';
    if (existsSync('node_modules/.bin') && !existsSync(link)) symlinkSync(`../../${BIN}`, link);
  }
});
