// Numbers and structs of the file calls: open flags, fcntl commands, stat, statx, dirent, iovec, flock
// and the ioctls that every file understands. open(2), fcntl(2), stat(2), statx(2), getdents(2), statfs(2);
// include/uapi/asm-generic/fcntl.h, arch/x86/include/uapi/asm/stat.h. Terminals are in abi/termios.ts.

import { array, bytes, i16, i32, size64, struct, u8, u16, u32, u64 } from './struct.ts';

// open(2)
export const O_ACCMODE = 3;
export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NOCTTY = 0o400;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_DSYNC = 0o10000;
export const O_ASYNC = 0o20000;
export const O_DIRECT = 0o40000;
export const O_LARGEFILE = 0o100000;
export const O_DIRECTORY = 0o200000;
export const O_NOFOLLOW = 0o400000;
export const O_NOATIME = 0o1000000;
export const O_CLOEXEC = 0o2000000;
export const O_SYNC = 0o4010000;
export const O_PATH = 0o10000000;
export const O_TMPFILE = 0o20200000;

// The *at calls
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_EACCESS = 0x200;
export const AT_REMOVEDIR = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_NO_AUTOMOUNT = 0x800;
export const AT_EMPTY_PATH = 0x1000;
export const AT_STATX_SYNC_TYPE = 0x6000;

export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;

export const R_OK = 4;
export const W_OK = 2;
export const X_OK = 1;

export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;
export const RENAME_WHITEOUT = 4;

// fcntl(2)
export const F_DUPFD = 0;
export const F_GETFD = 1;
export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_GETLK = 5;
export const F_SETLK = 6;
export const F_SETLKW = 7;
export const F_SETOWN = 8;
export const F_GETOWN = 9;
export const F_SETSIG = 10;
export const F_GETSIG = 11;
export const F_GETLK64 = 12;
export const F_SETLK64 = 13;
export const F_SETLKW64 = 14;
export const F_SETOWN_EX = 15;
export const F_GETOWN_EX = 16;
export const F_OFD_GETLK = 36;
export const F_OFD_SETLK = 37;
export const F_OFD_SETLKW = 38;
export const F_SETLEASE = 1024;
export const F_GETLEASE = 1025;
export const F_NOTIFY = 1026;
export const F_DUPFD_CLOEXEC = 1030;
export const F_SETPIPE_SZ = 1031;
export const F_GETPIPE_SZ = 1032;
export const F_ADD_SEALS = 1033;
export const F_GET_SEALS = 1034;
/** F_NOTIFY's events, fcntl(2). */
export const DN = {
  DN_ACCESS: 0x1,
  DN_MODIFY: 0x2,
  DN_CREATE: 0x4,
  DN_DELETE: 0x8,
  DN_RENAME: 0x10,
  DN_ATTRIB: 0x20,
  DN_MULTISHOT: 0x80000000 | 0,
} as const;
export const FD_CLOEXEC = 1;
export const F_RDLCK = 0;
export const F_WRLCK = 1;
export const F_UNLCK = 2;
export const F_OWNER_TID = 0;
export const F_OWNER_PID = 1;
export const F_OWNER_PGRP = 2;
export const F_SEAL_SEAL = 1;
export const F_SEAL_SHRINK = 2;
export const F_SEAL_GROW = 4;
export const F_SEAL_WRITE = 8;
export const F_SEAL_FUTURE_WRITE = 16;

export const LOCK_SH = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;

export const FALLOC_FL_KEEP_SIZE = 1;
export const FALLOC_FL_PUNCH_HOLE = 2;
export const FALLOC_FL_ZERO_RANGE = 0x10;

export const MFD_CLOEXEC = 1;
export const MFD_ALLOW_SEALING = 2;
export const MFD_NOEXEC_SEAL = 8;
export const MFD_EXEC = 16;

export const CLOSE_RANGE_UNSHARE = 2;
export const CLOSE_RANGE_CLOEXEC = 4;

// ioctl(2) requests that the file layer answers for every kind of file
export const FIONREAD = 0x541b;
export const FIONBIO = 0x5421;
export const FIONCLEX = 0x5450;
export const FIOCLEX = 0x5451;
export const FIOASYNC = 0x5452;
export const FIOQSIZE = 0x5460;

// poll(2)
export const POLLIN = 0x001;
export const POLLPRI = 0x002;
export const POLLOUT = 0x004;
export const POLLERR = 0x008;
export const POLLHUP = 0x010;
export const POLLNVAL = 0x020;
export const POLLRDNORM = 0x040;
export const POLLRDBAND = 0x080;
export const POLLWRNORM = 0x100;
export const POLLWRBAND = 0x200;
export const POLLRDHUP = 0x2000;

// mount(2)
export const MS_RDONLY = 1;
export const MS_NOSUID = 2;
export const MS_NODEV = 4;
export const MS_NOEXEC = 8;
export const MS_SYNCHRONOUS = 16;
export const MS_REMOUNT = 32;
export const MS_NOATIME = 1024;
export const MS_NODIRATIME = 2048;
export const MS_BIND = 4096;
export const MS_MOVE = 8192;
export const MS_REC = 16384;
export const MS_SILENT = 32768;
export const MS_UNBINDABLE = 1 << 17;
export const MS_PRIVATE = 1 << 18;
export const MS_SLAVE = 1 << 19;
export const MS_SHARED = 1 << 20;
export const MS_RELATIME = 1 << 21;
export const MNT_FORCE = 1;
export const MNT_DETACH = 2;
export const MNT_EXPIRE = 4;
export const UMOUNT_NOFOLLOW = 8;

// statfs(2): f_flags
export const ST_VALID = 0x20;

export const NAME_MAX = 255;
export const PATH_MAX = 4096;
export const IOV_MAX = 1024;
/** The most bytes one read or write moves: INT_MAX rounded down to a page. */
export const MAX_RW_COUNT = 0x7ffff000;
/** Where a file ends for descriptions without O_LARGEFILE. Linux: MAX_NON_LFS. */
export const LARGEST_WITHOUT_LARGEFILE = 0x7fffffff;

export const UTIME_NOW = 0x3fffffff;
export const UTIME_OMIT = 0x3ffffffe;

/** Directory entry types: a d_type is the file type's high bits. */
export const typeToDirent = (type: number): number => type >> 12;

// dev_t: userspace sees new_encode_dev() in 32 bits and the same bits in 64.
export const makedev = (major: number, minor: number): number =>
  ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
export const majorOf = (device: number): number => (device >>> 8) & 0xfff;
export const minorOf = (device: number): number => (device & 0xff) | ((device >>> 12) & 0xfff00);

/** struct __old_kernel_stat: oldstat(2) 18. */
export const oldStat = struct({
  st_dev: u16,
  st_ino: u16,
  st_mode: u16,
  st_nlink: u16,
  st_uid: u16,
  st_gid: u16,
  st_rdev: u16,
  st_size: u32,
  st_atime: u32,
  st_mtime: u32,
  st_ctime: u32,
});

/** struct stat of the kernel: stat(2) 106. */
export const stat32 = struct({
  st_dev: u32,
  st_ino: u32,
  st_mode: u16,
  st_nlink: u16,
  st_uid: u16,
  st_gid: u16,
  st_rdev: u32,
  st_size: u32,
  st_blksize: u32,
  st_blocks: u32,
  st_atime: u32,
  st_atime_nsec: u32,
  st_mtime: u32,
  st_mtime_nsec: u32,
  st_ctime: u32,
  st_ctime_nsec: u32,
  __unused4: u32,
  __unused5: u32,
});

/** struct stat64: stat64(2) 195. */
export const stat64 = struct({
  st_dev: u64,
  __pad0: bytes(4),
  __st_ino: u32,
  st_mode: u32,
  st_nlink: u32,
  st_uid: u32,
  st_gid: u32,
  st_rdev: u64,
  __pad3: bytes(4),
  st_size: size64,
  st_blksize: u32,
  st_blocks: size64,
  st_atime: u32,
  st_atime_nsec: u32,
  st_mtime: u32,
  st_mtime_nsec: u32,
  st_ctime: u32,
  st_ctime_nsec: u32,
  st_ino: size64,
});

export const statxTimestamp = struct({ tv_sec: size64, tv_nsec: u32, __reserved: i32 });

/** struct statx; 256 bytes. */
export const statx = struct({
  stx_mask: u32,
  stx_blksize: u32,
  stx_attributes: u64,
  stx_nlink: u32,
  stx_uid: u32,
  stx_gid: u32,
  stx_mode: u16,
  __spare0: u16,
  stx_ino: size64,
  stx_size: size64,
  stx_blocks: size64,
  stx_attributes_mask: u64,
  stx_atime: statxTimestamp,
  stx_btime: statxTimestamp,
  stx_ctime: statxTimestamp,
  stx_mtime: statxTimestamp,
  stx_rdev_major: u32,
  stx_rdev_minor: u32,
  stx_dev_major: u32,
  stx_dev_minor: u32,
  stx_mnt_id: size64,
  stx_dio_mem_align: u32,
  stx_dio_offset_align: u32,
  __spare3: bytes(96),
});
/** What we fill in: type, mode, nlink, uid, gid, the times but birth, ino, size, blocks. */
export const STATX_BASIC_STATS = 0x7ff;
export const STATX_MNT_ID = 0x1000;
export const STATX_RESERVED = 0x80000000;

/** struct linux_dirent64 up to d_name; linux_dirent has u32 for the first two and no d_type before the name. */
export const dirent64 = struct({ d_ino: size64, d_off: size64, d_reclen: u16, d_type: u8 });
export const DIRENT64_NAME = 19;
export const DIRENT_NAME = 10;

export const iovec = struct({ iov_base: u32, iov_len: u32 });

export const flock = struct({ l_type: i16, l_whence: i16, l_start: i32, l_len: i32, l_pid: i32 });
export const flock64 = struct({ l_type: i16, l_whence: i16, l_start: size64, l_len: size64, l_pid: i32 });
export const fOwnerEx = struct({ type: i32, pid: i32 });

export const statfs32 = struct({
  f_type: u32,
  f_bsize: u32,
  f_blocks: u32,
  f_bfree: u32,
  f_bavail: u32,
  f_files: u32,
  f_ffree: u32,
  f_fsid: array(i32, 2),
  f_namelen: u32,
  f_frsize: u32,
  f_flags: u32,
  f_spare: array(u32, 4),
});
export const statfs64 = struct({
  f_type: u32,
  f_bsize: u32,
  f_blocks: size64,
  f_bfree: size64,
  f_bavail: size64,
  f_files: size64,
  f_ffree: size64,
  f_fsid: array(i32, 2),
  f_namelen: u32,
  f_frsize: u32,
  f_flags: u32,
  f_spare: array(u32, 4),
});

export const utimbuf = struct({ actime: i32, modtime: i32 });
export const timeval = struct({ tv_sec: i32, tv_usec: i32 });
export const timespec = struct({ tv_sec: i32, tv_nsec: i32 });
/** struct __kernel_timespec; the upper half of tv_nsec is padding for 32-bit callers. */
export const timespec64 = struct({ tv_sec: size64, tv_nsec: i32, __pad: i32 });
