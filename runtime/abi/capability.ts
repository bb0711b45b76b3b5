// Capabilities of capabilities(7), and sets of them: a number with bit n for capability n. There are more of
// them than a 32-bit operation holds; those below 32 may be asked for with `&`.

export const CAP = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_DAC_READ_SEARCH: 2,
  CAP_FOWNER: 3,
  CAP_FSETID: 4,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SETPCAP: 8,
  CAP_LINUX_IMMUTABLE: 9,
  CAP_NET_BIND_SERVICE: 10,
  CAP_NET_ADMIN: 12,
  CAP_IPC_LOCK: 14,
  CAP_IPC_OWNER: 15,
  CAP_SYS_RAWIO: 17,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_PACCT: 20,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_BOOT: 22,
  CAP_SYS_NICE: 23,
  CAP_SYS_RESOURCE: 24,
  CAP_SYS_TIME: 25,
  CAP_SYS_TTY_CONFIG: 26,
  CAP_MKNOD: 27,
  CAP_MAC_OVERRIDE: 32,
  CAP_SYSLOG: 34,
} as const;
export const CAP_LAST = 40;

export const NO_CAPABILITIES = 0;
export const ALL_CAPABILITIES = 2 ** (CAP_LAST + 1) - 1;

/** What setfsuid(2) gives and takes. Linux: CAP_FS_SET. */
export const FILE_CAPABILITIES = [
  CAP.CAP_CHOWN,
  CAP.CAP_MKNOD,
  CAP.CAP_DAC_OVERRIDE,
  CAP.CAP_DAC_READ_SEARCH,
  CAP.CAP_FOWNER,
  CAP.CAP_FSETID,
  CAP.CAP_LINUX_IMMUTABLE,
  CAP.CAP_MAC_OVERRIDE,
].reduce<number>((set, capability) => set + 2 ** capability, 0);

const WORD = 2 ** 32;
const bitwise =
  (operation: (a: number, b: number) => number) =>
  (a: number, b: number): number =>
    (operation(a % WORD, b % WORD) >>> 0) + operation(Math.floor(a / WORD), Math.floor(b / WORD)) * WORD;

export const union = bitwise((a, b) => a | b);
export const intersection = bitwise((a, b) => a & b);
export const difference = bitwise((a, b) => a & ~b);
export const isSubset = (set: number, of: number): boolean => difference(set, of) === 0;
export const hasCapability = (set: number, capability: number): boolean =>
  capability < 32 ? (set & (1 << capability)) !== 0 : Math.floor(set / 2 ** capability) % 2 === 1;

/** Bits of securebits; each has a lock one higher. */
export const SECBIT = {
  SECBIT_NOROOT: 1,
  SECBIT_NO_SETUID_FIXUP: 4,
  SECBIT_KEEP_CAPS: 16,
  SECBIT_NO_CAP_AMBIENT_RAISE: 64,
} as const;
export const SECURE_ALL_BITS = 0x55;
export const SECURE_ALL_LOCKS = 0xaa;
