// CPU models: which instructions there are and what cpuid answers, one truth for both. The features are rows with
// their place in cpuid; the models are what such a processor has of them. What skasm does not have (AVX, AES and
// their like) no model announces, whatever its name. Manual: volume 2, CPUID; the names are QEMU's and Linux's.
import * as L from './layout.ts';

/** A place in what cpuid answers. */
type Word = '1.edx' | '1.ecx' | '7.ebx' | '80000001.ecx';

/** In the order in which Linux prints their flags. */
const WORDS: readonly Word[] = ['1.edx', '1.ecx', '80000001.ecx', '7.ebx'];

interface Feature {
  readonly word: Word;
  readonly bit: number;
  /** Its bit in MODEL_FEATURES: without it its instructions raise #UD. 0: no instruction depends on it. */
  readonly instructions: number;
  /** In the flags of /proc/cpuinfo. */
  readonly linux: string;
  /** Other names that QEMU has for it, with - for its dots and underlines. */
  readonly also: readonly string[];
}

const feature = (
  word: Word,
  bit: number,
  instructions: number,
  linux: string,
  ...also: string[]
): Feature => ({
  word,
  bit,
  instructions,
  linux,
  also,
});

/** By the names that rows of src/isa have for them (`cpu`). In the order of cpuid. */
// biome-ignore format: a table in columns
export const FEATURES = {
  fpu:     feature('1.edx', 0, 0, 'fpu'),
  tsc:     feature('1.edx', 4, 0, 'tsc'),
  cx8:     feature('1.edx', 8, L.FEATURE_CX8, 'cx8', 'cmpxchg8b'),
  sep:     feature('1.edx', 11, L.FEATURE_SEP, 'sep'),
  cmov:    feature('1.edx', 15, L.FEATURE_CMOV, 'cmov'),
  clfsh:   feature('1.edx', 19, L.FEATURE_CLFSH, 'clflush', 'clflush'),
  mmx:     feature('1.edx', 23, L.FEATURE_MMX, 'mmx'),
  fxsr:    feature('1.edx', 24, L.FEATURE_FXSR, 'fxsr'),
  sse:     feature('1.edx', 25, L.FEATURE_SSE, 'sse'),
  sse2:    feature('1.edx', 26, L.FEATURE_SSE2, 'sse2'),
  sse3:    feature('1.ecx', 0, L.FEATURE_SSE3, 'pni', 'pni'),
  ssse3:   feature('1.ecx', 9, L.FEATURE_SSSE3, 'ssse3'),
  sse4_1:  feature('1.ecx', 19, L.FEATURE_SSE4_1, 'sse4_1'),
  sse4_2:  feature('1.ecx', 20, L.FEATURE_SSE4_2, 'sse4_2'),
  movbe:   feature('1.ecx', 22, L.FEATURE_MOVBE, 'movbe'),
  popcnt:  feature('1.ecx', 23, L.FEATURE_POPCNT, 'popcnt'),
  lzcnt:   feature('80000001.ecx', 5, L.FEATURE_LZCNT, 'abm', 'abm'),
  bmi1:    feature('7.ebx', 3, L.FEATURE_BMI1, 'bmi1'),
  bmi2:    feature('7.ebx', 8, L.FEATURE_BMI2, 'bmi2'),
  adx:     feature('7.ebx', 19, L.FEATURE_ADX, 'adx'),
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof FEATURES;
const names = Object.keys(FEATURES) as FeatureName[];
const table: Readonly<Record<FeatureName, Feature>> = FEATURES;

/** What can be without: a kernel has to have an x87 and a clock. */
const FIXED: readonly FeatureName[] = ['fpu', 'tsc'];

export interface CpuModel {
  /** As it was asked for. */
  readonly name: string;
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
  readonly features: ReadonlySet<FeatureName>;
  /** The last function of cpuid's lower range. */
  readonly level: number;
  /** MODEL_FEATURES (layout.ts). */
  readonly instructions: number;
  /** AT_HWCAP: edx of function 1. */
  readonly hardwareCapabilities: number;
  /** The flags of /proc/cpuinfo, in Linux's words and order. */
  readonly flags: readonly string[];
  /** The name that it gives itself. */
  readonly brand: string;
}

const BRAND = 'skasm virtual processor';

// biome-ignore format: by generation
const GENERATIONS = {
  pentium:   ['fpu', 'tsc', 'cx8'],
  pentium2:  ['sep', 'cmov', 'mmx', 'fxsr'],
  pentium3:  ['sse'],
  pentium4:  ['clfsh', 'sse2'],
  coreduo:   ['sse3'],
  core2duo:  ['ssse3'],
  Penryn:    ['sse4_1'],
  Nehalem:   ['sse4_2', 'popcnt'],
  Haswell:   ['movbe', 'lzcnt', 'bmi1', 'bmi2'],
  Broadwell: ['adx'],
} as const satisfies Readonly<Record<string, readonly FeatureName[]>>;

/** All up to a generation. */
function upTo(last: keyof typeof GENERATIONS): FeatureName[] {
  const generations = Object.entries(GENERATIONS);
  return generations
    .slice(0, generations.findIndex(([name]) => name === last) + 1)
    .flatMap(([, list]) => list);
}

type Known = readonly [family: number, model: number, stepping: number, features: FeatureName[]];

// biome-ignore format: a table in columns
const MODELS: Readonly<Record<string, Known>> = {
  pentium:   [5, 2, 12, upTo('pentium')],
  pentium2:  [6, 5, 2, upTo('pentium2')],
  pentium3:  [6, 7, 3, upTo('pentium3')],
  pentium4:  [15, 2, 9, upTo('pentium4')],
  qemu32:    [6, 6, 3, upTo('coreduo')],
  coreduo:   [6, 14, 8, upTo('coreduo')],
  n270:      [6, 28, 2, [...upTo('core2duo'), 'movbe']],
  core2duo:  [6, 15, 11, upTo('core2duo')],
  Conroe:    [6, 15, 3, upTo('core2duo')],
  Penryn:    [6, 23, 3, upTo('Penryn')],
  Nehalem:   [6, 26, 3, upTo('Nehalem')],
  Westmere:  [6, 44, 1, upTo('Nehalem')],
  Haswell:   [6, 60, 4, upTo('Haswell')],
  Broadwell: [6, 61, 2, upTo('Broadwell')],
  max:       [6, 61, 2, names],
};

/** What Debian, Go, Rust, Node and ffmpeg accept, and use: SSE to 4.2 and popcnt. */
export const DEFAULT_CPU = 'Nehalem';

/** The list that `--cpu help` prints: models and what each has, then the features by their names. */
export function cpuModelsText(): string {
  const lines = Object.entries(MODELS).map(([name, [, , , features]]) => {
    const mark = name === DEFAULT_CPU ? ' (default)' : '';
    return `  ${`${name}${mark}`.padEnd(20)} ${features.join(' ')}`;
  });
  const changes = 'Features are added by + and taken away by -, as in pentium3,+sse2,-cmov.';
  return `CPU models, and the features of each:\n${lines.join('\n')}\n${changes}\n`;
}

function featureNamed(text: string): FeatureName | undefined {
  const plain = text.toLowerCase().replaceAll(/[._]/g, '-');
  return names.find((name) => name.replaceAll('_', '-') === plain || table[name].also.includes(plain));
}

function word(features: ReadonlySet<FeatureName>, which: Word): number {
  return names.reduce((bits, name) => {
    const { word: at, bit } = table[name];
    return at === which && features.has(name) ? bits | (1 << bit) : bits;
  }, 0);
}

/**
 * The model of a text such as `Nehalem`, `pentium3,+sse2` or `max,-adx,popcnt=off`, or what is wrong with it, as a
 * line for the user.
 */
export function parseCpuModel(text: string): CpuModel | string {
  const [name, ...changes] = text.split(',');
  const known = Object.entries(MODELS).find(([other]) => other.toLowerCase() === name!.toLowerCase());
  if (known === undefined)
    return `there is no CPU model ${name === '' ? 'without a name' : name} (${Object.keys(MODELS).join(', ')} are known)`;
  const [family, model, stepping, list] = known[1];
  const features = new Set<FeatureName>(list);
  for (const change of changes) {
    const [, sign, changed, to] = /^([+-]?)([^=]*)(?:=(.*))?$/.exec(change)!;
    const found = featureNamed(changed!);
    const on = to === undefined ? sign : { on: '+', off: '-' }[to];
    if (found === undefined) return `there is no CPU feature ${changed} (${names.join(', ')} are known)`;
    if ((sign === '') !== (to !== undefined) || (on !== '+' && on !== '-'))
      return `write +${changed} or -${changed}, not ${change}`;
    if (on === '-' && FIXED.includes(found)) return `the CPU feature ${found} cannot be absent`;
    if (on === '+') features.add(found);
    else features.delete(found);
  }
  const ebx = word(features, '7.ebx');
  return {
    name: text,
    family,
    model,
    stepping,
    features,
    brand: BRAND,
    level: family === 5 ? 1 : ebx === 0 ? 2 : 7,
    instructions: names.reduce((bits, one) => (features.has(one) ? bits | table[one].instructions : bits), 0),
    hardwareCapabilities: word(features, '1.edx') >>> 0,
    flags: WORDS.flatMap((at) => names.filter((one) => features.has(one) && table[one].word === at)).map(
      (one) => table[one].linux,
    ),
  };
}

export const DEFAULT_MODEL = parseCpuModel(DEFAULT_CPU) as CpuModel;

/** Bit of the feature that a row of src/isa asks for, 0 for none. */
export function instructionBit(cpu: string): number {
  return cpu === '' ? 0 : table[cpu as FeatureName].instructions;
}

function signature({ family, model, stepping }: CpuModel): number {
  const extended = family === 6 || family === 15 ? (model >> 4) << 16 : 0;
  return extended | (family << 8) | ((model & 15) << 4) | stepping;
}

type Leaf = readonly [leaf: number, subleaf: number, eax: number, ebx: number, ecx: number, edx: number];

/** Four characters, or zeros behind the end. */
const letters = (name: string, at = 0): number =>
  [0, 1, 2, 3].reduce((bits, i) => bits | ((name.charCodeAt(at + i) || 0) << (8 * i)), 0);
const LINE = 64;

/** Function 4: a cache of `ways` ways and `sets` sets. Type 1 holds data, 2 instructions, 3 both. */
function cache(subleaf: number, level: number, type: number, ways: number, sets: number): Leaf {
  return [4, subleaf, type | (level << 5) | (1 << 8), (LINE - 1) | ((ways - 1) << 22), sets - 1, 0];
}

/** The brand's string, 16 characters a function. */
function brand(part: number): Leaf {
  const [a, b, c, d] = [0, 4, 8, 12].map((at) => letters(BRAND, 16 * part + at)) as [
    number,
    number,
    number,
    number,
  ];
  return [0x80000002 + part, 0, a, b, c, d];
}

function leaves(model: CpuModel): Leaf[] {
  const { features, level } = model;
  const newer: readonly Leaf[] = [
    cache(0, 1, 1, 8, 64),
    cache(1, 1, 2, 8, 64),
    cache(2, 2, 3, 8, 4096),
    [7, 0, 0, word(features, '7.ebx'), 0, 0],
  ];
  return [
    [0, 0, level, letters('Genu'), letters('ntel'), letters('ineI')],
    [1, 0, signature(model), (LINE / 8) << 8, word(features, '1.ecx'), word(features, '1.edx')],
    // TLBs; 32 KiB of L1 for each of data and instructions, 2 MiB of L2 in lines of 64 bytes.
    ...(level >= 2 ? [[2, 0, 0x2c5b5101, 0, 0, 0x007d3000] as const] : []),
    ...(level >= 7 ? newer : []),
    [0x80000000, 0, 0x80000004, 0, 0, 0],
    [0x80000001, 0, 0, 0, word(features, '80000001.ecx'), 0],
    brand(0),
    brand(1),
    brand(2),
  ];
}

/** Puts a model where cpu.wasm looks for it. */
export function installModel(memory: WebAssembly.Memory, model: CpuModel): void {
  const words = new Int32Array(memory.buffer);
  const list = leaves(model);
  words[(L.MODEL + L.MODEL_FEATURES) >> 2] = model.instructions;
  words[(L.MODEL + L.MODEL_LEVEL) >> 2] = model.level;
  words[(L.MODEL + L.MODEL_COUNT) >> 2] = list.length;
  list.forEach((leaf, i) => {
    words.set(leaf, (L.MODEL + L.MODEL_LEAVES + i * L.MODEL_LEAF_SIZE) >> 2);
  });
}
