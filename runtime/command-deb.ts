// `--deb`: a root of Debian packages for `skasm run`, made once (PackageStore.install). Of what dpkg would have
// the packages' scripts do, that is done which programs need to run: users, the linker's cache, alternatives.
// docs/deb.md says what is left out. What of the user's own comes into such a root is command-deb-user.ts.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DEBIAN_PATH } from './command-deb-user.ts';
import { createNodeMachine, runToExit } from './command-machine.ts';
import { refuse } from './command-refusal.ts';
import { runTool } from './host/node/apt.ts';
import { cacheFolder, PackageError, PackageStore } from './host/node/packages.ts';

/** Where dpkg has a package's scripts, and where it unpacks them first. */
const INFO = '/var/lib/dpkg/info';
const UNPACKED_CONTROL = '/var/lib/dpkg/tmp.ci';
/** What the scripts print. */
const LOG = '/var/log/skasm-configure.log';

/** The root for `--deb LIST`, fetched and unpacked unless it is there. Refuses with what apt says. */
export async function debRoot(
  packages: readonly string[],
  sources: readonly string[] | null,
): Promise<string> {
  const progress = (line: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`skasm: ${line}\n`);
  };
  const store = new PackageStore(cacheFolder(), progress, sources);
  try {
    return await store.install(packages, (folder, debs) => configure(folder, debs, progress));
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw refuse(`--deb ${packages.join(',')}: ${error.message}`);
  }
}

/** What base-passwd, libc-bin and the packages with alternatives do when they are configured. */
export async function configure(
  folder: string,
  debs: readonly string[],
  progress: (line: string) => void,
): Promise<void> {
  const here = (path: string): boolean => existsSync(join(folder, path));
  for (const name of ['passwd', 'group']) {
    const master = `/usr/share/base-passwd/${name}.master`;
    if (here(master) && !here(`/etc/${name}`)) copyFileSync(join(folder, master), join(folder, 'etc', name));
  }
  const services = '/usr/share/libc-bin/nsswitch.conf';
  if (here(services) && !here('/etc/nsswitch.conf'))
    copyFileSync(join(folder, services), join(folder, 'etc/nsswitch.conf'));
  if (here('/sbin/ldconfig')) await runIn(folder, ['/sbin/ldconfig']);
  if (!here('/bin/sh')) return;
  const scripts = await alternativesScripts(folder, debs);
  if (scripts.length === 0) return;
  progress(`registering the alternatives of ${scripts.length} packages`);
  mkdirSync(join(folder, 'var/log'), { recursive: true });
  const commands = scripts.map(
    (name) =>
      `DPKG_MAINTSCRIPT_PACKAGE=${name} DPKG_MAINTSCRIPT_NAME=postinst DPKG_MAINTSCRIPT_ARCH=i386 DPKG_ROOT= ` +
      `${INFO}/${name}.postinst configure || echo "failed: ${name}"`,
  );
  const status = await runIn(folder, [
    ...['/bin/sh', '-c'],
    [`exec </dev/null >${LOG} 2>&1`, ...commands, 'exit 0'].join('\n'),
  ]);
  const log = here(LOG) ? readFileSync(join(folder, LOG), 'utf8') : '';
  const failed = [...log.matchAll(/^failed: (.*)$/gm)].map(([, name]) => name);
  if (status !== 0 || failed.length > 0)
    process.stderr.write(
      `skasm: some programs may lack their usual names: the postinst script of ${failed.join(', ') || 'a package'} failed\n`,
    );
}

/**
 * Puts the postinst scripts in which update-alternatives is named where dpkg has them, and answers the names
 * of their packages: those give programs their usual names, such as awk and cc.
 */
async function alternativesScripts(folder: string, debs: readonly string[]): Promise<string[]> {
  const names: string[] = [];
  const control = join(folder, UNPACKED_CONTROL);
  mkdirSync(join(folder, INFO), { recursive: true });
  for (const deb of debs) {
    await runTool('dpkg-deb', ['--control', deb, control], { cwd: folder });
    const script = join(control, 'postinst');
    if (
      readdirSync(control).includes('postinst') &&
      readFileSync(script, 'latin1').includes('update-alternatives')
    ) {
      const name = /^Package: *(\S+)/m.exec(readFileSync(join(control, 'control'), 'utf8'))![1]!;
      renameSync(script, join(folder, INFO, `${name}.postinst`));
      names.push(name);
    }
    rmSync(control, { recursive: true });
  }
  return names;
}

/** Runs a program as root of the folder, which it may change; answers its wait status. */
async function runIn(folder: string, argv: readonly string[]): Promise<number> {
  const flags = { memory: 2 ** 28, patch: 'none' };
  const machine = await createNodeMachine({ ...flags, root: folder, rootAccess: 'writable' });
  const environment = { PATH: DEBIAN_PATH, HOME: '/root', DEBIAN_FRONTEND: 'noninteractive' };
  return await runToExit(machine, { path: argv[0]!, argv, environment, cwd: '/', uid: 0, gid: 0 }, flags);
}
