// The init that skasm gives a UML guest: mounts what programs expect, runs a command or a shell on the
// console, writes its status to a file on hostfs and halts. It needs busybox, or a shell and the usual
// programs (mount, mkdir, setsid, halt) in the guest's root.

/** Files in the guest's root while it runs. */
export const INIT_PATH = '/.skasm-init';
export const COMMAND_PATH = '/.skasm-command';
export const STATUS_PATH = '/.skasm-status';

export interface InitParts {
  /** The root has /bin/busybox; else /bin/sh. */
  readonly busybox: boolean;
  /** What is to run: the script at COMMAND_PATH, or a login shell at the console. */
  readonly runs: 'command' | 'shell';
  /** Somebody types at the console. */
  readonly keyboard: boolean;
}

const COMMAND = (parts: InitParts): string =>
  `${parts.busybox ? '/bin/busybox sh' : 'sh'} ${COMMAND_PATH}${parts.keyboard ? '' : ' < /dev/null'}`;

/** The first to open the console without a terminal of its own gets it as controlling terminal: Ctrl-C works. */
const SHELL = `$busybox setsid sh -c 'exec sh -l < /dev/tty0 > /dev/tty0 2>&1'`;

export function initScript(parts: InitParts): string {
  return `#!/bin/${parts.busybox ? 'busybox sh' : 'sh'}
busybox=${parts.busybox ? '/bin/busybox' : ''}
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
for folder in /proc /sys /tmp /dev /root; do [ -d $folder ] || $busybox mkdir $folder; done
$busybox mount -t proc proc /proc 2>/dev/null
$busybox mount -t sysfs sysfs /sys 2>/dev/null
$busybox mount -t tmpfs tmpfs /tmp 2>/dev/null
$busybox hostname skasm 2>/dev/null
cd /root
${parts.runs === 'command' ? COMMAND(parts) : SHELL}
echo $? > ${STATUS_PATH}
$busybox sync
$busybox halt -f || echo o > /proc/sysrq-trigger
`;
}
