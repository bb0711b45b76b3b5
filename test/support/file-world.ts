// A small world for tests of files: page frames, a clock, a namespace over any file system, and callers.

import { TmpFs, type TmpFsOptions, type TmpFsParts } from '../../runtime/fs/tmpfs.ts';
import { Frames } from '../../runtime/mm/frames.ts';
import { type Caller, credentialsOf } from '../../runtime/vfs/caller.ts';
import { Devices } from '../../runtime/vfs/devices.ts';
import type { FileSystem } from '../../runtime/vfs/inode.ts';
import { Namespace } from '../../runtime/vfs/mount.ts';
import { openPath } from '../../runtime/vfs/open.ts';
import { FsContext } from '../../runtime/vfs/path.ts';
import { NO_SERVICES } from '../../runtime/vfs/services.ts';

export function callerOf(uid: number, gid = uid, groups: readonly number[] = []): Caller {
  return {
    credentials: credentialsOf(uid, gid, groups),
    pid: 100,
    tid: 100,
    pgid: 100,
    sid: 100,
    get memory(): never {
      throw new Error('this caller has no memory');
    },
  };
}
export const ROOT = callerOf(0);

export function fileParts(memory = 16 * 1024 * 1024): TmpFsParts {
  const frames = new Frames(new WebAssembly.Memory({ initial: 16, maximum: 65536 }), memory);
  let now = 1_000_000_000_000_000_000n;
  return { frames, devices: new Devices(), now: () => ++now, device: 0x20 };
}
export const tmpfs = (options: TmpFsOptions = {}): TmpFs =>
  new TmpFs(fileParts(), { mode: 0o755, ...options });

export function contextOver(fileSystem: FileSystem): FsContext {
  return new FsContext(new Namespace(NO_SERVICES, fileSystem, 'test'));
}

export function writeText(fs: FsContext, path: string, text: string, caller: Caller = ROOT): void {
  const file = openPath(fs, caller, path, 0o1101 /* O_WRONLY | O_CREAT | O_TRUNC */, {
    mode: 0o644,
  }).retain();
  if (text !== '') file.write(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  file.release();
}
export function readText(fs: FsContext, path: string, caller: Caller = ROOT): string {
  const file = openPath(fs, caller, path, 0).retain();
  const bytes = file.read(1 << 20) as Uint8Array;
  file.release();
  return String.fromCharCode(...bytes);
}
export function names(fs: FsContext, path: string, caller: Caller = ROOT): string[] {
  return fs
    .resolve(caller, path)
    .inode.entries(caller)
    .map(({ name }) => name)
    .sort();
}
