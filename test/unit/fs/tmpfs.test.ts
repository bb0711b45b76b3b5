// tmpfs: limits, counts and links; what a program sees of it is in test/syscalls.

import { describe, expect, it } from 'vitest';
import { ENOSPC } from '../../../runtime/abi/errno.ts';
import { tmpFsOptions } from '../../../runtime/fs/file-services.ts';
import { openPath } from '../../../runtime/vfs/open.ts';
import { contextOver, ROOT, readText, tmpfs, writeText } from '../../support/file-world.ts';
import { thrown } from '../../support/thrown.ts';

describe('tmpfs', () => {
  it('is full when its size is used, and gives pages back', () => {
    const fileSystem = tmpfs({ size: 8192 });
    const fs = contextOver(fileSystem);
    writeText(fs, '/a', 'x'.repeat(8192));
    expect(fileSystem.statistics().blocksFree).toBe(0);
    writeText(fs, '/b', '');
    const file = openPath(fs, ROOT, '/b', 1).retain();
    expect(thrown(() => file.write(new Uint8Array(1)))).toBe(ENOSPC);
    file.release();
    fs.root.inode.unlink('a');
    expect(fileSystem.statistics().blocksFree).toBe(2);
    writeText(fs, '/b', 'fits');
    expect(readText(fs, '/b')).toBe('fits');
  });

  it('keeps an unlinked file until it is closed', () => {
    const fileSystem = tmpfs();
    const fs = contextOver(fileSystem);
    const { blocksFree, filesFree } = fileSystem.statistics();
    writeText(fs, '/a', 'content');
    const file = openPath(fs, ROOT, '/a', 0).retain();
    fs.root.inode.unlink('a');
    expect(String.fromCharCode(...(file.read(100) as Uint8Array))).toBe('content');
    expect(fileSystem.statistics().filesFree).toBe(filesFree - 1);
    file.release();
    expect(fileSystem.statistics()).toMatchObject({ blocksFree, filesFree });
  });

  it('has a limit of inodes', () => {
    const fs = contextOver(tmpfs({ inodes: 3 }));
    writeText(fs, '/a', '');
    writeText(fs, '/b', '');
    expect(thrown(() => writeText(fs, '/c', ''))).toBe(ENOSPC);
  });

  it('counts links of folders', () => {
    const fs = contextOver(tmpfs());
    const root = fs.root.inode;
    const maker = { uid: 0, gid: 0 };
    const a = root.makeDirectory('a', 0o755, maker);
    root.makeDirectory('b', 0o755, maker);
    expect(root.attributes().links).toBe(4);
    root.rename('b', a, 'b', false);
    expect([root.attributes().links, a.attributes().links]).toEqual([3, 3]);
    a.removeDirectory('b');
    root.removeDirectory('a');
    expect(root.attributes().links).toBe(2);
  });

  it('reads mount options', () => {
    expect(tmpFsOptions('size=64m,mode=1777,uid=5,nr_inodes=1k,huge=never')).toEqual({
      size: 64 * 2 ** 20,
      mode: 0o1777,
      uid: 5,
      inodes: 1024,
    });
  });
});
