// `skasm uml`: boots a User Mode Linux kernel as an ordinary program of the machine, with a root folder
// that the guest sees through hostfs, and brings the status of what ran in it back out.

import { existsSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import {
  createNodeMachine,
  exitLike,
  type MachineFlags,
  refuse,
  runToExit,
  splitWritable,
} from './command-machine.ts';
import { cacheFolder, PackageError, PackageStore } from './host/node/packages.ts';
import type { Machine } from './machine.ts';
import { INIT_PATH, initScript, STATUS_PATH } from './uml-init.ts';

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
  const interactive = process.stdin.isTTY === true;
  const command = options.run ?? (options.demo && !interactive ? DEMO : null);
  if (options.init === undefined) {
    machine.writeFile(join(GUEST_ROOT, INIT_PATH), initScript(command), 0o755);
  }
  const init = options.init ?? INIT_PATH;
  if (!isAbsolute(init)) throw refuse(`--init ${init}: an absolute path in the guest is wanted`);
  const appended = (options.append ?? []).flatMap((text) => text.split(/\s+/).filter((word) => word !== ''));
  const argv = [
    'linux',
    `mem=${Math.floor(options.mem / 2 ** 20)}M`,
    ...(appended.some((word) => word.startsWith('umid=')) ? [] : ['umid=skasm']),
    'rootfstype=hostfs',
    `rootflags=${GUEST_ROOT}`,
    'rw',
    // A guest dies of the end of its console's input; a command has none, unless somebody types.
    `con0=${interactive ? 'fd:0' : 'null'},fd:1`,
    'con=null',
    `init=${init}`,
    ...(command === null && interactive ? ['quiet'] : []),
    ...appended,
  ];
  const environment = { HOME: '/root', PATH: '/usr/bin:/bin', TERM: process.env.TERM ?? 'linux' };
  const status = await runToExit(
    machine,
    { path: kernel, argv, environment, cwd: '/', uid: 0, gid: 0 },
    options,
  );
  process.exitCode = options.init === undefined ? guestStatus(machine) : exitLike(status);
}

/** What init wrote before it halted; nothing there means a panic. */
function guestStatus(machine: Machine): number {
  const text = machine.readFile(join(GUEST_ROOT, STATUS_PATH));
  if (text === null || !/^\d+\s*$/.test(text)) {
    process.stderr.write('skasm: the guest ended without a status\n');
    return 125;
  }
  return Number(text.trim());
}
