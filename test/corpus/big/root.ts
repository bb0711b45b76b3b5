// The root of big programs: Debian's packages, what their own scripts would have put into /etc, and how a
// command is run there by the machine's own kernel.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, PackageStore } from '../../../runtime/host/node/packages.ts';
import type { Runner } from '../../support/guest-run.ts';

const PACKAGES = [
  ...['bash', 'coreutils', 'dash', 'grep', 'libc-bin', 'sed'],
  ...['nodejs', 'openjdk-17-jre-headless', 'python3'],
];

const ETC: Readonly<Record<string, string>> = {
  hosts: '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  passwd: 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  group: 'root:x:0:\nnogroup:x:65534:\n',
};

/** The folder of the root, or the reason why it cannot be had. */
export async function bigRoot(): Promise<{ path: string } | string> {
  const store = new PackageStore(cacheFolder(), (line) => console.log(line));
  const digest = createHash('sha256')
    .update(JSON.stringify([PACKAGES, ETC]))
    .digest('hex')
    .slice(0, 8);
  const name = `big-${digest}`;
  const path = join(store.folder, 'roots', name);
  if (existsSync(path)) return { path };
  const finish = async (folder: string): Promise<void> => {
    for (const [file, text] of Object.entries(ETC)) await writeFile(join(folder, 'etc', file), text);
  };
  try {
    return { path: await store.root(name, await store.closure(PACKAGES), finish) };
  } catch (error) {
    return (error as Error).message;
  }
}

// $0 is the root; pairs of a folder and where it is seen follow, then -- and the command. What is changed is
// kept in memory. Programs have no rights over the machine.
const ENTER = `
set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o "lowerdir=$0,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
mkdir -p /mnt/root/dev /mnt/root/proc
mount --rbind /dev /mnt/root/dev
mount -t tmpfs -o mode=1777 tmpfs /mnt/root/dev/shm
mount -t proc proc /mnt/root/proc
ip link set lo up
while [ "$1" != -- ]; do mkdir -p "/mnt/root$2"; mount --bind -o ro "$1" "/mnt/root$2"; shift 2; done
shift
cd /
exec setpriv --bounding-set -sys_admin,-sys_boot,-sys_time,-sys_module,-sys_rawio,-net_admin chroot /mnt/root "$@"
`;

/** The runner for the root, or the reason why there can be none. `mounts`: host folder, guest folder. */
export function nativeRunner(root: string, mounts: readonly (readonly [string, string])[]): Runner | string {
  const namespaces = ['unshare', '--mount', '--pid', '--fork', '--ipc', '--net'];
  const words = ['i386', '-R', ...namespaces, 'sh', '-c', ENTER, root, ...mounts.flat(), '--'];
  const probe = spawnSync('setarch', [...words, '/bin/true'], { encoding: 'utf8' });
  if (probe.status === 0) return ['setarch', ...words];
  return probe.stderr?.trim().split('\n').pop() || 'unshare failed';
}
