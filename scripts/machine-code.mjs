// Has V8 optimise the modules that skasm brings with it and lays the machine code beside each: dist/cpu.wasm.code,
// all of the interpreter; dist/bin/binaryen.wasm.code, what compiling regions uses of binaryen. Both would else be
// optimised anew by every run, which takes longer than many a program.
import { readFileSync, writeFileSync } from 'node:fs';

const [{ setEngineFlags, withTieringBudget, withoutBaseline }, { MachineCode }, { createInterpreter }] =
  await Promise.all([
    import('../dist/runtime/host/node/engine-flags.js'),
    import('../dist/runtime/host/node/machine-code.js'),
    import('../dist/src/interpreter.js'),
  ]);

const CPU = 'dist/cpu.wasm';
const BINARYEN = 'dist/bin/binaryen.wasm';
/** Code is optimised after so much of it has run: what a job does once or twice is left out. */
const BUDGET = 100_000;
/** Sequences in a job, as many as become hot together in a program. */
const BATCH = 24;
/** Where the trained code lies, and registers that lead to data, to the stack and to mapped memory. */
const PAGE = 0x8048;
const REGISTERS = [0x8050000, 0x8051000, 3, 0x8052000, 0xfffe0000, 0xfffe0040, 0xb7000000, 0x8053000];
const EXTENTS = [
  [0x8050000, 0x8060000],
  [0xfff00000, 0xffff0000],
  [0xb7000000, 0xb7010000],
];

setEngineFlags();
const machineCode = new MachineCode();

/** Where there is no machine code to be had, there is a file of nothing, which V8 refuses. */
function keep(file, module, exports) {
  writeFileSync(`${file}.code`, machineCode.of(module, Object.values(exports)) ?? new Uint8Array(0));
}

function optimiseCpu() {
  const module = withoutBaseline(() => new WebAssembly.Module(readFileSync(CPU)));
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536 });
  keep(CPU, module, createInterpreter(module, memory).exports);
}

/** A job of the compiler: code of recorded test sequences, each made to loop. */
function jobOf(sequences, coverage) {
  const bytes = new Uint8Array(4096).fill(0xf4);
  const starts = [];
  let at = 0;
  for (const code of sequences) {
    if (at + code.length + 10 > bytes.length) break;
    starts.push(at);
    bytes.set(code, at);
    // dec ecx; jnz to the start; ret
    const end = at + code.length;
    bytes.set([0x49, 0x0f, 0x85], end);
    new DataView(bytes.buffer).setInt32(end + 3, at - (end + 7), true);
    bytes[end + 7] = 0xc3;
    at = end + 8;
  }
  return {
    id: 1,
    wanted: starts.map((start) => ({ entry: PAGE * 4096 + start, registers: REGISTERS })),
    pages: [[PAGE, bytes]],
    zones: [0x80000, 0xf0000],
    extents: EXTENTS,
    gs: 0,
    instructions: -1,
    disabled: [],
    coverage,
    owners: [],
    calls: true,
    tails: true,
    verify: false,
    texts: [],
  };
}

async function optimiseBinaryen() {
  let made = null;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (bytes, imports) => {
    const module = withTieringBudget(BUDGET, () => new WebAssembly.Module(bytes));
    const instance = new WebAssembly.Instance(module, imports);
    made = { bytes, module, instance };
    return made;
  };
  const { compile } = await import('../dist/jit/compiler.js');
  const { Coverage } = await import('../dist/jit/coverage.js');
  WebAssembly.instantiate = instantiate;
  const { loadRecord } = await import('../dist/test/fuzz/record.js');
  const codes = loadRecord('test/fuzz/recorded.bin.gz').map(({ test }) => test.code);
  for (let at = 0; at < codes.length; at += BATCH) {
    compile(jobOf(codes.slice(at, at + BATCH), new Coverage().extract([PAGE])), () => 0);
    // V8's threads hand in what they have optimised.
    await new Promise(setImmediate);
  }
  writeFileSync(BINARYEN, made.bytes);
  keep(BINARYEN, made.module, made.instance.exports);
}

optimiseCpu();
await optimiseBinaryen();
// Else Node waits for what V8 still optimises.
process.exit();
