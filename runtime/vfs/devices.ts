// The device switch: which driver opens a character or block device node (Linux: chrdev_open, blkdev).
// devfs, ptys and the consoles register here; every file system's nodes are opened through it.

import { ENXIO } from '../abi/errno.ts';
import { majorOf, minorOf } from '../abi/file.ts';
import type { Caller } from './caller.ts';
import type { FileDescription } from './file-description.ts';
import { type Inode, S_IFBLK } from './inode.ts';

/** Opens a device: `inode` is the node, `minor` its minor number. */
export type DeviceOpener = (
  flags: number,
  caller: Caller,
  inode: Inode,
  path: string,
  minor: number,
) => FileDescription;

export class Devices {
  readonly #character = new Map<string, DeviceOpener>();

  /** `minor` null: all minors of the major that have no driver of their own. */
  registerCharacter(major: number, minor: number | null, opener: DeviceOpener): void {
    this.#character.set(`${major}:${minor ?? '*'}`, opener);
  }

  open(
    type: number,
    rdev: number,
    flags: number,
    caller: Caller,
    inode: Inode,
    path: string,
  ): FileDescription {
    const major = majorOf(rdev);
    const minor = minorOf(rdev);
    const opener =
      type === S_IFBLK
        ? undefined
        : (this.#character.get(`${major}:${minor}`) ?? this.#character.get(`${major}:*`));
    if (opener === undefined) throw ENXIO;
    return opener(flags, caller, inode, path, minor);
  }
}
