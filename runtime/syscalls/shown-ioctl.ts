// The names of ioctl's requests, for strace.

import * as F from '../abi/file.ts';
import { SECCOMP_IOCTL } from '../abi/seccomp.ts';
import * as T from '../abi/termios.ts';
import { choice } from './row.ts';

/** Names of `module` that begin like a request. */
const requests = (module: Readonly<Record<string, unknown>>, like: RegExp): Record<string, number> =>
  Object.fromEntries(
    Object.entries(module).filter(
      (entry): entry is [string, number] => like.test(entry[0]) && typeof entry[1] === 'number',
    ),
  );

export const request = choice('request', {
  ...requests(T, /^(TC[GSXF]|TCSBRK|TIOC(?!PKT_))/),
  // One number has two names; strace knows it as FIONREAD.
  ...requests(F, /^FIO/),
  ...SECCOMP_IOCTL,
});
