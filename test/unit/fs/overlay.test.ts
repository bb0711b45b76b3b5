// An overlay shows the folder below, keeps every change to itself, and never writes there.

import { describe, expect, it } from 'vitest';
import { ENOENT, ENOTEMPTY } from '../../../runtime/abi/errno.ts';
import { HostFs } from '../../../runtime/fs/hostfs.ts';
import { OverlayFs } from '../../../runtime/fs/overlay.ts';
import { createFakeHost, type FakeFiles } from '../../../runtime/host/fake.ts';
import type { HostFile } from '../../../runtime/host/host.ts';
import { openPath } from '../../../runtime/vfs/open.ts';
import type { FsContext } from '../../../runtime/vfs/path.ts';
import { contextOver, fileParts, names, ROOT, readText, writeText } from '../../support/file-world.ts';
import { thrown } from '../../support/thrown.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

function put(files: FakeFiles, path: string, text: string): void {
  const file = files.open(path, { read: true, write: true, create: true }) as HostFile;
  file.writeAt(bytes(text), 0);
}

function world(): { files: FakeFiles; fs: FsContext; snapshot: () => string } {
  const { files } = createFakeHost();
  files.makeDirectory('/base', 0o755);
  files.makeDirectory('/base/sub', 0o755);
  put(files, '/base/file', 'lower');
  put(files, '/base/big', 'a'.repeat(10000));
  put(files, '/base/sub/inner', 'inner');
  files.symlink('file', '/base/link');
  files.link('/base/file', '/base/hard');
  const parts = fileParts();
  const lower = new HostFs({ ...parts, files, path: '/base' });
  const fs = contextOver(new OverlayFs(parts, lower, ROOT));
  const snapshot = (): string => {
    const lines: string[] = [];
    const walk = (path: string): void => {
      for (const name of files.list(path).sort()) {
        const stat = files.stat(`${path}/${name}`);
        lines.push(`${path}/${name} ${stat.type} ${stat.size} ${stat.mode} ${stat.modified}`);
        if (stat.type === 'directory') walk(`${path}/${name}`);
      }
    };
    walk('/base');
    return lines.join('\n');
  };
  return { files, fs, snapshot };
}

describe('overlay', () => {
  it('shows what is below', () => {
    const { fs } = world();
    expect(names(fs, '/')).toEqual(['big', 'file', 'hard', 'link', 'sub']);
    expect(readText(fs, '/link')).toBe('lower');
    expect(fs.resolve(ROOT, '/file').inode).toBe(fs.resolve(ROOT, '/hard').inode);
    expect(fs.resolve(ROOT, '/file').inode.attributes().links).toBe(2);
  });

  it('keeps changes to itself', () => {
    const { fs, snapshot } = world();
    const before = snapshot();
    writeText(fs, '/file', 'upper text');
    writeText(fs, '/new', 'new');
    writeText(fs, '/sub/more', 'more');
    fs.resolve(ROOT, '/sub').inode.unlink('inner');
    fs.root.inode.rename('big', fs.resolve(ROOT, '/sub').inode, 'large', false);
    fs.resolve(ROOT, '/hard').inode.setAttributes({ mode: 0o600, uid: 5 });
    expect(readText(fs, '/hard')).toBe('upper text');
    expect(names(fs, '/')).toEqual(['file', 'hard', 'link', 'new', 'sub']);
    expect(names(fs, '/sub')).toEqual(['large', 'more']);
    expect(readText(fs, '/sub/large')).toBe('a'.repeat(10000));
    expect(thrown(() => fs.resolve(ROOT, '/sub/inner'))).toBe(ENOENT);
    expect(snapshot()).toBe(before);
  });

  it('takes single pages from below until they are written', () => {
    const { fs } = world();
    const file = openPath(fs, ROOT, '/big', 2).retain();
    file.writeAt(bytes('B'), 5000);
    const all = file.readAt(20000, 0) as Uint8Array;
    expect(all.length).toBe(10000);
    expect([all[4999], all[5000], all[5001]]).toEqual([97, 66, 97]);
    file.truncate(3);
    file.truncate(9);
    expect([...(file.readAt(20, 0) as Uint8Array)]).toEqual([97, 97, 97, 0, 0, 0, 0, 0, 0]);
    file.release();
    expect(readText(fs, '/big')).toBe('aaa\0\0\0\0\0\0');
  });

  it('hides a removed folder under a new one of its name', () => {
    const { fs } = world();
    const root = fs.root.inode;
    expect(thrown(() => root.removeDirectory('sub'))).toBe(ENOTEMPTY);
    fs.resolve(ROOT, '/sub').inode.unlink('inner');
    root.removeDirectory('sub');
    root.makeDirectory('sub', 0o755, { uid: 0, gid: 0 });
    expect(names(fs, '/sub')).toEqual([]);
  });

  it('moves a whole folder of below', () => {
    const { fs } = world();
    fs.root.inode.rename('sub', fs.root.inode, 'moved', false);
    expect(readText(fs, '/moved/inner')).toBe('inner');
    expect(thrown(() => fs.resolve(ROOT, '/sub'))).toBe(ENOENT);
    expect(names(fs, '/')).toEqual(['big', 'file', 'hard', 'link', 'moved']);
  });
});
