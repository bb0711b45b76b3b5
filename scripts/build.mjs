// Builds dist/: TypeScript to JavaScript, the rows of src/isa to src/cpu/gen, src/cpu to cpu.wasm.
// `node scripts/build.mjs gen` stops after the generated sources. A step whose inputs have not changed
// is left out. Types are checked by `npm run typecheck`, not here.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

/** Every file below the given folders and files, sorted. */
function walk(paths) {
  return paths.flatMap((path) =>
    statSync(path).isDirectory() ? walk(readdirSync(path).sort().map((name) => join(path, name))) : [path],
  );
}

/** Runs `step` unless `output` exists and was made from the same bytes of `inputs`. */
function make(name, inputs, output, step) {
  const hash = createHash('sha256');
  for (const file of walk(inputs)) hash.update(file).update(readFileSync(file));
  const digest = hash.digest('hex');
  const stamp = join('dist', `.${name}.stamp`);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  step();
  writeFileSync(stamp, digest);
}

/** What package.json's bin names. */
const BIN = 'dist/bin/skasm.js';

const run = (bin, ...args) => execFileSync(process.execPath, [join('node_modules', bin), ...args], { stdio: 'inherit' });

/** Two builds at once would write the same files: the second waits for the first. */
function locked(body) {
  mkdirSync('dist', { recursive: true });
  const lock = join('dist', '.lock');
  for (let waited = 0; ; waited += 100) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (waited > 60_000 || Date.now() - statSync(lock).mtimeMs > 120_000) break;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    body();
  } finally {
    rmdirSync(lock);
  }
}

locked(() => {
  const folders = ['src', 'jit', 'runtime', 'bench', 'test/fuzz', 'test/support'].filter(existsSync);
  const sources = folders.flatMap((folder) => walk([folder])).filter((f) => !f.startsWith('src/cpu/'));
  make('tsc', [...sources, 'tsconfig.json'], 'dist/runtime/cli.js', () => run('typescript/bin/tsc', '--noCheck'));
  make('gen', ['src/isa', 'src/layout.ts'], 'src/cpu/gen/dispatch.ts', () => {
    mkdirSync('src/cpu/gen', { recursive: true });
    execFileSync(process.execPath, ['dist/src/isa/generate.js'], { stdio: 'inherit' });
  });
  if (process.argv[2] === 'gen') return;
  make('asc', ['src/cpu', 'src/layout.ts', 'asconfig.json'], 'dist/cpu.wasm', () =>
    run('assemblyscript/bin/asc.js', '--config', 'asconfig.json', '--target', 'release'),
  );
  // The command as one file a command: hundreds of small modules would take longer to load than to run.
  make('bundle', ['dist/runtime', 'dist/src', 'scripts/build.mjs'], BIN, () => {
    rmSync(dirname(BIN), { recursive: true, force: true });
    const options = ['--platform', 'node', '--format', 'esm', '--minify', '--entry-file-names', 'skasm.js'];
    run('rolldown/bin/cli.mjs', 'dist/runtime/cli.js', '--dir', dirname(BIN), ...options, '--log-level', 'warn');
  });
  if (existsSync(BIN)) {
    chmodSync(BIN, 0o755);
    // npm links the bins of dependencies only; $(npm root)/.bin/skasm should work in a checkout too.
    const link = 'node_modules/.bin/skasm';
    if (existsSync('node_modules/.bin') && !existsSync(link)) symlinkSync(`../../${BIN}`, link);
  }
});
