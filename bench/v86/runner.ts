// The runner that is v86: a PC emulator cannot run a program of Linux's by itself, so Debian's i386 kernel is booted
// in it, with a root in memory that holds the suite's programs, and told over its serial line what to run. One boot
// serves all jobs until one fails. The guest kernel's work for a program is in its time, that of the boot is not.

import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, PackageError, PackageStore } from '../../runtime/host/node/packages.ts';
import { type Job, type Runner, RunProblem } from '../programs/runner.ts';
import { benchCache, buildGuest } from '../project.ts';
import type { Sample } from '../result.ts';
import { Archive } from './cpio.ts';
import type { GuestAnswer, GuestFiles } from './process.ts';

const FIRMWARE = '/usr/share/seabios';
/** Seconds. */
const BOOT_LIMIT = 180;
/** Bytes of the guest, without and with the root folder of the real programs in its memory twice. */
const MEMORY = 256 * 2 ** 20;
const MEMORY_WITH_ROOT = 1024 * 2 ** 20;

const INIT = `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
[ -d /root/bin ] && /bin/busybox mount -o bind /dev /root/dev && /bin/busybox mount -o bind /proc /root/proc
exec < /dev/ttyS0 > /dev/ttyS0 2>&1
/bin/busybox stty raw -echo
echo @ready
while read -r line; do eval "$line"; done
`;

/** Why v86 cannot take part, or null: its package and the firmware are looked for, nothing is fetched. */
export function v86Absent(): string | null {
  try {
    createRequire(import.meta.url).resolve('v86');
  } catch {
    return 'no npm package v86';
  }
  return existsSync(join(FIRMWARE, 'bios.bin')) ? null : "no BIOS (Debian's seabios)";
}

/** Debian's kernel, without its modules. */
async function kernelFile(store: PackageStore): Promise<string> {
  const names = await store.closure(['linux-image-686']);
  const name = names.find((each) => /^linux-image-\d.*-686$/.test(each));
  if (name === undefined) throw new PackageError('linux-image-686 names no kernel');
  const root = await store.root('linux-image-686', [name], (folder) =>
    rm(join(folder, 'lib'), { recursive: true, force: true }),
  );
  const file = readdirSync(join(root, 'boot')).find((each) => each.startsWith('vmlinuz'));
  if (file === undefined) throw new PackageError(`${name} has no kernel`);
  return join(root, 'boot', file);
}

export interface V86Options {
  /** The suite's folder, built. */
  readonly suite: string;
  /** The root folder of the real programs; null: they are not asked for. */
  readonly root: string | null;
  /** Seconds for one job. */
  readonly limit: number;
  readonly progress: (line: string) => void;
}

export class V86Runner implements Runner {
  readonly name = 'v86';
  readonly title = 'v86';
  readonly #files: GuestFiles;
  readonly #limit: number;
  readonly #progress: (line: string) => void;
  #process: ChildProcess | null = null;

  private constructor(files: GuestFiles, { limit, progress }: V86Options) {
    this.#files = files;
    this.#limit = limit;
    this.#progress = progress;
    process.on('exit', () => this.#end());
  }

  /** Fetches the kernel and packs the root. Throws a PackageError, or an Error of one line from gcc. */
  static async create(options: V86Options): Promise<V86Runner> {
    const store = new PackageStore(cacheFolder(), options.progress);
    const kernel = await kernelFile(store);
    const busybox = await store.root('bench-busybox', ['busybox-static']);
    const archive = new Archive();
    for (const name of ['dev', 'proc', 'tmp']) archive.folder(name);
    archive.file('init', INIT);
    archive.file('bin/busybox', readFileSync(join(busybox, 'bin/busybox')));
    archive.file('bin/tm', readFileSync(buildGuest(join(options.suite, 'guest/tm.c'))));
    archive.tree(join(options.suite, 'bin'), 'bench');
    if (options.root !== null) archive.tree(options.root, 'root');
    const initramfs = join(benchCache(), 'initramfs');
    writeFileSync(initramfs, archive.bytes());
    const memory = options.root === null ? MEMORY : MEMORY_WITH_ROOT;
    const [bios, vgaBios] = [join(FIRMWARE, 'bios.bin'), join(FIRMWARE, 'vgabios-stdvga.bin')];
    return new V86Runner({ bios, vgaBios, kernel, initramfs, memory }, options);
  }

  async prepare(): Promise<void> {}

  async run(job: Job): Promise<Sample> {
    const guest = this.#process ?? (await this.#boot());
    const [program, ...args] = job.command;
    const where =
      job.root === null ? [`/bench/${basename(program!)}`] : ['/bin/busybox', 'chroot', '/root', program!];
    guest.send(['/bin/tm', job.program, ...where, ...args].join(' '));
    const answer = (await this.#answer(guest, this.#limit)) as GuestAnswer;
    if (answer.status !== 0) throw new RunProblem(`status ${answer.status}`);
    const { wall, user, system, peak, output } = answer;
    return { wall, user, system, peak, output, thread: null, queued: null };
  }

  async #boot(): Promise<ChildProcess> {
    this.#progress('  booting Linux in v86');
    const path = fileURLToPath(new URL('./process.js', import.meta.url));
    const guest = fork(path, [JSON.stringify(this.#files)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#process = guest;
    await this.#answer(guest, BOOT_LIMIT);
    return guest;
  }

  /** The next message; whoever does not answer is ended, and booted anew for the next job. */
  async #answer(guest: ChildProcess, limit: number): Promise<unknown> {
    const answer = await new Promise<unknown>((resolve) => {
      const timer = setTimeout(() => settle(null), limit * 1000);
      const settle = (value: unknown): void => {
        clearTimeout(timer);
        guest.removeAllListeners('message').removeAllListeners('exit');
        resolve(value);
      };
      guest.once('message', settle);
      guest.once('exit', () => settle(null));
    });
    if (answer !== null) return answer;
    const ended = guest.exitCode !== null || guest.signalCode !== null;
    this.#end();
    throw new RunProblem(ended ? 'v86 ended' : `not done in ${limit} s`);
  }

  #end(): void {
    this.#process?.kill('SIGKILL');
    this.#process = null;
  }

  async close(): Promise<void> {
    this.#end();
  }
}
