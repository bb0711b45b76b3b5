// Registers the terminal devices of the character switch: /dev/tty, /dev/console, /dev/ptmx, and the
// slaves by number for nodes outside of /dev/pts.

import { EIO, ENXIO } from '../abi/errno.ts';
import type { Devices } from '../vfs/devices.ts';
import type { DevPts } from './devpts.ts';
import type { Sessions } from './job-control.ts';
import type { Tty } from './tty.ts';

const TTY_MAJOR = 5;
const SLAVE_MAJOR = 136;

export function registerTerminals(
  devices: Devices,
  parts: { readonly sessions: Sessions; readonly devpts: DevPts; readonly console: Tty | null },
): void {
  const { sessions, devpts } = parts;
  devices.registerCharacter(TTY_MAJOR, 0, (flags, caller, inode, path) =>
    sessions.openControlling(inode, flags, caller, path),
  );
  devices.registerCharacter(TTY_MAJOR, 1, (flags, caller, inode, path) => {
    if (parts.console === null) throw EIO;
    return parts.console.openBy(caller, inode, flags, path);
  });
  devices.registerCharacter(TTY_MAJOR, 2, (flags, caller, inode, path) =>
    devpts.openMaster(caller, inode, flags, path),
  );
  devices.registerCharacter(SLAVE_MAJOR, null, (flags, caller, _inode, path, minor) => {
    const node = devpts.node(minor);
    if (node === null) throw ENXIO;
    return node.open(flags, caller, path);
  });
}
