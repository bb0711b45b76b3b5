// Which layer may import which, no cycles, and the sizes of files. The table is the architecture's
// dependency direction; a file that matches no layer is an error, so that new folders are placed.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Layer by path prefix, most special first. */
const LAYERS: readonly [prefix: string, layer: string][] = [
  ['src/layout.ts', 'layout'],
  ['src/isa/', 'isa'],
  ['src/cpu/', 'cpu'],
  ['src/', 'engine'],
  ['jit/', 'jit'],
  ['runtime/abi/', 'abi'],
  ['runtime/host/host.ts', 'host'],
  ['runtime/host/', 'adapter'],
  ['runtime/wait.ts', 'wait'],
  ['runtime/mm/', 'mm'],
  ['runtime/vfs/', 'vfs'],
  ['runtime/loader/', 'loader'],
  ['runtime/kernel/', 'kernel'],
  ['runtime/fs/', 'fs'],
  ['runtime/net/', 'net'],
  ['runtime/trace/', 'trace'],
  ['runtime/skas/', 'skas'],
  ['runtime/syscalls/row.ts', 'row'],
  ['runtime/syscalls/', 'syscalls'],
  ['runtime/machine', 'machine'],
  ['runtime/', 'top'],
  ['bench/', 'top'],
  // Programs that tests and benchmarks share.
  ['test/support/', 'top'],
];

/** What each layer may import besides itself. mm and vfs meet in types only (Mappable, Caller). */
const MAY: Readonly<Record<string, readonly string[]>> = {
  layout: [],
  isa: [],
  cpu: ['layout'],
  engine: ['layout'],
  jit: ['layout', 'isa', 'engine'],
  abi: [],
  host: [],
  wait: ['abi'],
  mm: ['abi', 'wait', 'layout', 'engine'],
  vfs: ['abi', 'wait', 'mm', 'host'],
  loader: ['abi', 'mm', 'vfs', 'layout'],
  kernel: ['abi', 'wait', 'mm', 'vfs', 'loader', 'engine', 'layout', 'host'],
  fs: ['abi', 'wait', 'vfs', 'mm', 'host', 'kernel'],
  net: ['abi', 'wait', 'vfs', 'mm', 'fs', 'kernel', 'host'],
  row: ['abi', 'wait', 'kernel'],
  trace: ['abi', 'wait', 'mm', 'vfs', 'loader', 'kernel', 'engine', 'layout', 'row'],
  syscalls: [
    'abi',
    'wait',
    'mm',
    'vfs',
    'loader',
    'kernel',
    'fs',
    'trace',
    'row',
    'engine',
    'layout',
    'host',
  ],
  skas: ['abi', 'wait', 'mm', 'vfs', 'fs', 'kernel', 'trace', 'row'],
  adapter: ['host'],
  machine: [
    'abi',
    'wait',
    'mm',
    'vfs',
    'loader',
    'kernel',
    'fs',
    'net',
    'trace',
    'skas',
    'row',
    'syscalls',
    'engine',
    'layout',
    'host',
    'isa',
    'jit',
  ],
  top: [
    'machine',
    'adapter',
    'host',
    'abi',
    'engine',
    'layout',
    'isa',
    'jit',
    'syscalls',
    'kernel',
    'fs',
    'vfs',
    'wait',
  ],
};

/** Files that are tables of rows, and may be long. */
const TABLES = /isa\/(integer|x87|sse|sse4)\.ts$|abi\//;
const LONGEST = 600;

const files = ['src', 'jit', 'runtime', 'bench']
  .filter(existsSync)
  .flatMap(walk)
  .filter((file) => !file.includes('/gen/'));

function walk(path: string): string[] {
  if (statSync(path).isDirectory()) return readdirSync(path).flatMap((name) => walk(join(path, name)));
  return path.endsWith('.ts') ? [path] : [];
}

function layerOf(file: string): string {
  const found = LAYERS.find(([prefix]) => file.startsWith(prefix));
  if (found === undefined) throw new Error(`${file} lies in no layer`);
  return found[1];
}

interface Import {
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^;]*?\bfrom\s+['"](\.[^'"]+)['"]/gms);
  return [...found].map(([, type, path]) => ({
    to: normalize(join(dirname(file), path!.endsWith('.ts') ? path! : `${path}.ts`)),
    typeOnly: type !== undefined,
  }));
}

const graph = new Map(files.map((file) => [file, importsOf(file)]));

describe('layers', () => {
  it('imports only what lies below', () => {
    const wrong: string[] = [];
    for (const [file, imports] of graph) {
      const layer = layerOf(file);
      for (const { to, typeOnly } of imports) {
        const target = layerOf(to);
        if (target === layer || MAY[layer]!.includes(target)) continue;
        // mm names vfs's Caller and the kernel's rows name Task; types make no dependency at run time.
        if (typeOnly) continue;
        wrong.push(`${file} (${layer}) imports ${to} (${target})`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has no cycles among value imports', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, trail: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const { to, typeOnly } of graph.get(file) ?? []) if (!typeOnly) visit(to, [...trail, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it('keeps host names in the adapters and binaryen in one file', () => {
    const wrong = files.filter((file) => {
      const text = readFileSync(file, 'utf8');
      const layer = layerOf(file);
      if (/from ['"]binaryen['"]/.test(text)) return file !== 'jit/wasm.ts';
      return (
        /from ['"]node:/.test(text) &&
        layer !== 'adapter' &&
        layer !== 'top' &&
        file !== 'src/isa/generate.ts'
      );
    });
    expect(wrong).toEqual([]);
  });

  it('keeps files short', () => {
    const long = files
      .filter((file) => !TABLES.test(file))
      .map((file) => [file, readFileSync(file, 'utf8').split('\n').length] as const)
      .filter(([, lines]) => lines > LONGEST);
    expect(long).toEqual([]);
  });
});
