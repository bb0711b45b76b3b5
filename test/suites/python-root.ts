// The root of the python suite: Debian's python3.11 with its test modules, and how a command is run there by the
// machine's own kernel.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debRoot } from '../../runtime/command-deb.ts';
import type { Runner } from '../support/guest-run.ts';
import { SuiteError } from './suite.ts';

const PACKAGES = ['libpython3.11-testsuite', 'netbase', 'python3-distutils', 'python3.11', 'tzdata'];
/** What the installer of a Debian writes, and no package. */
const HOSTS = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n';

/** Sources that are wrong on purpose. */
const WRONG = '/(bad_coding|bad_coding2|badsyntax_\\w+)\\.py$|/lib2to3/tests/data/';

/** The folder of the root. Throws where packages cannot be had. */
export async function pythonRoot(): Promise<string> {
  const root = await debRoot(PACKAGES, null);
  const hosts = join(root, 'etc/hosts');
  if (!existsSync(hosts)) writeFileSync(hosts, HOSTS);
  compileModules(root);
  return root;
}

/** What the scripts of Python's packages do when they are configured: without it every start compiles anew. */
function compileModules(root: string): void {
  const library = '/usr/lib/python3.11';
  if (existsSync(join(root, library, 'test/__pycache__'))) return;
  const compile = ['/usr/bin/python3.11', '-m', 'compileall', '-q', '-x', WRONG, library];
  const { status, stdout } = spawnSync('setarch', ['i386', 'chroot', root, ...compile], { encoding: 'utf8' });
  if (status !== 0) throw new SuiteError(`the modules of ${root} cannot be compiled: ${stdout}`);
}

/** Names of the test modules and packages of modules. */
export function pythonModules(root: string): string[] {
  const entries = readdirSync(join(root, 'usr/lib/python3.11/test'));
  return entries.flatMap((name) => /^(test_\w+)(?:\.py)?$/.exec(name)?.[1] ?? []).sort();
}

// $0 is the root; the command follows. What it changes is kept in memory, and it has no rights over the machine.
// Devices are those that skasm has, not the machine's: test_socket would talk to a hypervisor by /dev/vsock.
// The shell stays as the namespace's first process, which signals reach in another way than all others.
const ENTER = `
set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o "lowerdir=$0,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
mount -t tmpfs -o mode=1777 tmpfs /mnt/root/tmp
mount -t tmpfs -o mode=755 tmpfs /mnt/root/dev
mkdir /mnt/root/dev/pts /mnt/root/dev/shm
for name in full null random tty urandom zero; do
  touch /mnt/root/dev/$name
  mount --bind /dev/$name /mnt/root/dev/$name
done
mount -t devpts -o newinstance,ptmxmode=666 devpts /mnt/root/dev/pts
ln -s pts/ptmx /mnt/root/dev/ptmx
ln -s /proc/self/fd /mnt/root/dev/fd
ln -s /proc/self/fd/0 /mnt/root/dev/stdin
ln -s /proc/self/fd/1 /mnt/root/dev/stdout
ln -s /proc/self/fd/2 /mnt/root/dev/stderr
mount -t tmpfs -o mode=1777 tmpfs /mnt/root/dev/shm
mount -t proc proc /mnt/root/proc
ip link set lo up
cd /
setpriv --bounding-set -sys_admin,-sys_boot,-sys_time,-sys_module,-sys_rawio,-net_admin chroot /mnt/root "$@" || exit
`;

/** The runner for the root; throws what stands in the way. */
export function pythonNative(root: string): Runner {
  const namespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--ipc', '--net'];
  const words = ['i386', ...namespaces, 'sh', '-c', ENTER, root];
  const probe = spawnSync('setarch', [...words, '/bin/true'], { encoding: 'utf8' });
  if (probe.status !== 0)
    throw new SuiteError(probe.stderr?.trim().split('\n').pop() || 'programs cannot be run in a chroot');
  return ['setarch', ...words];
}
