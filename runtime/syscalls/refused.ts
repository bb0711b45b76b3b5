// Calls that this kernel refuses on purpose: what an unprivileged process of a hardened host is told, or a kernel
// that was built without the feature. Programs that ask have another way.

import { ENOSYS, EPERM, type Errno } from '../abi/errno.ts';
import { fd, flags, int, pid, pointer, type Rows, refused, size, sys, unsigned } from './row.ts';

const answer = (errno: Errno) => (): never => {
  throw errno;
};
const notBuilt = answer(ENOSYS);
const notAllowed = answer(EPERM);
const NOT_BUILT = refused('ENOSYS: as a kernel built without it');
const NOT_ALLOWED = refused('EPERM');

const GONE = refused('ENOSYS: Linux has it no more');
const LATER = refused('ENOSYS: of a later Linux');
const NEVER = refused('ENOSYS: Linux never had it');

export const refusedRows = {
  ftime: sys(35, [], notBuilt, NEVER),
  prof: sys(44, [], notBuilt, NEVER),
  ulimit: sys(58, [], notBuilt, NEVER),
  profil: sys(98, [], notBuilt, NEVER),
  idle: sys(112, [], notBuilt, GONE),
  create_module: sys(127, [], notBuilt, GONE),
  get_kernel_syms: sys(130, [], notBuilt, GONE),
  bdflush: sys(134, [], notBuilt, GONE),
  afs_syscall: sys(137, [], notBuilt, NEVER),
  query_module: sys(167, [], notBuilt, GONE),
  getpmsg: sys(188, [], notBuilt, NEVER),
  putpmsg: sys(189, [], notBuilt, NEVER),
  lookup_dcookie: sys(253, [], notBuilt, GONE),
  vserver: sys(273, [], notBuilt, NEVER),
  uselib: sys(86, [pointer], notBuilt, NOT_BUILT),
  swapon: sys(87, [pointer, flags], notAllowed, NOT_ALLOWED),
  swapoff: sys(115, [pointer], notAllowed, NOT_ALLOWED),
  init_module: sys(128, [pointer, size, pointer], notAllowed, NOT_ALLOWED),
  delete_module: sys(129, [pointer, flags], notAllowed, NOT_ALLOWED),
  quotactl: sys(131, [unsigned, pointer, int, pointer], notBuilt, NOT_BUILT),
  sysfs: sys(135, [int, unsigned, unsigned], notBuilt, NOT_BUILT),
  _sysctl: sys(149, [pointer], notBuilt, GONE),
  vm86: sys(166, [unsigned, pointer], notBuilt, NOT_BUILT),
  nfsservctl: sys(169, [int, pointer, pointer], notBuilt, GONE),
  io_setup: sys(245, [unsigned, pointer], notBuilt, NOT_BUILT),
  io_destroy: sys(246, [unsigned], notBuilt, NOT_BUILT),
  io_getevents: sys(247, [unsigned, int, int, pointer, pointer], notBuilt, NOT_BUILT),
  io_submit: sys(248, [unsigned, int, pointer], notBuilt, NOT_BUILT),
  io_cancel: sys(249, [unsigned, pointer, pointer], notBuilt, NOT_BUILT),
  mbind: sys(274, [pointer, size, int, pointer, unsigned, flags], notBuilt, NOT_BUILT),
  get_mempolicy: sys(275, [pointer, pointer, unsigned, pointer, flags], notBuilt, NOT_BUILT),
  set_mempolicy: sys(276, [int, pointer, unsigned], notBuilt, NOT_BUILT),
  kexec_load: sys(283, [pointer, unsigned, pointer, flags], notAllowed, NOT_ALLOWED),
  add_key: sys(286, [pointer, pointer, pointer, size, int], notBuilt, NOT_BUILT),
  request_key: sys(287, [pointer, pointer, pointer, int], notBuilt, NOT_BUILT),
  keyctl: sys(288, [int, unsigned, unsigned, unsigned, unsigned], notBuilt, NOT_BUILT),
  migrate_pages: sys(294, [pid, unsigned, pointer, pointer], notBuilt, NOT_BUILT),
  move_pages: sys(317, [pid, unsigned, pointer, pointer, pointer, flags], notBuilt, NOT_BUILT),
  fanotify_init: sys(338, [flags, flags], notAllowed, NOT_ALLOWED),
  fanotify_mark: sys(339, [fd, flags, unsigned, unsigned, fd, pointer], notAllowed, NOT_ALLOWED),
  finit_module: sys(350, [fd, pointer, flags], notAllowed, NOT_ALLOWED),
  userfaultfd: sys(374, [flags], notAllowed, NOT_ALLOWED),
  pkey_mprotect: sys(380, [pointer, size, int, int], notBuilt, NOT_BUILT),
  pkey_alloc: sys(381, [flags, unsigned], notBuilt, NOT_BUILT),
  pkey_free: sys(382, [int], notBuilt, NOT_BUILT),
  io_pgetevents: sys(385, [unsigned, int, int, pointer, pointer, pointer], notBuilt, NOT_BUILT),
  io_pgetevents_time64: sys(416, [unsigned, int, int, pointer, pointer, pointer], notBuilt, NOT_BUILT),
  io_uring_setup: sys(425, [unsigned, pointer], notBuilt, NOT_BUILT),
  io_uring_enter: sys(426, [fd, unsigned, unsigned, flags, pointer, size], notBuilt, NOT_BUILT),
  io_uring_register: sys(427, [fd, unsigned, pointer, unsigned], notBuilt, NOT_BUILT),
  open_tree: sys(428, [fd, pointer, flags], notAllowed, NOT_ALLOWED),
  move_mount: sys(429, [fd, pointer, fd, pointer, flags], notAllowed, NOT_ALLOWED),
  fsopen: sys(430, [pointer, flags], notAllowed, NOT_ALLOWED),
  fsconfig: sys(431, [fd, unsigned, pointer, pointer, int], notAllowed, NOT_ALLOWED),
  fsmount: sys(432, [fd, flags, flags], notAllowed, NOT_ALLOWED),
  fspick: sys(433, [fd, pointer, flags], notAllowed, NOT_ALLOWED),
  mount_setattr: sys(442, [fd, pointer, flags, pointer, size], notAllowed, NOT_ALLOWED),
  quotactl_fd: sys(443, [fd, unsigned, int, pointer], notBuilt, NOT_BUILT),
  landlock_create_ruleset: sys(444, [pointer, size, flags], notBuilt, NOT_BUILT),
  landlock_add_rule: sys(445, [fd, int, pointer, flags], notBuilt, NOT_BUILT),
  landlock_restrict_self: sys(446, [fd, flags], notBuilt, NOT_BUILT),
  memfd_secret: sys(447, [flags], notBuilt, NOT_BUILT),
  process_mrelease: sys(448, [fd, flags], notBuilt, NOT_BUILT),
  set_mempolicy_home_node: sys(450, [pointer, size, unsigned, flags], notBuilt, NOT_BUILT),
  // What came after the release that uname(2) tells: libc asks, and has another way.
  cachestat: sys(451, [], notBuilt, LATER),
  fchmodat2: sys(452, [], notBuilt, LATER),
  map_shadow_stack: sys(453, [], notBuilt, LATER),
  futex_wake: sys(454, [], notBuilt, LATER),
  futex_wait: sys(455, [], notBuilt, LATER),
  futex_requeue: sys(456, [], notBuilt, LATER),
  statmount: sys(457, [], notBuilt, LATER),
  listmount: sys(458, [], notBuilt, LATER),
  lsm_get_self_attr: sys(459, [], notBuilt, LATER),
  lsm_set_self_attr: sys(460, [], notBuilt, LATER),
  lsm_list_modules: sys(461, [], notBuilt, LATER),
  mseal: sys(462, [], notBuilt, LATER),
  setxattrat: sys(463, [], notBuilt, LATER),
  getxattrat: sys(464, [], notBuilt, LATER),
  listxattrat: sys(465, [], notBuilt, LATER),
  removexattrat: sys(466, [], notBuilt, LATER),
  open_tree_attr: sys(467, [], notBuilt, LATER),
  file_getattr: sys(468, [], notBuilt, LATER),
  file_setattr: sys(469, [], notBuilt, LATER),
} satisfies Rows;
