// Binaryen's JavaScript without its WebAssembly, which the package holds as a string of 15 MB: reading that takes
// longer than compiling what a short program needs. The module is loaded by runtime/command-binaryen.ts instead.
import { readFileSync } from 'node:fs';

/** How the string begins. */
const MODULE = '`\\0asm';
/** The call without arguments that begins it all. */
const START = /=await (\w+)\(\)(?=,)/g;

/** Where the template literal that begins at `start` ends. */
function endOf(text, start) {
  for (let at = text.indexOf('`', start + 1); ; at = text.indexOf('`', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
}

/** `hook`: the file that exports `instantiateWasm`, which Emscripten's code asks for the instance. */
export function binaryenWithout(hook) {
  const text = readFileSync('node_modules/binaryen/index.js', 'utf8');
  const start = text.indexOf(MODULE);
  if (start < 0) throw new Error('binaryen/index.js has another form: there is no module in it');
  const rest = `${text.slice(0, start)}""${text.slice(endOf(text, start))}`;
  if (rest.match(START)?.length !== 1)
    throw new Error('binaryen/index.js has another form: it does not begin once, without arguments');
  return `import { instantiateWasm } from ${JSON.stringify(hook)};
${rest.replace(START, '=await $1({instantiateWasm})')}`;
}
