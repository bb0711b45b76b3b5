// System V IPC: commands, flags and structures as i386 programs have them (sys/ipc.h, sys/sem.h, sys/msg.h,
// sys/shm.h). Each structure has the form of ipc(2)'s early days and that of IPC_64.

import { i32, struct, u16, u32 } from './struct.ts';

export const IPC_PRIVATE = 0;
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_NOWAIT = 0o4000;
/** In a command: the structures with 32-bit ids. */
export const IPC_64 = 0x100;

export const IPC = {
  IPC_RMID: 0,
  IPC_SET: 1,
  IPC_STAT: 2,
  IPC_INFO: 3,
} as const;
export const SEMCTL = {
  ...IPC,
  GETPID: 11,
  GETVAL: 12,
  GETALL: 13,
  GETNCNT: 14,
  GETZCNT: 15,
  SETVAL: 16,
  SETALL: 17,
  SEM_STAT: 18,
  SEM_INFO: 19,
  SEM_STAT_ANY: 20,
} as const;
export const MSGCTL = { ...IPC, MSG_STAT: 11, MSG_INFO: 12, MSG_STAT_ANY: 13 } as const;
export const SHMCTL = {
  ...IPC,
  SHM_LOCK: 11,
  SHM_UNLOCK: 12,
  SHM_STAT: 13,
  SHM_INFO: 14,
  SHM_STAT_ANY: 15,
} as const;

export const SEM_UNDO = 0x1000;
/** Largest value of a semaphore, semaphores of a set, sets, and operations of a call. */
export const SEMVMX = 32767;
export const SEMMSL = 32000;
export const SEMMNI = 32000;
export const SEMOPM = 500;

export const MSG_NOERROR = 0o10000;
export const MSG_EXCEPT = 0o20000;
export const MSG_COPY = 0o40000;
/** Bytes of a message, bytes of a queue, and queues. */
export const MSGMAX = 8192;
export const MSGMNB = 16384;
export const MSGMNI = 32000;

export const SHM_RDONLY = 0o10000;
export const SHM_RND = 0o20000;
export const SHM_REMAP = 0o40000;
export const SHM_EXEC = 0o100000;
export const SHM_HUGETLB = 0o4000;
/** In a mode: removed, but still attached; locked. */
export const SHM_DEST = 0o1000;
export const SHM_LOCKED = 0o2000;
export const SHMMNI = 4096;
export const SHMMAX = 0xfeffffff;

const perm64 = {
  key: i32,
  uid: u32,
  gid: u32,
  cuid: u32,
  cgid: u32,
  mode: u16,
  pad1: u16,
  seq: u16,
  pad2: u16,
  unused1: u32,
  unused2: u32,
};
const permOld = { key: i32, uid: u16, gid: u16, cuid: u16, cgid: u16, mode: u16, seq: u16 };

export const semid64 = struct({
  ...perm64,
  otime: u32,
  otimeHigh: u32,
  ctime: u32,
  ctimeHigh: u32,
  nsems: u32,
  unused3: u32,
  unused4: u32,
});
export const semidOld = struct({
  ...permOld,
  otime: u32,
  ctime: u32,
  base: u32,
  pending: u32,
  pendingLast: u32,
  undo: u32,
  nsems: u16,
});
export const seminfo = struct({
  semmap: i32,
  semmni: i32,
  semmns: i32,
  semmnu: i32,
  semmsl: i32,
  semopm: i32,
  semume: i32,
  semusz: i32,
  semvmx: i32,
  semaem: i32,
});

export const msqid64 = struct({
  ...perm64,
  stime: u32,
  stimeHigh: u32,
  rtime: u32,
  rtimeHigh: u32,
  ctime: u32,
  ctimeHigh: u32,
  cbytes: u32,
  qnum: u32,
  qbytes: u32,
  lspid: i32,
  lrpid: i32,
  unused3: u32,
  unused4: u32,
});
export const msqidOld = struct({
  ...permOld,
  first: u32,
  last: u32,
  stime: u32,
  rtime: u32,
  ctime: u32,
  lcbytes: u32,
  lqbytes: u32,
  cbytes: u16,
  qnum: u16,
  qbytes: u16,
  lspid: u16,
  lrpid: u16,
});
export const msginfo = struct({
  msgpool: i32,
  msgmap: i32,
  msgmax: i32,
  msgmnb: i32,
  msgmni: i32,
  msgssz: i32,
  msgtql: i32,
  msgseg: u16,
});

export const shmid64 = struct({
  ...perm64,
  segsz: u32,
  atime: u32,
  atimeHigh: u32,
  dtime: u32,
  dtimeHigh: u32,
  ctime: u32,
  ctimeHigh: u32,
  cpid: i32,
  lpid: i32,
  nattch: u32,
  unused3: u32,
  unused4: u32,
});
export const shmidOld = struct({
  ...permOld,
  segsz: i32,
  atime: u32,
  dtime: u32,
  ctime: u32,
  cpid: u16,
  lpid: u16,
  nattch: u16,
  unused: u16,
  unused2: u32,
  unused3: u32,
});
export const shminfo64 = struct({
  shmmax: u32,
  shmmin: u32,
  shmmni: u32,
  shmseg: u32,
  shmall: u32,
  unused1: u32,
  unused2: u32,
  unused3: u32,
  unused4: u32,
});
export const shmInfo = struct({
  usedIds: i32,
  total: u32,
  resident: u32,
  swapped: u32,
  swapAttempts: u32,
  swapSuccesses: u32,
});
