// The host of the tests: files in a Map, a clock that stands still until it is told to move or somebody
// sleeps, input that the test types and output that the test reads. Everything is at once and repeatable.

import {
  type ByteString,
  type Host,
  HostError,
  type HostFile,
  type HostFiles,
  type HostFileType,
  type HostStat,
  type HostStream,
} from './host.ts';

interface Node {
  type: HostFileType;
  mode: number;
  uid: number;
  gid: number;
  readonly inode: number;
  links: number;
  data: Uint8Array;
  target: ByteString;
  readonly children: Map<ByteString, Node>;
  accessed: bigint;
  modified: bigint;
  changed: bigint;
}

const fail = (code: string): never => {
  throw new HostError(code);
};

export class FakeFiles implements HostFiles {
  readonly #now: () => bigint;
  #lastInode = 1;
  readonly #root: Node;

  constructor(now: () => bigint) {
    this.#now = now;
    this.#root = this.#make('directory', 0o755);
  }

  #make(type: HostFileType, mode: number): Node {
    const now = this.#now();
    return {
      type,
      mode: mode & 0o7777,
      uid: 0,
      gid: 0,
      inode: ++this.#lastInode,
      links: type === 'directory' ? 2 : 1,
      data: new Uint8Array(0),
      target: '',
      children: new Map(),
      accessed: now,
      modified: now,
      changed: now,
    };
  }
  /** Follows no last symlink, as the interface says; others are followed. */
  #find(path: ByteString): Node {
    const { parent, name } = this.#parent(path);
    if (name === '') return parent;
    return parent.children.get(name) ?? fail('ENOENT');
  }
  #parent(path: ByteString, depth = 0): { parent: Node; name: ByteString } {
    if (depth > 40) fail('ELOOP');
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const name = parts.pop() ?? '';
    let node = this.#root;
    let at = '';
    for (const part of parts) {
      const child: Node = node.children.get(part) ?? fail('ENOENT');
      if (child.type === 'symlink') {
        const target = child.target.startsWith('/') ? child.target : `${at}/${child.target}`;
        const { parent, name: last } = this.#parent(target, depth + 1);
        node = last === '' ? parent : (parent.children.get(last) ?? fail('ENOENT'));
      } else {
        node = child;
      }
      if (node.type !== 'directory') fail('ENOTDIR');
      at += `/${part}`;
    }
    return { parent: node, name };
  }
  #add(path: ByteString, node: Node): void {
    const { parent, name } = this.#parent(path);
    if (name === '' || parent.children.has(name)) fail('EEXIST');
    parent.children.set(name, node);
    if (node.type === 'directory') parent.links++;
    parent.modified = parent.changed = this.#now();
  }
  #stat(node: Node): HostStat {
    const size = node.type === 'symlink' ? node.target.length : node.data.length;
    return {
      type: node.type,
      mode: node.mode,
      device: 1,
      inode: node.inode,
      links: node.links,
      uid: node.uid,
      gid: node.gid,
      rdev: 0,
      size,
      blocks: Math.ceil(size / 512),
      blockSize: 4096,
      accessed: node.accessed,
      modified: node.modified,
      changed: node.changed,
    };
  }

  open(path: ByteString, how: Parameters<HostFiles['open']>[1]): HostFile {
    const { parent, name } = this.#parent(path);
    let node = name === '' ? parent : parent.children.get(name);
    if (node === undefined) {
      if (!how.create) return fail('ENOENT');
      node = this.#make('file', how.mode ?? 0o666);
      this.#add(path, node);
    } else if (how.create && how.exclusive) {
      fail('EEXIST');
    }
    if (node.type === 'symlink') fail('ELOOP');
    if (node.type === 'directory' && how.write) fail('EISDIR');
    if (how.truncate) node.data = new Uint8Array(0);
    return this.#file(node, how.read, how.write);
  }
  #file(node: Node, read: boolean, write: boolean): HostFile {
    return {
      readAt: (into, position) => {
        if (!read) fail('EBADF');
        if (node.type === 'directory') fail('EISDIR');
        const part = node.data.subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      writeAt: (from, position) => {
        if (!write) fail('EBADF');
        if (position + from.length > node.data.length) this.#resize(node, position + from.length);
        node.data.set(from, position);
        node.modified = node.changed = this.#now();
        return from.length;
      },
      truncate: (size) => {
        if (!write) fail('EINVAL');
        this.#resize(node, size);
        node.modified = node.changed = this.#now();
        return undefined;
      },
      sync: () => undefined,
      stat: () => this.#stat(node),
      close: () => {},
    };
  }
  #resize(node: Node, size: number): void {
    const data = new Uint8Array(size);
    data.set(node.data.subarray(0, size));
    node.data = data;
  }

  stat(path: ByteString): HostStat {
    return this.#stat(this.#find(path));
  }
  list(path: ByteString): ByteString[] {
    const node = this.#find(path);
    return node.type === 'directory' ? [...node.children.keys()] : fail('ENOTDIR');
  }
  readLink(path: ByteString): ByteString {
    const node = this.#find(path);
    return node.type === 'symlink' ? node.target : fail('EINVAL');
  }
  makeDirectory(path: ByteString, mode: number): undefined {
    this.#add(path, this.#make('directory', mode));
  }
  symlink(target: ByteString, path: ByteString): undefined {
    const node = this.#make('symlink', 0o777);
    node.target = target;
    this.#add(path, node);
  }
  link(from: ByteString, to: ByteString): undefined {
    const node = this.#find(from);
    if (node.type === 'directory') fail('EPERM');
    this.#add(to, node);
    node.links++;
    node.changed = this.#now();
  }
  #detach(path: ByteString, isDirectory: boolean): undefined {
    const { parent, name } = this.#parent(path);
    const node: Node = parent.children.get(name) ?? fail('ENOENT');
    if (isDirectory) {
      if (node.type !== 'directory') fail('ENOTDIR');
      if (node.children.size > 0) fail('ENOTEMPTY');
      parent.links--;
    } else if (node.type === 'directory') {
      fail('EISDIR');
    }
    parent.children.delete(name);
    node.links--;
    parent.modified = parent.changed = node.changed = this.#now();
  }
  remove(path: ByteString): undefined {
    this.#detach(path, false);
  }
  removeDirectory(path: ByteString): undefined {
    this.#detach(path, true);
  }
  rename(from: ByteString, to: ByteString): undefined {
    const source = this.#parent(from);
    const target = this.#parent(to);
    const node: Node = source.parent.children.get(source.name) ?? fail('ENOENT');
    const old = target.parent.children.get(target.name);
    if (old === node) return;
    if (old !== undefined) {
      if (old.type === 'directory' && node.type !== 'directory') fail('EISDIR');
      if (old.type !== 'directory' && node.type === 'directory') fail('ENOTDIR');
      this.#detach(to, old.type === 'directory');
    }
    source.parent.children.delete(source.name);
    target.parent.children.set(target.name, node);
    if (node.type === 'directory') {
      source.parent.links--;
      target.parent.links++;
    }
  }
  setAttributes(path: ByteString, to: Parameters<HostFiles['setAttributes']>[1]): undefined {
    const node = this.#find(path);
    node.mode = to.mode ?? node.mode;
    node.uid = to.uid ?? node.uid;
    node.gid = to.gid ?? node.gid;
    node.accessed = to.accessed ?? node.accessed;
    node.modified = to.modified ?? node.modified;
    node.changed = this.#now();
  }
  space(_path: ByteString): ReturnType<HostFiles['space']> {
    return { blockSize: 4096, blocks: 1 << 20, free: 1 << 19, files: 1 << 16, filesFree: 1 << 15 };
  }
}

/** A stream with a test at its other end. */
export class FakeStream implements HostStream {
  readonly kind: HostStream['kind'];
  /** Everything that was written, one byte a code unit. */
  output = '';
  /** Bytes a write takes at most; 0 = full. */
  room = Number.POSITIVE_INFINITY;
  /** Nobody reads: writes fail with EPIPE. */
  broken = false;
  raw = false;
  window = { columns: 80, rows: 24 };
  #input: (Uint8Array | null)[] = [];
  #sink: ((bytes: Uint8Array | null) => void) | null = null;
  #drain: (() => void) | null = null;
  #resize: (() => void) | null = null;
  readonly #file: HostFile | null;

  constructor(kind: HostStream['kind'], file: HostFile | null = null) {
    this.kind = kind;
    this.#file = file;
  }
  /** Input for the guest; null ends it. */
  type(text: string | null): void {
    this.#input.push(text === null ? null : Uint8Array.from(text, (c) => c.charCodeAt(0)));
    this.#deliver();
  }
  #deliver(): void {
    while (this.#sink !== null && this.#input.length > 0) this.#sink(this.#input.shift()!);
  }
  onInput(sink: ((bytes: Uint8Array | null) => void) | null): void {
    this.#sink = sink;
    this.#deliver();
  }
  write(bytes: Uint8Array): number {
    if (this.broken) fail('EPIPE');
    const count = Math.min(bytes.length, this.room);
    for (let i = 0; i < count; i++) this.output += String.fromCharCode(bytes[i]!);
    this.room -= count;
    return count;
  }
  onDrain(sink: (() => void) | null): void {
    this.#drain = sink;
  }
  drain(room = Number.POSITIVE_INFINITY): void {
    this.room = room;
    this.#drain?.();
  }
  size(): { columns: number; rows: number } | null {
    return this.kind === 'tty' ? this.window : null;
  }
  onResize(sink: (() => void) | null): void {
    this.#resize = sink;
  }
  resize(columns: number, rows: number): void {
    this.window = { columns, rows };
    this.#resize?.();
  }
  setRaw(raw: boolean): void {
    this.raw = raw;
  }
  file(): HostFile | null {
    return this.#file;
  }
  readonly offset: number = 0;
}

export interface FakeHost extends Host {
  readonly files: FakeFiles;
  readonly streams: readonly [FakeStream, FakeStream, FakeStream];
  /** Moves both clocks. */
  advance(nanoseconds: number): void;
}

export function createFakeHost(kind: HostStream['kind'] = 'pipe'): FakeHost {
  let now = 1_000_000_000;
  let seed = 1;
  let wake: (() => void) | null = null;
  const epoch = 1_600_000_000_000_000_000n;
  const realtime = (): bigint => epoch + BigInt(now);
  return {
    files: new FakeFiles(realtime),
    streams: [new FakeStream(kind), new FakeStream(kind), new FakeStream(kind)],
    clock: { monotonic: () => now, realtime },
    random: (into) => {
      for (let i = 0; i < into.length; i++) {
        seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
        into[i] = seed >> 16;
      }
    },
    yield: () => new Promise((resolve) => setTimeout(resolve)),
    // Time passes at once: a sleep with an end moves the clock there.
    sleep: (deadline) =>
      new Promise((resolve) => {
        wake = () => {
          wake = null;
          resolve();
        };
        if (deadline === Number.POSITIVE_INFINITY) return;
        now = Math.max(now, deadline);
        setTimeout(() => wake?.());
      }),
    wakeUp: () => wake?.(),
    advance: (nanoseconds) => {
      now += nanoseconds;
    },
  };
}
