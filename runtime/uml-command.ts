// `skasm uml`: boots a User Mode Linux kernel as an ordinary program of the machine, with a root folder
// that the guest sees through hostfs, and brings the status of what ran in it back out.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import {
  createNodeMachine,
  exitLike,
  type MachineFlags,
  runToExit,
  splitWritable,
} from './command-machine.ts';
import { refuse } from './command-refusal.ts';
import { cacheFolder, PackageError, PackageStore } from './host/node/packages.ts';
import { COMMAND_PATH, INIT_PATH, initScript, STATUS_PATH } from './uml-init.ts';

export interface UmlOptions extends MachineFlags {
  readonly kernel?: string;
  readonly root?: string;
  readonly mem: number;
  readonly init?: string;
  readonly run?: string;
  readonly append?: readonly string[];
  readonly demo?: boolean;
}

/** Where things lie in the machine that runs the kernel. */
const GUEST_ROOT = '/guest';
const KERNEL = '/usr/bin/linux.uml';

/** What `npm start` runs in the guest when nobody sits at a terminal. */
const DEMO = `
uname -a
cat /proc/cpuinfo
n=0
for word in user mode linux in a browser or in node; do
  n=$((n + 1))
  echo "$n $word"
done | sort -rn | head -n 3
seq 1 100 | awk '{ s += $1 } END { print "sum", s }'
mkdir -p /tmp/demo
cd /tmp/demo
for i in 1 2 3; do
  echo "line $i" > file$i
done
cat file* | sed 's/line/row/' | tr a-z A-Z
ls | wc -l
( sleep 0; echo from a subshell ) &
wait
if echo skasm | grep -q kas; then
  echo grep found it
fi
rm -r /tmp/demo
`;

/** Folders of a root, and a link for each of busybox's programs, which busybox itself makes. */
async function installBusybox(folder: string): Promise<void> {
  for (const name of ['dev', 'proc', 'sys', 'tmp', 'root', 'etc', 'sbin', 'usr/bin', 'usr/sbin'])
    await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(join(folder, 'etc/group'), 'root:x:0:\n');
  const machine = await createNodeMachine({
    memory: 2 ** 28,
    patch: 'none',
    root: folder,
    rootAccess: 'writable',
  });
  const status = await runToExit(
    machine,
    {
      path: '/bin/busybox',
      argv: ['/bin/busybox', '--install', '-s'],
      environment: {},
      cwd: '/',
      uid: 0,
      gid: 0,
    },
    { memory: 0, patch: 'none' },
  );
  if (status !== 0) throw new PackageError(`busybox --install ended with status ${status}`);
}

/** Kernel and root that Debian's packages give. */
async function fetchDefaults(options: UmlOptions): Promise<{ system: string | null; root: string | null }> {
  const store = new PackageStore(cacheFolder(), (line) => {
    if (process.stderr.isTTY || options.demo) process.stderr.write(`skasm: ${line}\n`);
  });
  try {
    const system =
      options.kernel === undefined ? await store.root('user-mode-linux', ['libc6', 'user-mode-linux']) : null;
    const root =
      options.root === undefined ? await store.root('busybox', ['busybox-static'], installBusybox) : null;
    return { system, root };
  } catch (error) {
    if (!(error instanceof PackageError)) throw error;
    throw refuse(`${error.message}; name a kernel and a root folder with --kernel FILE --root DIR instead`);
  }
}

export async function umlCommand(options: UmlOptions): Promise<void> {
  if (options.kernel !== undefined && !existsSync(options.kernel))
    throw refuse(`${options.kernel}: no such file`, 127);
  const given = splitWritable(options.root);
  if (given !== null && !(existsSync(given.path) && statSync(given.path).isDirectory()))
    throw refuse(`${given.path}: not a folder`);
  const { system, root } = await fetchDefaults(options);
  const machine = await createNodeMachine({ ...options, root: system ?? '/' });
  for (const folder of ['/root', '/tmp']) machine.makeFolder(folder);
  machine.mountHost(resolve(given?.path ?? root!), GUEST_ROOT, given?.writable ? 'writable' : 'overlay');
  const kernel = options.kernel === undefined ? KERNEL : resolve(options.kernel);
  const keyboard = process.stdin.isTTY === true;
  const command = commandOf(options, keyboard);
  const init = options.init ?? INIT_PATH;
  if (!isAbsolute(init)) throw refuse(`--init ${init}: an absolute path in the guest is wanted`);
  const guestFile = (path: string): string => join(GUEST_ROOT, path);
  const own = [INIT_PATH, COMMAND_PATH, STATUS_PATH].map(guestFile);
  for (const path of own) machine.removeFile(path);
  if (options.init === undefined) {
    const busybox = machine.files.exists(guestFile('/bin/busybox'));
    if (!busybox && !machine.files.exists(guestFile('/bin/sh')))
      throw refuse(
        `--root ${given?.path}: neither /bin/busybox nor /bin/sh is there; --init names another init`,
      );
    const runs = command === null ? 'shell' : 'command';
    machine.writeFile(guestFile(INIT_PATH), initScript({ busybox, runs, keyboard }), 0o755);
    if (command !== null) machine.writeFile(guestFile(COMMAND_PATH), command, 0o644);
  }
  const appended = (options.append ?? []).flatMap((text) => text.split(/\s+/).filter((word) => word !== ''));
  const argv = [
    'linux',
    `mem=${Math.floor(options.mem / 2 ** 20)}M`,
    ...(appended.some((word) => word.startsWith('umid=')) ? [] : ['umid=skasm']),
    'rootfstype=hostfs',
    `rootflags=${GUEST_ROOT}`,
    'rw',
    // The end of its console's input ends a guest: it has input only where somebody types.
    `con0=${keyboard ? 'fd:0' : 'null'},fd:1`,
    'con=null',
    `init=${init}`,
    ...(command === null && keyboard ? ['quiet'] : []),
    ...appended,
  ];
  const environment = { HOME: '/root', PATH: '/usr/bin:/bin', TERM: process.env.TERM ?? 'linux' };
  const status = await runToExit(
    machine,
    { path: kernel, argv, environment, cwd: '/', uid: 0, gid: 0 },
    options,
  );
  const written = options.init === undefined ? machine.readFile(guestFile(STATUS_PATH)) : null;
  for (const path of own) machine.removeFile(path);
  process.exitCode = guestStatus(status, written, options.init !== undefined);
}

/** What is to run in the guest: null is a shell at the terminal. Without a terminal it is the script on standard input. */
function commandOf(options: UmlOptions, keyboard: boolean): string | null {
  if (options.run !== undefined) return `${options.run}\n`;
  if (keyboard || options.init !== undefined) return null;
  return options.demo ? DEMO : readFileSync(0, 'utf8');
}

/**
 * The status that skasm's init wrote before it halted. Without one: another init's kernel ends as it ends,
 * a signal that killed the kernel is skasm's end too; a panic (which aborts) and the rest is 125.
 */
function guestStatus(kernel: number, written: string | null, otherInit: boolean): number {
  if (written !== null && /^\d+\s*$/.test(written)) return Number(written);
  const signo = kernel & 0x7f;
  const panic = signo === constants.signals.SIGABRT;
  if (!panic && (otherInit || signo !== 0)) return exitLike(kernel);
  process.stderr.write('skasm: the guest ended without a status\n');
  return 125;
}
