// Writes src/cpu/gen/dispatch.ts: the slot map as one AssemblyScript switch over the opcode (with its map above
// bit 8), and another behind VEX prefixes, that fetches operands by their letters and calls the function of the row. The functions are
// found by reading src/cpu; a row whose function is missing raises #UD and is listed on the console.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fastLoop } from './generate-fast.ts';
import { body, type Known, UNDEFINED } from './generate-row.ts';
import { stripLoop } from './generate-strips.ts';
import { type Slot, slots } from './map.ts';

const cpu = join(fileURLToPath(new URL('../../..', import.meta.url)), 'src/cpu');

/** The exported functions of src/cpu by name; the x87's are apart, because they have their own add and push. */
function scan(x87: boolean): Known {
  const known = new Map<string, { module: string; generic: boolean }>();
  for (const file of readdirSync(cpu).sort()) {
    if (!file.endsWith('.ts') || file === 'index.ts') continue;
    if (file.startsWith('fpu-') !== x87 || /^(float80|fpu\.)/.test(file)) continue;
    const text = readFileSync(join(cpu, file), 'utf8');
    for (const [, name, generic] of text.matchAll(/^export (?:function|let|const) (\w+)(<T)?/gm)) {
      known.set(name, { module: file, generic: generic !== undefined });
    }
  }
  return known;
}

const layout = readFileSync(join(cpu, '../layout.ts'), 'utf8');
const known = { integer: scan(false), x87: scan(true) };
const missing = new Set<string>();

function slotBody(slot: Slot): string {
  const text = body(slot, known.integer, known.x87);
  if (text !== null) return text;
  missing.add(`${slot.row.slot} ${slot.row.fn}`);
  return UNDEFINED;
}

/** The code for one value of ModRM.reg: memory and register form, the latter perhaps by r/m. */
function forReg(list: readonly Slot[], reg: number): string {
  const here = list.filter((s) => s.reg === -1 || s.reg === reg);
  const exact = (found: readonly Slot[]) => found.find((s) => s.reg === reg) ?? found[0];
  const mem = exact(here.filter((s) => s.modrm === 'any' || s.modrm === 'mem'));
  const plain = exact(here.filter((s) => s.modrm !== 'mem' && s.modrm !== 'none' && s.rm === -1));
  const fixed = here.filter((s) => s.rm >= 0);
  const memText = mem ? slotBody(mem) : UNDEFINED;
  let regText = plain ? slotBody(plain) : UNDEFINED;
  if (fixed.length > 0) {
    const texts = Array.from({ length: 8 }, (_, rm) => {
      const slot = fixed.find((s) => s.rm === rm);
      return slot ? slotBody(slot) : regText;
    });
    regText = choose('rm()', texts);
  }
  return memText === regText ? memText : `if (isRegister()) {\n${regText}\n} else {\n${memText}\n}`;
}

/** A switch over 0..7, equal cases joined. */
function choose(by: string, texts: readonly string[]): string {
  if (texts.every((text) => text === texts[0])) return texts[0];
  const cases = [...new Set(texts)].map((text) => {
    const labels = texts.flatMap((other, i) => (other === text ? [`case ${i}:`] : []));
    return `${labels.join(' ')} {\n${text}\nbreak;\n}`;
  });
  return `switch (${by}) {\n${cases.join('\n')}\n}`;
}

/** LOCK on a form that does not take it. */
function lockCheck(list: readonly Slot[]): string {
  if (!list.some((s) => s.row.lock)) return 'if (locked) ud();';
  if (list.every((s) => s.row.lock)) return 'if (locked && isRegister()) ud();';
  const regs = list.filter((s) => s.row.lock).map((s) => 1 << s.reg);
  const mask = regs.reduce((sum, bit) => sum | bit, 0);
  return `if (locked && (isRegister() || ((${mask} >>> regField()) & 1) == 0)) ud();`;
}

function byPrefix(list: readonly Slot[], emit: (list: readonly Slot[]) => string): string {
  const of = (prefix: string) => list.filter((s) => s.prefix === prefix);
  const plain = of('');
  const strict = plain.length > 0 && plain.every((s) => s.strict);
  let text = plain.length > 0 ? emit(plain) : UNDEFINED;
  if (strict) text = `if (prefix66 || repeat) ud();\n${text}`;
  // F3 and F2 win over 66, whether or not they make an instruction.
  for (const [prefix, test] of [
    ['66', 'prefix66 && repeat == 0'],
    ['F2', 'repeat == 0xf2'],
    ['F3', 'repeat == 0xf3'],
  ]) {
    const found = of(prefix);
    if (found.length === 0) continue;
    const other = emit([
      ...found,
      ...plain.filter((p) => !p.strict && !found.some((f) => f.reg === p.reg && f.rm === p.rm)),
    ]);
    if (other !== text) text = `if (${test}) {\n${other}\n} else {\n${text}\n}`;
  }
  return text;
}

function opcodeCase(list: readonly Slot[]): string {
  const lines = [];
  if (list.some((s) => s.modrm !== 'none')) {
    lines.push('fetchModrm();', vexEscape(list), lockCheck(list));
    lines.push(
      byPrefix(list, (some) =>
        choose(
          'regField()',
          Array.from({ length: 8 }, (_, r) => forReg(some, r)),
        ),
      ),
    );
  } else {
    lines.push(
      'if (locked) ud();',
      byPrefix(list, (some) => slotBody(some[0])),
    );
  }
  return lines.filter((line) => line !== '').join('\n');
}

/** The register forms of les and lds are VEX prefixes. */
function vexEscape([{ map, vex, opcode }]: readonly Slot[]): string {
  if (vex || map !== 0 || (opcode !== 0xc4 && opcode !== 0xc5)) return '';
  return `if (isRegister()) {\ndispatchVex(fetchVex(${opcode === 0xc4 ? 3 : 2}));\nbreak;\n}`;
}

function dispatch(name: string, vex: boolean): string {
  const cases = new Map<string, number[]>();
  for (let key = 0; key < 1024; key++) {
    const list = slots.filter((s) => s.vex === vex && (s.map << 8) + s.opcode === key);
    if (list.length === 0) continue;
    const text = opcodeCase(list);
    cases.set(text, [...(cases.get(text) ?? []), key]);
  }
  const text = [...cases].map(
    ([code, keys]) => `${keys.map((k) => `case 0x${k.toString(16)}:`).join(' ')} {\n${code}\nbreak;\n}`,
  );
  return `export function ${name}(opcode: u32): void {\nswitch (opcode) {\n${text.join('\n')}\ndefault:\n${UNDEFINED}\n}\n}\n`;
}

/** Import lines for every known function that the text calls. */
function imports(text: string): string {
  const used = new Set(text.match(/\b[a-zA-Z_]\w*\b/g));
  const modules = new Map<string, string[]>();
  const add = (module: string, name: string) => modules.set(module, [...(modules.get(module) ?? []), name]);
  for (const [name, { module }] of known.integer) if (used.has(name)) add(module, name);
  for (const [name, { module }] of known.x87)
    if (used.has(name) && !known.integer.has(name)) add(module, name);
  for (const [, name] of layout.matchAll(/^export const (\w+)/gm))
    if (used.has(name)) add('../layout.ts', name);
  return [...modules]
    .sort()
    .map(([module, names]) => `import { ${names.sort().join(', ')} } from '../${module}';\n`)
    .join('');
}

function indent(text: string): string {
  let depth = 0;
  return text
    .split('\n')
    .map((line) => {
      if (line.startsWith('}')) depth--;
      const out = '  '.repeat(Math.max(depth, 0)) + line;
      if (line.endsWith('{')) depth++;
      return line === '' ? '' : out;
    })
    .join('\n');
}

function emit(file: string, code: string): void {
  const header = '// Generated by src/isa/generate.ts from the rows of src/isa: change those, not this.\n';
  writeFileSync(join(cpu, 'gen', file), `${header}${imports(code)}\n${indent(code)}`);
}

emit('dispatch.ts', `${dispatch('dispatch', false)}\n${dispatch('dispatchVex', true)}`);
emit('fast.ts', fastLoop(slots));
emit('strips.ts', stripLoop(slots));
if (missing.size > 0) console.log(`generate: no function yet, #UD instead: ${[...missing].join(', ')}`);
