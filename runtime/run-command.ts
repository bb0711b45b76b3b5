// `skasm run`: one program and what it starts, on the host's own files or on a root folder.

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { bringUser, loginEnvironment } from './command-deb-user.ts';
import {
  createNodeMachine,
  exitLike,
  type MachineFlags,
  runToExit,
  splitWritable,
} from './command-machine.ts';
import { refuse } from './command-refusal.ts';

/** One -E or -U; either may hold several, with commas between them. */
export type EnvironmentChange = { readonly set: string } | { readonly unset: string };

export interface RunOptions extends MachineFlags {
  readonly root?: string;
  /** -L */
  readonly L?: string;
  readonly mount?: readonly string[];
  /** -E and -U, in their order. */
  readonly environment?: readonly EnvironmentChange[];
  /** -0 */
  readonly 0?: string;
  /** -s, bytes */
  readonly s?: number;
  readonly cwd?: string;
  /** Names of Debian packages. */
  readonly deb?: readonly string[];
  /** Lines of sources.list(5). */
  readonly debSource?: readonly string[];
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** `SRC:DST` or `SRC:DST:ro`. */
function parseMount(text: string): { from: string; to: string; readonly: boolean } {
  const parts = text.split(':');
  const readonly = parts.length === 3 && parts[2] === 'ro';
  if (parts.length < 2 || (parts.length === 3 && !readonly) || parts.length > 3 || !parts[1]!.startsWith('/'))
    throw refuse(`--mount ${text}: SRC:DST or SRC:DST:ro is wanted, with an absolute DST`);
  if (!existsSync(parts[0]!)) throw refuse(`--mount ${text}: ${parts[0]} does not exist`);
  return { from: resolve(parts[0]!), to: parts[1]!, readonly };
}

function environmentOf(options: RunOptions): Record<string, string> {
  const environment: Record<string, string> = options.deb === undefined ? {} : loginEnvironment();
  if (options.root === undefined && options.deb === undefined)
    for (const [name, value] of Object.entries(process.env))
      if (value !== undefined) environment[name] = value;
  if (options.root !== undefined) {
    environment.PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    environment.HOME = '/root';
    if (process.env.TERM !== undefined) environment.TERM = process.env.TERM;
  }
  for (const change of options.environment ?? []) {
    if ('unset' in change) {
      for (const name of change.unset.split(',')) {
        if (name === '' || name.includes('=')) throw refuse(`-U ${change.unset}: names are wanted`);
        delete environment[name];
      }
    } else {
      // As with qemu-i386; a comma that no name follows belongs to the value.
      for (const setting of change.set.split(/,(?=[A-Za-z_]\w*=)/)) {
        const at = setting.indexOf('=');
        if (at <= 0) throw refuse(`-E ${setting}: VAR=VALUE is wanted`);
        environment[setting.slice(0, at)] = setting.slice(at + 1);
      }
    }
  }
  return environment;
}

async function packageRoot(packages: readonly string[], sources: readonly string[] | null): Promise<string> {
  const { debRoot } = await import('./command-deb.ts');
  return await debRoot(packages, sources);
}

export async function runCommand(path: string, args: readonly string[], options: RunOptions): Promise<void> {
  const root = splitWritable(options.root);
  if (root !== null && !isFolder(root.path)) throw refuse(`--root ${root.path}: not a folder`);
  if (options.L !== undefined && !isFolder(options.L)) throw refuse(`-L ${options.L}: not a folder`);
  if (options.deb !== undefined && (root !== null || options.L !== undefined))
    throw refuse(`--deb makes a root of its own: ${root !== null ? '--root' : '-L'} cannot be given as well`);
  if (options.debSource !== undefined && options.deb === undefined)
    throw refuse('--deb-source says where --deb finds packages, and there is no --deb');
  const mounts = (options.mount ?? []).map(parseMount);
  const packages =
    options.deb === undefined ? null : await packageRoot(options.deb, options.debSource ?? null);
  const machine = await createNodeMachine({
    ...options,
    root: packages ?? (root === null ? '/' : resolve(root.path)),
    rootAccess: packages === null && (root === null || root.writable) ? 'writable' : 'overlay',
  });
  const folder = packages === null ? process.cwd() : bringUser(machine, packages);
  for (const { from, to, readonly } of mounts) {
    // Only in memory are mount points made: the host's own tree stays as it is.
    if (packages === null && (root === null || root.writable) && !machine.files.exists(to))
      throw refuse(`--mount ${from}:${to}: the guest has no ${to} to mount on`);
    machine.mountHost(from, to, readonly ? 'readonly' : 'writable');
  }
  if (options.L !== undefined) machine.setPrefix(resolve(options.L));
  const own = root === null;
  const status = await runToExit(
    machine,
    {
      path,
      argv: [options[0] ?? path, ...args],
      stack: options.s,
      environment: environmentOf(options),
      cwd: options.cwd ?? (own ? folder : '/'),
      uid: own ? process.getuid!() : 0,
      gid: own ? process.getgid!() : 0,
      groups: own ? process.getgroups!() : [],
    },
    options,
  );
  process.exitCode = exitLike(status);
}
