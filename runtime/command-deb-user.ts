// What is no package's in a root of packages (`--deb`): of the user's own home and current folder, written through, the
// user's name, and the environment of a fresh login; and the machine's name.

import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Machine } from './machine.ts';

export const DEBIAN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games';

/** File systems of the guest's own. */
const GUEST_MOUNTS = ['/proc', '/dev', '/sys'];

interface User {
  readonly name: string;
  readonly home: string;
  readonly shell: string;
}

/** From the machine's users; one that these do not know is called `user`. */
function user(): User {
  const home = process.env.HOME ?? '/';
  try {
    const { username, homedir } = userInfo();
    return { name: username, home: process.env.HOME ?? homedir, shell: '/bin/sh' };
  } catch {
    return { name: 'user', home, shell: '/bin/sh' };
  }
}

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** Whether the root has something of its own there, which a mount would hide. */
function isTaken(root: string, path: string): boolean {
  if (path === '/' || GUEST_MOUNTS.some((folder) => isBelow(path, folder))) return true;
  const place = join(root, path);
  if (!existsSync(place)) return false;
  const stats = lstatSync(place);
  return !stats.isDirectory() || readdirSync(place).length > 0;
}

/** The folders that are shown in the guest under their own names: home and the current one, outermost first. */
export function ownFolders(root: string): string[] {
  const { home } = user();
  const wanted = [...(existsSync(home) ? [resolve(home)] : []), process.cwd()].filter(
    (path) => !isTaken(root, path),
  );
  return wanted.filter(
    (path, at) => !wanted.some((other, i) => i !== at && isBelow(path, other) && (path !== other || i < at)),
  );
}

/** Shows the user's folders and name in a machine whose root is `root`, and its own; answers the folder to begin in. */
export function bringUser(machine: Machine, root: string): string {
  for (const folder of ownFolders(root)) machine.mountHost(realpathSync(folder), folder, 'writable');
  const { name, home, shell } = user();
  addLine(machine, '/etc/passwd', 2, `${name}:x:${process.getuid!()}:${process.getgid!()}::${home}:${shell}`);
  addLine(machine, '/etc/group', 2, `${name}:x:${process.getgid!()}:`);
  nameMachine(machine);
  return machine.files.exists(process.cwd()) ? process.cwd() : '/';
}

/** /etc/hosts as Debian's installer writes it, in memory, where no package has one. */
function nameMachine(machine: Machine): void {
  if (machine.files.exists('/etc/hosts')) return;
  const lines = [
    '127.0.0.1\tlocalhost',
    `127.0.1.1\t${machine.kernel.uts.nodename}`,
    '',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
  ];
  machine.writeFile('/etc/hosts', `${lines.join('\n')}\n`, 0o644);
}

/** Adds a line to a file of the guest, in memory, unless there is one with the same number. */
function addLine(machine: Machine, path: string, field: number, line: string): void {
  const text = machine.readFile(path) ?? '';
  const number = line.split(':')[field];
  if (text.split('\n').some((other) => other.split(':')[field] === number)) return;
  machine.writeFile(path, `${text}${line}\n`, 0o644);
}

/** The environment of a login: nothing of the machine's that names its own files. */
export function loginEnvironment(): Record<string, string> {
  const { name, home, shell } = user();
  const environment: Record<string, string> = {
    PATH: DEBIAN_PATH,
    HOME: home,
    USER: name,
    LOGNAME: name,
    SHELL: shell,
    LANG: 'C.UTF-8',
  };
  if (process.env.TERM !== undefined) environment.TERM = process.env.TERM;
  return environment;
}
