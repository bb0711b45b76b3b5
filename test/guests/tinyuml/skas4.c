// skas4: as skas3, but address spaces come from a system call of their own, and a second one runs any ordinary system
// call in the space behind a descriptor. So there is no list of what can be done to a space.
#include "host.h"

struct indirect {
  u32 number, args[6];
};

static long new_mm(void) { return host(options.skas4_new, 0); }
static long in_space(struct mm *mm, struct indirect call) { return host(options.skas4_indirect, mm->host_fd, &call); }

int skas4_probe(void) {
  long fd = new_mm();
  if (fd < 0) return 0;
  host(NR_close, fd);
  return 1;
}

static int skas4_mm_new(struct mm *mm, struct mm *from) {
  (void)from;
  mm->host_fd = new_mm();
  if (mm->host_fd >= 0) host(NR_fcntl64, mm->host_fd, 2, 1);
  return mm->host_fd;
}

static void skas4_map(struct mm *mm, u32 addr, u32 len, u32 page, u32 prot) {
  must(in_space(mm, (struct indirect){NR_mmap2, {addr, len, prot, MAP_SHARED | MAP_FIXED, physmem_fd, page}}), "mmap", addr);
}
static void skas4_unmap(struct mm *mm, u32 addr, u32 len) {
  must(in_space(mm, (struct indirect){NR_munmap, {addr, len}}), "munmap", addr);
}
static void skas4_protect(struct mm *mm, u32 addr, u32 len, u32 prot) {
  must(in_space(mm, (struct indirect){NR_mprotect, {addr, len, prot}}), "mprotect", addr);
}

const struct mode mode_skas4 = {"skas4", "SKAS4", skas_boot, skas4_mm_new, skas3_forget, skas4_map, skas4_unmap, skas4_protect, 0,
                                skas_start, skas_switch, skas_leave, skas3_set_tls, skas_fp, skas_halt};
