// A root folder on the machine's own kernel: programs of it run there as an i386 would see them, in namespaces,
// without the rights to touch the machine; what they change is kept in memory and forgotten.

import { spawnSync } from 'node:child_process';
import type { Runner } from './guest-run.ts';

export const GUEST_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Capabilities with which a program could change more than its own namespaces. */
const TAKEN = ['sys_admin', 'sys_boot', 'sys_time', 'sys_module', 'sys_rawio', 'syslog', 'net_admin'];

// $0 is the root; $1 a folder that is seen as $2; the command follows.
const ENTER = `
set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o "lowerdir=$0,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
mkdir -p /mnt/root/dev /mnt/root/proc "/mnt/root$2"
mount --rbind /dev /mnt/root/dev
mount -t tmpfs -o mode=1777 tmpfs /mnt/root/dev/shm
mount -t proc proc /mnt/root/proc
mount --bind -o ro "$1" "/mnt/root$2"
shift 2
cd /
exec setpriv --bounding-set ${TAKEN.map((name) => `-${name}`).join(',')} \\
  env -i PATH=${GUEST_PATH} HOME=/root chroot /mnt/root "$@"
`;

const inNamespaces = (root: string, from: string, to: string): Runner => [
  ...(['setarch', 'i386', '-R', 'unshare', '--mount', '--pid', '--fork', '--ipc', '--net'] as const),
  ...['sh', '-c', ENTER, root, from, to],
];

/** The runner for a root with the folder `from` shown as `to`, or the reason why there can be none. */
export function nativeRoot(root: string, from: string, to: string): Runner | string {
  const runner = inNamespaces(root, from, to);
  const [command, ...words] = runner;
  const probe = spawnSync(command, [...words, '/bin/true'], { encoding: 'utf8' });
  if (probe.status === 0) return runner;
  return probe.stderr?.trim().split('\n').pop() || 'unshare failed';
}
