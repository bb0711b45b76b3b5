// The compiler's thread: answers without the event loop, failures told once, no process kept alive.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { NodeCompilerPort } from '../../runtime/host/node/compiler-port.ts';
import { projectRoot } from '../support/native-oracle.ts';

const folder = mkdtempSync(join(tmpdir(), 'skasm-compiler-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let modules = 0;
function moduleOf(text: string): URL {
  const file = join(folder, `${++modules}.mjs`);
  writeFileSync(
    file,
    `import { workerData } from 'node:worker_threads';\nconst { port } = workerData;\n${text}\n`,
  );
  return pathToFileURL(file);
}
const echo = moduleOf(`port.on('message', (job) => port.postMessage(job));`);

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
/** The next answer, waited for on this thread alone: its event loop has no turn. */
function nextAnswer(port: NodeCompilerPort): unknown {
  for (let waited = 0; waited < 20_000; waited++) {
    const answer = port.poll();
    if (answer !== undefined) return answer;
    sleep(1);
  }
  return 'no answer';
}
/** The same with turns of the event loop, which tells of a thread's end. */
async function laterAnswer(port: NodeCompilerPort): Promise<unknown> {
  for (let waited = 0; waited < 20_000; waited++) {
    const answer = port.poll();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return 'no answer';
}

describe('answers', () => {
  test('come in order, without the event loop', () => {
    const port = new NodeCompilerPort(echo);
    expect(port.poll()).toBeUndefined();
    for (const number of [1, 2, 3]) port.post({ number, bytes: new Uint8Array([number]) });
    for (const number of [1, 2, 3])
      expect(nextAnswer(port)).toEqual({ number, bytes: new Uint8Array([number]) });
    expect(port.poll()).toBeUndefined();
    port.close();
  });

  test('may be compiled modules', () => {
    const compile = `port.on('message', (bytes) => port.postMessage(new WebAssembly.Module(bytes)));`;
    const port = new NodeCompilerPort(moduleOf(compile));
    port.post(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    expect(nextAnswer(port)).toBeInstanceOf(WebAssembly.Module);
    port.close();
  });

  test('do not come after close, and closing twice is closing once', () => {
    const port = new NodeCompilerPort(echo);
    port.post(1);
    port.close();
    port.close();
    port.post(2);
    sleep(50);
    expect(port.poll()).toBeUndefined();
  });
});

describe('a thread that fails', () => {
  test.each<[how: string, entry: URL, error: RegExp]>([
    ['has no module', new URL(`file://${folder}/nothing.mjs`), /Cannot find module/],
    ['throws at its start', moduleOf(`throw new Error('no compiler here');`), /^no compiler here$/],
    ['throws at a job', moduleOf(`port.on('message', () => { throw new Error('bad job'); });`), /^bad job$/],
    ['exits', moduleOf('process.exit(7);'), /^the compiler's thread ended with status 7$/],
  ])('because it %s is an answer, once', async (_, entry, error) => {
    const port = new NodeCompilerPort(entry);
    port.post(1);
    expect(await laterAnswer(port)).toEqual({ error: expect.stringMatching(error) });
    port.post(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(port.poll()).toBeUndefined();
    port.close();
  });

  test('gives its answers first', async () => {
    const port = new NodeCompilerPort(
      moduleOf(
        `port.on('message', (job) => { port.postMessage(job); if (job === 2) throw new Error('late'); });`,
      ),
    );
    port.post(1);
    port.post(2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([await laterAnswer(port), await laterAnswer(port), await laterAnswer(port)]).toEqual([
      1,
      2,
      { error: 'late' },
    ]);
    port.close();
  });
});

describe('a process', () => {
  const portModule = pathToFileURL(join(projectRoot(), 'dist/runtime/host/node/compiler-port.js')).href;
  const busy = moduleOf(`port.postMessage('busy'); for (;;);`).href;
  test.each<[how: string, end: string, status: number]>([
    ['ends by itself', '', 0],
    ['exits', 'process.exit(3);', 3],
  ])('%s while its compiler is busy', (_, end, status) => {
    const main = join(folder, 'main.mjs');
    writeFileSync(
      main,
      `import { NodeCompilerPort } from '${portModule}';
       const compiler = new NodeCompilerPort(new URL('${busy}'));
       while (compiler.poll() === undefined);
       ${end}`,
    );
    const ended = spawnSync(process.execPath, [main], { timeout: 20_000 });
    expect({ status: ended.status, signal: ended.signal, stderr: String(ended.stderr) }).toEqual({
      status,
      signal: null,
      stderr: '',
    });
  });
});

describe('the build', () => {
  const built = (name: string): string => readFileSync(join(projectRoot(), 'dist/bin', name), 'utf8');

  test('makes a compiler that answers', () => {
    const port = new NodeCompilerPort(pathToFileURL(join(projectRoot(), 'dist/bin/compiler.mjs')));
    port.post({ any: 'job' });
    expect(nextAnswer(port)).not.toBe('no answer');
    port.close();
  });

  test('keeps binaryen out of the command', () => {
    expect(built('skasm.cjs')).not.toMatch(/require\(.binaryen/);
    expect(built('skasm.cjs')).toContain('compiler.mjs');
    expect(built('skasm.cjs').length).toBeLessThan(2_000_000);
  });
});
