// The page of the browser test: runs guest programs in a machine and leaves what they printed in the title
// and in the window for the test to read.

import { createBrowserHost } from '../../runtime/host/browser/index.ts';
import { DEFAULT_JIT, type JitMode, LocalPort, Machine } from '../../runtime/index.ts';

async function bytesOf(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Runs one program with the given input; answers its wait status, its output, and how many regions were made. */
async function runGuest(
  url: string,
  argv: string[],
  input: string,
  mode: JitMode,
): Promise<{ status: number; output: string; regions: number }> {
  let output = '';
  const decoder = new TextDecoder();
  const host = createBrowserHost({
    stdout: (bytes) => {
      output += decoder.decode(bytes, { stream: true });
    },
  });
  const cpu = await bytesOf('/cpu.wasm');
  const port = new LocalPort(() => performance.now());
  if (mode !== 'off') await port.ready();
  const jit = { ...DEFAULT_JIT, mode, compiler: () => port };
  const machine = Machine.create({ host, cpu, memory: 256 * 2 ** 20, jit });
  machine.writeFile('/bin/program', await bytesOf(url), 0o755);
  machine.makeFolder('/tmp');
  const started = machine.spawn({
    path: '/bin/program',
    argv,
    environment: { PATH: '/bin' },
    cwd: '/tmp',
    uid: 0,
    gid: 0,
  });
  if ('reason' in started) throw new Error(started.message);
  host.input(new TextEncoder().encode(input));
  host.input(null);
  const status = await machine.run(started);
  const counters = machine.statistics().flatMap((group) => group.rows);
  machine.close();
  return { status, output, regions: counters.find(([name]) => name === 'regions')?.[1] ?? 0 };
}

Object.assign(globalThis, { runGuest });
document.title = 'ready';
