#!/usr/bin/env node
// What package.json's bin names: runs the bundled command (dist/bin/skasm.cjs, made of cli.ts) with V8's
// compiled code from the build, which halves the time until a program starts. Code that another version of
// Node made is refused by V8 and compiled anew.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { setEngineFlags } from './host/node/engine-flags.ts';

const file = fileURLToPath(new URL('../bin/skasm.cjs', import.meta.url));
const cache = `${file}.cache`;

function compiledCode(): Buffer | undefined {
  try {
    return readFileSync(cache);
  } catch {
    return undefined; // installed without its build: only slower
  }
}

setEngineFlags();
const require = createRequire(file);
const text = `(function (exports, require, module, __filename) {${readFileSync(file, 'utf8')}\n})`;
const script = new Script(text, { filename: file, cachedData: compiledCode() });
// The build runs one program this way, so that the functions it takes are among the compiled ones.
if (process.env.SKASM_COMPILE === '1')
  process.on('exit', () => {
    writeFileSync(`${cache}.new`, script.createCachedData());
    renameSync(`${cache}.new`, cache);
  });
const module = { exports: {} };
script.runInThisContext()(module.exports, require, module, file);
