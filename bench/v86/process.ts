// The process that v86 runs in, apart from the benchmarks' own so that its CPU time is its own: boots Linux from
// a kernel and an initramfs, then runs one command after the other, as its parent sends them, and answers with
// the CPU time that this process used between the marks.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Mark, MarkReader } from './marks.ts';

/** What the parent gives on the command line, as JSON. */
export interface GuestFiles {
  readonly bios: string;
  readonly vgaBios: string;
  readonly kernel: string;
  readonly initramfs: string;
  /** Bytes. */
  readonly memory: number;
}

/** What comes back for a command. Seconds. */
export interface GuestAnswer {
  readonly status: number;
  readonly wall: number;
  readonly user: number;
  readonly system: number;
  readonly peak: number;
  readonly output: string;
}

/** The part of v86 that is used. */
interface Emulator {
  add_listener(event: string, listener: (byte: number) => void): void;
  serial0_send(text: string): void;
}

const COMMAND_LINE = 'console=ttyS0 quiet tsc=reliable mitigations=off rdinit=/init';

function contents(file: string): { buffer: ArrayBuffer } {
  const bytes = readFileSync(file);
  return { buffer: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer };
}

async function boot(files: GuestFiles): Promise<Emulator> {
  const { V86 } = (await import('v86')) as unknown as { V86: new (options: object) => Emulator };
  return new V86({
    wasm_path: fileURLToPath(new URL('v86.wasm', import.meta.resolve('v86'))),
    memory_size: files.memory,
    vga_memory_size: 2 ** 21,
    bios: contents(files.bios),
    vga_bios: contents(files.vgaBios),
    bzimage: contents(files.kernel),
    initrd: contents(files.initramfs),
    cmdline: COMMAND_LINE,
    autostart: true,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
  });
}

class Guest {
  readonly #emulator: Emulator;
  #wall = 0;
  #cpu: NodeJS.CpuUsage = { user: 0, system: 0 };
  #answer: Omit<GuestAnswer, 'output'> | null = null;
  #output = '';

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    const reader = new MarkReader();
    this.#emulator.add_listener('serial0-output-byte', (byte) => {
      const mark = reader.take(byte);
      if (mark !== null) this.#marked(mark);
    });
  }

  run(command: string): void {
    this.#emulator.serial0_send(`${command}\n`);
  }

  #marked(mark: Mark): void {
    if (mark.kind === 'ready') process.send!('ready');
    else if (mark.kind === 'start') {
      this.#wall = performance.now();
      this.#cpu = process.cpuUsage();
    } else if (mark.kind === 'end') {
      const { user, system } = process.cpuUsage(this.#cpu);
      this.#answer = {
        status: mark.status,
        wall: (performance.now() - this.#wall) / 1e3,
        user: user / 1e6,
        system: system / 1e6,
        peak: process.resourceUsage().maxRSS,
      };
    } else if (mark.kind === 'output') this.#output = mark.output;
    else if (this.#answer !== null) process.send!({ ...this.#answer, output: this.#output });
  }
}

const guest = new Guest(await boot(JSON.parse(process.argv[2]!) as GuestFiles));
process.on('message', (command: string) => guest.run(command));
// The parent is gone.
process.on('disconnect', () => process.exit(0));
