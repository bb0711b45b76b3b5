// skas3: the host's patch. /proc/mm makes address spaces and takes requests to change them; one host process runs
// all guests, and is put into one space or the other by PTRACE_SWITCH_MM.
#include "host.h"

enum { MM_MMAP = 54, MM_MUNMAP = 55, MM_MPROTECT = 56 };

struct mm_operation {
  u32 operation, addr, len, prot, flags, fd, offset;
};

static int child = -1, loaded_fd = -1;
static struct tls_desc loaded_tls[3];

int skas3_child(void) {
  if (child < 0) child = skas_child(NULL);
  if (child < 0) panic("no host process for the guests");
  return child;
}

static int skas3_mm_new(struct mm *mm, struct mm *from) {
  (void)from;
  mm->host_fd = host(NR_open, "/proc/mm", O_WRONLY);
  if (mm->host_fd >= 0) host(NR_fcntl64, mm->host_fd, 2, 1);
  return mm->host_fd;
}

void skas3_forget(struct mm *mm) {
  host(NR_close, mm->host_fd);
  if (loaded_fd == mm->host_fd) loaded_fd = -1;
}

static void request(struct mm *mm, struct mm_operation operation) {
  must(host(NR_write, mm->host_fd, &operation, sizeof operation), "request to /proc/mm", operation.addr);
}
static void skas3_map(struct mm *mm, u32 addr, u32 len, u32 page, u32 prot) {
  request(mm, (struct mm_operation){MM_MMAP, addr, len, prot, MAP_SHARED | MAP_FIXED, physmem_fd, page * PAGE});
}
static void skas3_unmap(struct mm *mm, u32 addr, u32 len) { request(mm, (struct mm_operation){MM_MUNMAP, addr, len, 0, 0, 0, 0}); }
static void skas3_protect(struct mm *mm, u32 addr, u32 len, u32 prot) {
  request(mm, (struct mm_operation){MM_MPROTECT, addr, len, prot, 0, 0, 0});
}

long skas3_set_tls(struct proc *p, int index) {
  loaded_tls[index] = p->tls[index];
  return ptrace(PTRACE_SET_THREAD_AREA, skas3_child(), p->tls[index].entry, &p->tls[index]);
}

static int enter(struct proc *p) {
  int pid = skas3_child();
  if (loaded_fd != p->mm->host_fd) {
    long result = ptrace(PTRACE_SWITCH_MM, pid, 0, (void *)(long)p->mm->host_fd);
    if (result < 0) panic("PTRACE_SWITCH_MM fails: %d", (int)result);
    loaded_fd = p->mm->host_fd;
  }
  for (int i = 0; i < 3; i++)
    if (p->tls[i].entry && memcmp(&p->tls[i], &loaded_tls[i], sizeof loaded_tls[i])) skas3_set_tls(p, i);
  return pid;
}

// FAULTINFO has the error code and the address of the last page fault, and does not say whether that is what stopped
// the guest now. With an address again, and an error code again or one that no guest's page fault has (PF_USER, 4),
// the signal is asked: SI_KERNEL is another exception.
static void fault_info(struct proc *p, int pid) {
  static u32 last[2];
  u32 info[2], signal[32] = {0};
  ptrace(PTRACE_FAULTINFO, pid, 0, info);
  if (info[1] == last[1] && (info[0] == last[0] || !(info[0] & 4))) ptrace(PTRACE_GETSIGINFO, pid, 0, signal);
  memcpy(last, info, sizeof info);
  p->fault_error = info[0], p->fault_address = info[1], p->fault_trap = signal[2] == 128 ? 13 : 0;
}

const struct skas_variant skas3_variant = {enter, fault_info};
const struct mode mode_skas3 = {"skas3", "SKAS3", skas_boot, skas3_mm_new, skas3_forget, skas3_map, skas3_unmap, skas3_protect, 0,
                                skas_start, skas_switch, skas_leave, skas3_set_tls, skas_fp, skas_halt};
