// The files of a machine: its file systems, its mounts, its terminals, and what the file calls ask for
// (FileServices). machine.ts hands the kernel's parts in.

import { ENOTDIR, Errno } from './abi/errno.ts';
import { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from './abi/file.ts';
import { encodeUtf8, toByteString } from './abi/utf8.ts';
import { Console } from './fs/console.ts';
import { DevFs } from './fs/devfs.ts';
import { DevPts } from './fs/devpts.ts';
import { createFileServices } from './fs/file-services.ts';
import { ask } from './fs/host-answer.ts';
import { HostStreams } from './fs/host-stream.ts';
import { HostFs } from './fs/hostfs.ts';
import type { Sessions } from './fs/job-control.ts';
import { registerMemoryDevices } from './fs/memory-devices.ts';
import { OverlayFs } from './fs/overlay.ts';
import { PipeFs } from './fs/pipe.ts';
import { ProcFs } from './fs/procfs.ts';
import { registerTerminals } from './fs/terminal-devices.ts';
import { TmpFs, type TmpFsParts } from './fs/tmpfs.ts';
import type { Host, HostStream } from './host/host.ts';
import { setAsync } from './kernel/async-owner.ts';
import type { Kernel } from './kernel/kernel.ts';
import { type Caller, credentialsOf } from './vfs/caller.ts';
import { Devices } from './vfs/devices.ts';
import type { FileDescription } from './vfs/file-description.ts';
import type { FileSystem } from './vfs/inode.ts';
import { type MountFlags, Namespace } from './vfs/mount.ts';
import { openPath } from './vfs/open.ts';
import { FsContext } from './vfs/path.ts';
import type { FileServices } from './vfs/services.ts';

/** How the guest may use a host folder: not at all for writing, into memory, or for real. */
export type HostAccess = 'readonly' | 'overlay' | 'writable';

/** The machine itself as a caller: root, without a process. */
const MACHINE: Caller = Object.freeze({
  credentials: credentialsOf(0, 0, [0]),
  pid: 0,
  tid: 0,
  pgid: 0,
  sid: 0,
  get memory(): never {
    throw new Error('the machine has no user memory');
  },
});

/** First of the numbers that device() gives out. */
const FIRST_DEVICE = 0x20;

export class MachineFiles {
  readonly namespace: Namespace;
  readonly devices = new Devices();
  readonly devpts: DevPts;
  readonly proc: ProcFs;
  /** The host's terminal; null when none of the standard streams is one. */
  readonly console: Console | null;
  readonly #kernel: Kernel;
  readonly #host: Host;
  readonly #now: () => bigint;
  readonly #dev: DevFs;
  #lastDevice = FIRST_DEVICE;

  constructor(
    kernel: Kernel,
    sessions: Sessions,
    root: { readonly path: string; readonly access: HostAccess } | undefined,
  ) {
    this.#kernel = kernel;
    this.#host = kernel.host;
    this.#now = () => kernel.realtime();
    this.devpts = new DevPts(this.device(), sessions, this.#now);
    this.proc = new ProcFs(kernel, this.device(), (sid) => sessions.terminalOf(sid));
    this.console = this.#openConsole(sessions);
    const { frames, host } = kernel;
    registerMemoryDevices(this.devices, { frames, random: (into) => host.random(into) });
    registerTerminals(this.devices, { sessions, devpts: this.devpts, console: this.console?.tty ?? null });
    const tree =
      root === undefined ? new TmpFs(this.#parts(), { mode: 0o755 }) : this.#hostTree(root.path, root.access);
    this.#dev = new DevFs(this.#parts());
    this.namespace = new Namespace(this.#services(), tree, root?.path ?? 'tmpfs');
    this.attach('/proc', this.proc, 'proc', { nosuid: true, nodev: true, noexec: true });
    this.attach('/dev', this.#dev, 'devtmpfs', { nosuid: true });
    this.attach('/dev/pts', this.devpts, 'devpts', { nosuid: true, noexec: true });
    this.attach('/dev/shm', new TmpFs(this.#parts(), { mode: 0o1777 }), 'tmpfs', {
      nosuid: true,
      nodev: true,
    });
  }

  /** A number for a file system without a device: (0, n) as makedev() makes it. */
  device(): number {
    return this.#lastDevice++;
  }
  #openConsole(sessions: Sessions): Console | null {
    const [input, output, errors] = this.#host.streams;
    const terminal = (stream: HostStream): HostStream | null => (stream.kind === 'tty' ? stream : null);
    const keyboard = terminal(input);
    const screen = terminal(output) ?? terminal(errors);
    return keyboard === null && screen === null ? null : new Console({ keyboard, screen, sessions });
  }
  #services(): FileServices {
    const kernel = this.#kernel;
    return createFileServices({
      pipes: new PipeFs(this.device(), this.#now),
      memory: new TmpFs(this.#parts(), { mode: 0o700 }),
      tmpfs: () => this.#parts(),
      mountable: { devtmpfs: this.#dev, devpts: this.devpts, proc: this.proc },
      setAsync: (description, fd, on) => setAsync(description, on, kernel.running!, fd),
      isExecuting: (inode) => kernel.isExecuting(inode),
    });
  }

  #parts(): TmpFsParts {
    const { frames } = this.#kernel;
    return { frames, devices: this.devices, now: this.#now, device: this.device() };
  }
  #hostTree(path: string, access: HostAccess): FileSystem {
    const tree = new HostFs({
      files: this.#host.files,
      path: toByteString(path),
      frames: this.#kernel.frames,
      devices: this.devices,
      now: this.#now,
      device: this.device(),
    });
    return access === 'overlay' ? new OverlayFs(this.#parts(), tree, MACHINE) : tree;
  }
  /** Shows a host folder or file at a path of the guest, which is made if it is not there. Throws Errno. */
  mountHost(from: string, to: string, access: HostAccess): void {
    const flags = { readonly: access === 'readonly' };
    if (this.#isFolder(from)) {
      this.attach(to, this.#hostTree(from, access), from, flags);
      return;
    }
    // A single file: its folder is mounted aside, and the file's entry bound to the place.
    const cut = from.lastIndexOf('/');
    const tree = this.#hostTree(from.slice(0, cut) || '/', access);
    const folder = this.namespace.aside(tree, from, flags);
    const context = new FsContext(this.namespace, { root: folder });
    const file = context.resolve(MACHINE, `/${toByteString(from.slice(cut + 1))}`);
    if (!this.exists(to)) this.write(to, '', 0o644);
    this.namespace.attach(this.context().resolve(MACHINE, to), tree, from, flags, file.entry);
  }
  #isFolder(path: string): boolean {
    try {
      return ask(() => this.#host.files.stat(`${toByteString(path)}/.`)).type === 'directory';
    } catch (thrown) {
      if (thrown === ENOTDIR) return false;
      throw thrown;
    }
  }
  attach(path: string, fileSystem: FileSystem, source: string, flags: MountFlags = {}): void {
    this.makeFolder(path);
    this.namespace.attach(this.context().resolve(MACHINE, path), fileSystem, source, flags);
  }
  /** Absolute paths are looked for below this host folder first. */
  setPrefix(folder: string): void {
    this.namespace.prefix = this.namespace.aside(this.#hostTree(folder, 'readonly'), folder, {
      readonly: true,
    });
  }
  exists(path: string): boolean {
    try {
      this.context().resolve(MACHINE, path);
      return true;
    } catch (thrown) {
      if (thrown instanceof Errno) return false;
      throw thrown;
    }
  }
  /** Makes a folder and those above it. */
  makeFolder(path: string): void {
    const context = this.context();
    let at = '';
    for (const name of path.split('/').filter((part) => part !== '')) {
      const { parent, place } = context.walk(MACHINE, `${at}/${name}`);
      if (place === null) parent.inode.makeDirectory(name, 0o755, { uid: 0, gid: 0 });
      at += `/${name}`;
    }
  }
  /** A fresh view of the tree, from its root. */
  context(): FsContext {
    return new FsContext(this.namespace);
  }
  open(path: string, flags: number, mode = 0): FileDescription {
    return openPath(this.context(), MACHINE, path, flags, { mode }).retain();
  }

  /** Writes a file in the guest's tree. `mode` as in chmod(2). */
  write(path: string, contents: string | Uint8Array, mode: number): void {
    this.makeFolder(path.slice(0, path.lastIndexOf('/')));
    const file = this.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
    file.write(typeof contents === 'string' ? encodeUtf8(contents) : contents);
    file.release();
  }
  /** Removes a file, if it is there. */
  remove(path: string): void {
    const { parent, name, place } = this.context().walk(MACHINE, path);
    if (place === null) return;
    parent.inode.unlink(name);
    parent.entry.removed(name);
  }
  /** A file of the guest's tree, or null when there is none. */
  read(path: string): Uint8Array | null {
    try {
      const file = this.open(path, O_RDONLY);
      const parts: Uint8Array[] = [];
      for (;;) {
        const bytes = file.read(65536);
        if (!(bytes instanceof Uint8Array) || bytes.length === 0) break;
        parts.push(bytes.slice());
      }
      file.release();
      return concatenate(parts);
    } catch (thrown) {
      if (thrown instanceof Errno) return null;
      throw thrown;
    }
  }

  /** Descriptors 0, 1, 2 of a first program: the console for terminals, other streams as they are. */
  standardStreams(caller: Caller): FileDescription[] {
    const { streams } = this.#host;
    const others = new HostStreams({
      streams,
      frames: this.#kernel.frames,
      device: this.device(),
      now: this.#now,
      owner: { uid: caller.credentials.uid, gid: caller.credentials.gid },
    });
    return streams.map((stream, fd) => {
      if (stream.kind === 'tty') return this.#openTerminal(caller);
      const flags = fd === 0 ? O_RDONLY : O_WRONLY;
      return others.open(fd, caller) ?? openPath(this.context(), MACHINE, '/dev/null', flags);
    });
  }
  /** The console through its node, which ttyname(3) looks for; whoever may open that. */
  #openTerminal(caller: Caller): FileDescription {
    const place = this.context().resolve(MACHINE, '/dev/console');
    const file = this.console!.tty.openBy(caller, place.inode, O_RDWR, '/dev/console');
    file.location = place;
    return file;
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
