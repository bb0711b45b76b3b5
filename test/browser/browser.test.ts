// A machine in Chromium, without SharedArrayBuffer and without cross-origin isolation: static programs run
// from start to exit, with files in memory, pipes, fork and a timer, on the interpreter and on the translator.
// Debian's chromium drives the page.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
const WORK = join('.cache', 'browser');

function missing(): string | null {
  if (CHROMIUM === undefined) return 'there is no /usr/bin/chromium (apt-get install chromium)';
  try {
    mkdirSync(WORK, { recursive: true });
    const source = 'test/browser/guest.c';
    execFileSync('gcc', ['-m32', '-static', '-O1', '-o', join(WORK, 'guest'), source], { stdio: 'pipe' });
    return null;
  } catch {
    return 'gcc -m32 does not work here (apt-get install gcc-multilib)';
  }
}

interface Outcome {
  readonly status: number;
  readonly output: string;
  readonly regions: number;
}

const reason = missing();
if (reason !== null) console.warn(`browser tests are skipped: ${reason}`);

describe.skipIf(reason !== null)('a machine in Chromium', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    execFileSync(process.execPath, [
      'node_modules/rolldown/bin/cli.mjs',
      'test/browser/page.ts',
      ...['--platform', 'browser', '--format', 'esm', '--file', join(WORK, 'page.js'), '--no-codeSplitting'],
      ...['--log-level', 'silent'],
    ]);
    const files: Record<string, [type: string, path: string]> = {
      '/page.js': ['text/javascript', join(WORK, 'page.js')],
      '/cpu.wasm': ['application/wasm', 'dist/cpu.wasm'],
      '/guest': ['application/octet-stream', join(WORK, 'guest')],
    };
    server = createServer((request, response) => {
      const file = files[request.url ?? ''];
      response.setHeader('content-type', file?.[0] ?? 'text/html');
      response.end(
        file === undefined ? '<script type="module" src="/page.js"></script>' : readFileSync(file[1]),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({
      executablePath: CHROMIUM!,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => document.title === 'ready');
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const runIn = (mode: string, argv: string[], input = ''): Promise<Outcome> =>
    page.evaluate(
      ([words, text, how]) =>
        (
          globalThis as unknown as {
            runGuest(url: string, argv: string[], input: string, mode: string): Promise<Outcome>;
          }
        ).runGuest('/guest', words as string[], text as string, how as string),
      [argv, input, mode] as const,
    );
  const run = async (argv: string[], input = ''): Promise<Omit<Outcome, 'regions'>> => {
    const { status, output } = await runIn('off', argv, input);
    return { status, output };
  };

  it('is not cross-origin isolated', async () => {
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(false);
  });
  it('prints and exits', async () => {
    expect(await run(['guest', 'print'])).toEqual({ status: 7 << 8, output: 'hello 3.250 print\n' });
  });
  it('reads its input', async () => {
    expect(await run(['guest', 'upper'], 'one\ntwo\n')).toEqual({ status: 0, output: 'ONE\nTWO\n' });
  });
  it('forks, pipes, waits and sleeps', async () => {
    const { status, output } = await run(['guest', 'family']);
    expect(status).toBe(0);
    expect(output).toBe('child 0\nchild 1\nchild 2\nsum 3\n');
  });
  it('keeps files in memory', async () => {
    expect(await run(['guest', 'files'])).toEqual({ status: 0, output: 'written 5 read hello\n' });
  });
  it('translates, on the thread of the page', async () => {
    const { status, output, regions } = await runIn('eager', ['guest', 'print']);
    expect({ status, output }).toEqual({ status: 7 << 8, output: 'hello 3.250 print\n' });
    expect(regions).toBeGreaterThan(100);
  });
  it('dies of a signal', async () => {
    expect((await run(['guest', 'crash'])).status & 0x7f).toBe(11);
  });
});
