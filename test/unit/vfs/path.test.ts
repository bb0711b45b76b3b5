// Path walk and mounts where a C program cannot look: several mounts, bind mounts, names seen from a root.

import { describe, expect, it } from 'vitest';
import { EBUSY, ELOOP, ENOENT, ENOTDIR } from '../../../runtime/abi/errno.ts';
import { S_IFDIR } from '../../../runtime/vfs/inode.ts';
import { pathOf } from '../../../runtime/vfs/mount.ts';
import type { FsContext } from '../../../runtime/vfs/path.ts';
import { contextOver, ROOT, readText, tmpfs, writeText } from '../../support/file-world.ts';
import { thrown } from '../../support/thrown.ts';

const OWNER = { uid: 0, gid: 0 };

function makeDirectory(fs: FsContext, path: string): void {
  const { parent, name } = fs.walk(ROOT, path);
  parent.inode.makeDirectory(name, S_IFDIR | 0o755, OWNER);
}
const at = (fs: FsContext, path: string) => fs.resolve(ROOT, path);

describe('mounts', () => {
  it('cover a folder, and are left through dots', () => {
    const fs = contextOver(tmpfs());
    makeDirectory(fs, '/mnt');
    writeText(fs, '/mnt/below', 'hidden');
    fs.namespace.attach(at(fs, '/mnt'), tmpfs(), 'other');
    expect(thrown(() => at(fs, '/mnt/below'))).toBe(ENOENT);
    writeText(fs, '/mnt/file', 'on the mount');
    expect(readText(fs, '/mnt/../mnt/./file')).toBe('on the mount');
    expect(fs.pathOf(at(fs, '/mnt/file'))).toBe('/mnt/file');
    expect(at(fs, '/mnt/..').equals(fs.root)).toBe(true);
  });

  it('stack, and come off in reverse', () => {
    const fs = contextOver(tmpfs());
    makeDirectory(fs, '/m');
    for (const text of ['one', 'two']) {
      fs.namespace.attach(at(fs, '/m'), tmpfs(), text);
      writeText(fs, '/m/name', text);
    }
    expect(readText(fs, '/m/name')).toBe('two');
    expect(at(fs, '/m/..').equals(fs.root)).toBe(true);
    fs.namespace.detach(at(fs, '/m'), false);
    expect(readText(fs, '/m/name')).toBe('one');
    fs.namespace.detach(at(fs, '/m'), false);
    expect(thrown(() => at(fs, '/m/name'))).toBe(ENOENT);
  });

  it('with mounts below are busy, unless all go', () => {
    const fs = contextOver(tmpfs());
    makeDirectory(fs, '/a');
    fs.namespace.attach(at(fs, '/a'), tmpfs(), 'a');
    makeDirectory(fs, '/a/b');
    fs.namespace.attach(at(fs, '/a/b'), tmpfs(), 'b');
    expect(thrown(() => fs.namespace.detach(at(fs, '/a'), false))).toBe(EBUSY);
    fs.namespace.detach(at(fs, '/a'), true);
    expect(fs.namespace.mounts).toHaveLength(1);
  });

  it('show a part of another one (bind)', () => {
    const fs = contextOver(tmpfs());
    makeDirectory(fs, '/from');
    makeDirectory(fs, '/from/deep');
    makeDirectory(fs, '/to');
    writeText(fs, '/from/deep/file', 'x');
    const deep = at(fs, '/from/deep');
    fs.namespace.attach(at(fs, '/to'), deep.mount.fileSystem, 'bind', {}, deep.entry);
    expect(readText(fs, '/to/file')).toBe('x');
    expect(fs.pathOf(at(fs, '/to/file'))).toBe('/to/file');
    expect(at(fs, '/to/..').equals(fs.root)).toBe(true);
    expect(at(fs, '/to/file').inode).toBe(at(fs, '/from/deep/file').inode);
  });
});

describe('names', () => {
  it('follow a rename of a folder above', () => {
    const fs = contextOver(tmpfs());
    makeDirectory(fs, '/a');
    makeDirectory(fs, '/a/b');
    const held = at(fs, '/a/b');
    const root = fs.root;
    root.inode.rename('a', root.inode, 'z', false);
    root.entry.moved('a', root.entry, 'z');
    expect(fs.pathOf(held)).toBe('/z/b');
    expect(at(fs, '/z/b').entry).toBe(held.entry);
  });

  it('of removed entries are marked', () => {
    const fs = contextOver(tmpfs());
    writeText(fs, '/file', '');
    const held = at(fs, '/file');
    fs.root.inode.unlink('file');
    fs.root.entry.removed('file');
    expect(fs.pathOf(held)).toBe('/file (deleted)');
    writeText(fs, '/file', 'new');
    expect(at(fs, '/file').entry).not.toBe(held.entry);
  });

  it('outside of the root are unreachable', () => {
    const fs = contextOver(tmpfs());
    makeDirectory(fs, '/jail');
    makeDirectory(fs, '/out');
    const out = at(fs, '/out');
    fs.root = at(fs, '/jail');
    fs.cwd = fs.root;
    expect(at(fs, '/..').equals(fs.root)).toBe(true);
    expect(at(fs, '../../..').equals(fs.root)).toBe(true);
    expect(pathOf(out, fs.root)).toContain('/out');
    expect(pathOf(fs.root, fs.root)).toBe('/');
  });

  it('with absolute links stay in the root', () => {
    const fs = contextOver(tmpfs());
    makeDirectory(fs, '/jail');
    writeText(fs, '/x', 'outside');
    writeText(fs, '/jail/x', 'inside');
    fs.resolve(ROOT, '/jail').inode.makeSymlink('link', '/x', OWNER);
    expect(readText(fs, '/jail/link')).toBe('outside');
    fs.root = at(fs, '/jail');
    expect(readText(fs, '/link')).toBe('inside');
  });

  it('refuse circles and files in the way', () => {
    const fs = contextOver(tmpfs());
    fs.root.inode.makeSymlink('a', 'b', OWNER);
    fs.root.inode.makeSymlink('b', 'a', OWNER);
    writeText(fs, '/file', '');
    expect(thrown(() => at(fs, '/a'))).toBe(ELOOP);
    expect(thrown(() => at(fs, '/file/..'))).toBe(ENOTDIR);
  });
});
