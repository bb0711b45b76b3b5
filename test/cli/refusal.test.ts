// What cannot be run is refused with one clear line and a status: 2 for unusable options, 126 for what is no
// program, 127 for what is not there. Never a stack trace.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { skasm } from '../support/command.ts';
import { elfFile, exit, writeProgram } from '../support/tiny-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'skasm-refusal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const good = writeProgram(join(folder, 'good'), exit(0));

/** A good ELF file with some bytes changed. */
function changed(bytes: Readonly<Record<number, number>>): Buffer {
  const file = elfFile(exit(0));
  for (const [at, value] of Object.entries(bytes)) file[Number(at)] = value;
  return file;
}

describe('options', { concurrent: true }, () => {
  test.each<[name: string, args: string[], message: RegExp]>([
    ['an unknown option', ['run', '--bogus', good], /unknown option '--bogus'/],
    ['an unknown command', ['walk'], /unknown command 'walk'/],
    ['no program', ['run'], /missing required argument 'program'/],
    ['too many words', ['uml', 'more'], /too many arguments/],
    ['--memory without a size', ['run', '--memory', 'lots', good], /a size such as 512M or 2G is wanted/],
    ['--memory too small', ['run', '--memory', '10K', good], /4M to 4G is possible/],
    ['--memory too large', ['run', '--memory', '5G', good], /4M to 4G is possible/],
    ['--mem', ['uml', '--mem', 'lots'], /a size such as 512M or 2G is wanted/],
    ['--patch', ['run', '--patch', 'skas9', good], /--patch skas9: there is no patch skas9/],
    ['--task-size', ['run', '--task-size', '5g', good], /4g, 3g or 2g is wanted/],
    ['-E without a value', ['run', '-E', 'NAME', good], /-E NAME: VAR=VALUE is wanted/],
    ['--mount without a place', ['run', '--mount', folder, good], /SRC:DST or SRC:DST:ro is wanted/],
    ['--mount of nothing', ['run', '--mount', '/nowhere:/tmp', good], /\/nowhere does not exist/],
    ['--mount on nothing', ['run', '--mount', `${folder}:/nowhere`, good], /no \/nowhere to mount on/],
    ['--root', ['run', '--root', '/nowhere', 'sh'], /--root \/nowhere: not a folder/],
    ['-L', ['run', '-L', '/nowhere', good], /-L \/nowhere: not a folder/],
    ['--cwd', ['run', '--cwd', '/nowhere', good], /\/nowhere: No such file or directory/],
    ['--cwd at a file', ['run', '--cwd', good, good], /good: Not a directory/],
    ['--strace', ['run', '--strace=/nowhere/x', good], /--strace=\/nowhere\/x: No such file or directory/],
    ['--jit', ['run', '--jit', 'fast', good], /--jit <mode>.*'fast' is invalid. Allowed .* off, auto, eager/],
    ['--jit of uml', ['uml', '--jit', 'fast'], /'fast' is invalid/],
    ['--jit-disable', ['run', '--jit-disable', 'a,,b', good], /names with commas between them are wanted/],
    ['--jit-memory', ['run', '--jit-memory', 'much', good], /a size such as 512M or 2G is wanted/],
    ['--jit-memory too small', ['run', '--jit-memory', '512K', good], /1M to 1G is possible/],
    [
      '--verify of nothing',
      ['run', '--verify', '--jit', 'off', good],
      /nothing is translated with --jit off/,
    ],
    ['--cache at a file', ['run', '--cache', good, good], /--cache .*good: not a folder/],
    ['--cache without a name', ['run', '--cache=', good], /--cache: the name of a folder is wanted/],
    ['cache info at a file', ['cache', 'info', '--cache', good], /--cache .*good: not a folder/],
    ['cache of an unknown kind', ['cache', 'shrink'], /unknown command 'shrink'/],
    ['-d', ['run', '-d', 'in_asm,wast', good], /there is no wast, but in_asm, ir, wat/],
    ['-d of uml', ['uml', '-d', 'op'], /there is no op, but/],
    ['-D', ['run', '-d', 'wat', '-D', '/nowhere/x', good], /-D \/nowhere\/x: No such file or directory/],
    ['--root of uml', ['uml', '--root', '/nowhere'], /\/nowhere: not a folder/],
    ['--init', ['uml', '--kernel', good, '--root', '/', '--init', 'sh'], /an absolute path .* is wanted/],
  ])('%s', async (_name, args, message) => {
    const { status, stdout, stderr } = await skasm(args);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^skasm: [^\n]*\n(\(skasm --help shows the options\)\n)?$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('--help and --version are no errors', async () => {
    expect(await skasm(['run', '--help'])).toMatchObject({ status: 0, stderr: '' });
    const { status, stdout } = await skasm(['--version']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('files', { concurrent: true }, () => {
  test.each<[name: string, contents: Buffer | string, mode: number, message: string]>([
    [
      'a 64-bit program',
      changed({ 4: 2, 18: 62 }),
      0o755,
      'a 64-bit ELF file; skasm runs 32-bit i386 programs',
    ],
    [
      'a big-endian one',
      changed({ 5: 2, 18: 0, 19: 3 }),
      0o755,
      'a big-endian ELF file; skasm runs little-endian i386 programs',
    ],
    [
      'one for ARM',
      changed({ 18: 40 }),
      0o755,
      'an ELF file for another processor; skasm runs i386 programs',
    ],
    ['an object file', changed({ 16: 1 }), 0o755, 'an ELF file, but not a program'],
    ['a truncated one', elfFile(exit(0)).subarray(0, 60), 0o755, 'a truncated ELF file'],
    ['an empty file', '', 0o755, 'neither an ELF program nor a script with #!'],
    ['text without #!', 'echo hello\n', 0o755, 'neither an ELF program nor a script with #!'],
    ['a program without x', elfFile(exit(0)), 0o644, 'not executable'],
  ])('%s', async (name, contents, mode, message) => {
    const path = join(folder, name.replaceAll(' ', '-'));
    writeFileSync(path, contents, { mode });
    const line = `skasm: ${path}: ${message}\n`;
    expect(await skasm(['run', path])).toEqual({ stdout: '', stderr: line, status: 126, signal: null });
  });

  test('a folder', async () => {
    mkdirSync(join(folder, 'sub'));
    const line = `skasm: ${folder}/sub: not executable\n`;
    expect(await skasm(['run', join(folder, 'sub')])).toMatchObject({ stderr: line, status: 126 });
  });

  test.each(['./nothing', 'no-such-program-in-PATH'])('%s', async (name) => {
    const line = `skasm: ${name}: not found\n`;
    expect(await skasm(['run', name], { cwd: folder })).toMatchObject({ stderr: line, status: 127 });
  });

  test('a script whose interpreter is not there', async () => {
    const path = join(folder, 'script');
    writeFileSync(path, '#!/nowhere/sh\n', { mode: 0o755 });
    const line = `skasm: ${path}: its interpreter is not in the guest\n`;
    expect(await skasm(['run', path])).toMatchObject({ stderr: line, status: 127 });
  });

  test('a kernel that is none', async () => {
    expect((await skasm(['uml', '--root', '/', '--kernel', '/nowhere'])).status).toBe(127);
  });
});
