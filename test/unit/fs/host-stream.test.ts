// The host's streams as descriptions: input only on demand, full and broken outputs, files with an offset.

import { describe, expect, it } from 'vitest';
import { EAGAIN, EPIPE } from '../../../runtime/abi/errno.ts';
import { O_NONBLOCK, POLLHUP, POLLIN, POLLOUT } from '../../../runtime/abi/file.ts';
import { HostStreams } from '../../../runtime/fs/host-stream.ts';
import { createFakeHost, FakeStream } from '../../../runtime/host/fake.ts';
import type { HostFile } from '../../../runtime/host/host.ts';
import { Blocked } from '../../../runtime/wait.ts';
import { fileParts, ROOT } from '../../support/file-world.ts';
import { thrown } from '../../support/thrown.ts';

const text = (bytes: unknown): string => String.fromCharCode(...(bytes as Uint8Array));
const bytes = (value: string): Uint8Array => Uint8Array.from(value, (c) => c.charCodeAt(0));

function open(streams: readonly FakeStream[]) {
  const owner = { uid: 0, gid: 0 };
  return new HostStreams({ ...fileParts(), streams, owner });
}

describe('host streams', () => {
  it('ask for input only when somebody wants it', () => {
    const stream = new FakeStream('pipe');
    const file = open([stream]).open(0, ROOT)!.retain();
    stream.type('first');
    stream.type('second');
    expect(text(file.read(3))).toBe('fir');
    expect(text(file.read(9))).toBe('st');
    expect(text(file.read(9))).toBe('second');
    const wait = file.read(1);
    expect(wait).toBeInstanceOf(Blocked);
    let woken = 0;
    file.queue.add({ wake: () => woken++ });
    stream.type(null);
    expect([woken, file.poll() & (POLLIN | POLLHUP)]).toEqual([1, POLLHUP]);
    expect(text(file.read(1))).toBe('');
  });

  it('wait for room in a full output', () => {
    const stream = new FakeStream('pipe');
    const file = open([stream, stream]).open(1, ROOT)!.retain();
    stream.room = 3;
    const wait = file.write(bytes('hello')) as Blocked;
    expect(wait).toBeInstanceOf(Blocked);
    expect([wait.options.partial!(), file.poll() & POLLOUT]).toEqual([3, 0]);
    stream.drain();
    expect([wait.retry('woken'), stream.output]).toEqual([5, 'hello']);
    file.flags |= O_NONBLOCK;
    stream.room = 0;
    expect(thrown(() => file.write(bytes('x')))).toBe(EAGAIN);
    stream.broken = true;
    expect(thrown(() => file.write(bytes('x')))).toBe(EPIPE);
  });

  it('that are files go on where they stand', () => {
    const { files } = createFakeHost();
    const file = files.open('/log', { read: true, write: true, create: true }) as HostFile;
    file.writeAt(bytes('before|'), 0);
    class Log extends FakeStream {
      override readonly offset = 7;
    }
    const stream = new Log('file', file);
    const description = open([stream, stream]).open(1, ROOT)!.retain();
    expect(description.position).toBe(7);
    description.write(bytes('in a row'));
    expect(stream.output).toBe('in a row');
    description.seek(0, 0);
    description.write(bytes('B'));
    const all = new Uint8Array(7);
    file.readAt(all, 0);
    expect(text(all)).toBe('Before|');
  });
});
