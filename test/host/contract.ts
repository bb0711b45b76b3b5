// What every host must do, in one text: run by fake.test.ts, node.test.ts and, in a page, the browser's.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Host, HostError, type HostFile } from '../../runtime/host/host.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

export interface HostUnderTest {
  readonly host: Host;
  /** An empty folder on it. */
  readonly folder: string;
  readonly close: () => void;
}

export function hostContract(name: string, make: () => HostUnderTest): void {
  describe(`${name} host`, () => {
    let host: Host;
    let at: (path: string) => string;
    let close: () => void;
    beforeEach(() => {
      const made = make();
      ({ host, close } = made);
      at = (path) => `${made.folder}/${path}`;
    });
    afterEach(() => close());

    /** Answers that are on their way are asked for again. */
    async function answer<T>(question: () => T): Promise<Exclude<T, { ready: Promise<void> }>> {
      for (;;) {
        const result = question() as T & { ready?: Promise<void> };
        if (!(typeof result === 'object' && result !== null && result.ready instanceof Promise)) {
          return result as Exclude<T, { ready: Promise<void> }>;
        }
        await result.ready;
      }
    }
    async function code(question: () => unknown): Promise<string> {
      try {
        await answer(question);
        return 'none';
      } catch (error) {
        if (error instanceof HostError) return error.code;
        throw error;
      }
    }
    async function make1(path: string, text: string): Promise<HostFile> {
      const how = { read: true, write: true, create: true, mode: 0o640 };
      const file = await answer(() => host.files.open(at(path), how));
      if (text !== '') await answer(() => (file as HostFile).writeAt(bytes(text), 0));
      return file as HostFile;
    }
    async function content(path: string): Promise<string> {
      const file = (await answer(() => host.files.open(at(path), { read: true, write: false }))) as HostFile;
      const into = new Uint8Array(100);
      const count = await answer(() => file.readAt(into, 0));
      file.close();
      return String.fromCharCode(...into.subarray(0, count as number));
    }

    it('reads and writes at positions', async () => {
      const file = await make1('file', 'hello');
      expect(await answer(() => file.writeAt(bytes('p!'), 3))).toBe(2);
      expect(await content('file')).toBe('help!');
      expect(await answer(() => file.readAt(new Uint8Array(4), 5))).toBe(0);
      await answer(() => file.writeAt(bytes('x'), 8));
      expect(await content('file')).toBe('help!\0\0\0x');
      await answer(() => file.truncate(2));
      expect(await content('file')).toBe('he');
      await answer(() => file.sync());
      file.close();
    });

    it('says what a file is', async () => {
      const file = await make1('file', 'hello');
      const stat = await answer(() => host.files.stat(at('file')));
      expect(stat).toMatchObject({ type: 'file', size: 5, links: 1 });
      expect((await answer(() => file.stat())).inode).toBe(stat.inode);
      file.close();
      await answer(() => host.files.setAttributes(at('file'), { mode: 0o4751 }));
      expect((await answer(() => host.files.stat(at('file')))).mode).toBe(0o4751);
      const times = { accessed: 1_000_000_000_123_456_000n, modified: 1_100_000_000_654_321_000n };
      await answer(() => host.files.setAttributes(at('file'), times));
      expect(await answer(() => host.files.stat(at('file')))).toMatchObject(times);
    });

    it('opens as it is told', async () => {
      (await make1('file', 'hello')).close();
      const read = { read: true, write: false };
      expect(await code(() => host.files.open(at('missing'), read))).toBe('ENOENT');
      const exclusive = { read: true, write: true, create: true, exclusive: true };
      expect(await code(() => host.files.open(at('file'), exclusive))).toBe('EEXIST');
      const file = await answer(() =>
        host.files.open(at('file'), { read: true, write: true, truncate: true }),
      );
      (file as HostFile).close();
      expect(await content('file')).toBe('');
    });

    it('makes, lists and removes names', async () => {
      await answer(() => host.files.makeDirectory(at('folder'), 0o755));
      expect(await code(() => host.files.makeDirectory(at('folder'), 0o755))).toBe('EEXIST');
      (await make1('folder/file', '')).close();
      await answer(() => host.files.symlink('a target', at('folder/link')));
      await answer(() => host.files.link(at('folder/file'), at('folder/hard')));
      const names = await answer(() => host.files.list(at('folder')));
      expect([...(names as string[])].sort()).toEqual(['file', 'hard', 'link']);
      expect(await answer(() => host.files.readLink(at('folder/link')))).toBe('a target');
      expect((await answer(() => host.files.stat(at('folder/link')))).type).toBe('symlink');
      expect((await answer(() => host.files.stat(at('folder/hard')))).links).toBe(2);
      expect(await code(() => host.files.removeDirectory(at('folder')))).toBe('ENOTEMPTY');
      for (const name of ['file', 'hard', 'link'])
        await answer(() => host.files.remove(at(`folder/${name}`)));
      await answer(() => host.files.removeDirectory(at('folder')));
      expect(await code(() => host.files.stat(at('folder')))).toBe('ENOENT');
      expect(await code(() => host.files.list(at('missing')))).toBe('ENOENT');
      expect(await code(() => host.files.remove(at('missing')))).toBe('ENOENT');
    });

    it('renames over what is there', async () => {
      (await make1('a', 'A')).close();
      (await make1('b', 'B')).close();
      await answer(() => host.files.rename(at('a'), at('b')));
      expect(await content('b')).toBe('A');
      expect(await code(() => host.files.rename(at('a'), at('c')))).toBe('ENOENT');
      await answer(() => host.files.makeDirectory(at('d'), 0o755));
      expect(await code(() => host.files.rename(at('b'), at('d')))).toBe('EISDIR');
      expect(await code(() => host.files.rename(at('d'), at('b')))).toBe('ENOTDIR');
    });

    it('takes names that are no UTF-8', async () => {
      const odd = 'caf\xe9\xff\x01';
      (await make1(odd, 'odd')).close();
      expect(await content(odd)).toBe('odd');
      expect(await answer(() => host.files.list(at('.')))).toEqual([odd]);
    });

    it('tells the room on a file system', () => {
      const { blockSize, blocks, free } = host.files.space(at('.'));
      expect(blockSize).toBeGreaterThan(0);
      expect(free).toBeLessThanOrEqual(blocks);
    });

    it('has clocks and entropy', () => {
      const first = host.clock.monotonic();
      expect(host.clock.monotonic()).toBeGreaterThanOrEqual(first);
      expect(host.clock.realtime()).toBeGreaterThan(1_500_000_000_000_000_000n);
      const [a, b] = [new Uint8Array(16), new Uint8Array(16)];
      host.random(a);
      host.random(b);
      expect([...a]).not.toEqual([...b]);
    });

    it('sleeps until a time, or until it is woken', async () => {
      const until = host.clock.monotonic() + 5_000_000;
      await host.sleep(until);
      expect(host.clock.monotonic()).toBeGreaterThanOrEqual(until);
      const sleep = host.sleep(Number.POSITIVE_INFINITY);
      host.wakeUp();
      await sleep;
      await host.yield();
    });
  });
}
