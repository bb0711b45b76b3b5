// The init that skasm gives a UML guest: mounts what programs expect, runs a command or a shell on the
// console, writes its status to a file on hostfs and halts.

export const INIT_PATH = '/.skasm-init';
export const STATUS_PATH = '/.skasm-status';
const COMMAND_DELIMITER = 'SKASM_END_OF_COMMAND';

/** A script for /bin/sh, or for busybox where that is all the root has. `command` null: a shell. */
export function initScript(command: string | null): string {
  const what =
    command === null
      ? `if [ -x /bin/busybox ]; then setsid cttyhack sh -l; else setsid sh -l; fi < /dev/console > /dev/console 2>&1`
      : `sh /tmp/.skasm-command`;
  const prepare =
    command === null
      ? ''
      : `cat > /tmp/.skasm-command <<'${COMMAND_DELIMITER}'\n${command}\n${COMMAND_DELIMITER}\n`;
  return `#!/bin/busybox sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
`.concat(`for folder in /proc /sys /tmp /dev /root; do [ -d $folder ] || /bin/busybox mkdir $folder; done
mount -t proc proc /proc 2>/dev/null
mount -t sysfs sysfs /sys 2>/dev/null
mount -t tmpfs tmpfs /tmp 2>/dev/null
hostname skasm 2>/dev/null
${prepare}cd /root 2>/dev/null || cd /
${what}
echo $? > ${STATUS_PATH}
sync
halt -f
`);
}
