// The page of the browser test: runs guest programs in a machine and leaves what they printed in the title
// and in the window for the test to read.

import { createBrowserHost } from '../../runtime/host/browser/index.ts';
import { Machine } from '../../runtime/machine.ts';

async function bytesOf(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Runs one program with the given input; answers its wait status and its output. */
async function runGuest(
  url: string,
  argv: string[],
  input: string,
): Promise<{ status: number; output: string }> {
  let output = '';
  const decoder = new TextDecoder();
  const host = createBrowserHost({
    stdout: (bytes) => {
      output += decoder.decode(bytes, { stream: true });
    },
  });
  const machine = Machine.create({ host, cpu: await bytesOf('/cpu.wasm'), memory: 256 * 2 ** 20 });
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
  machine.close();
  return { status, output };
}

Object.assign(globalThis, { runGuest });
document.title = 'ready';
