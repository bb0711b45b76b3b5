// skas3: the host's patch. /proc/mm makes address spaces and takes requests to change them; one host process runs
// all guests, and is put into one space or the other by PTRACE_SWITCH_MM.
#include "tinyuml.h"

enum { MM_MMAP = 54, MM_MUNMAP = 55, MM_MPROTECT = 56 };

static int child = -1, loaded_fd = -1;
static struct tls_desc loaded_tls[3];

int skas3_child(void) {
  if (child < 0) child = skas_child(NULL);
  if (child < 0) panic("no host process for the guests");
  return child;
}

static int skas3_mm_new(struct mm *mm, struct mm *from) {
  mm->host_fd = host(open, "/proc/mm", O_WRONLY);
  if (mm->host_fd >= 0) host(fcntl64, mm->host_fd, F_SETFD, FD_CLOEXEC);
  return mm->host_fd;
}

void skas3_forget(struct mm *mm) {
  host(close, mm->host_fd);
  if (loaded_fd == mm->host_fd) loaded_fd = -1;
}

static void skas3_change(struct mm *mm, u32 call, u32 addr, u32 len, u32 prot, u32 page) {
  u32 operation = call == __NR_mmap2 ? MM_MMAP : call == __NR_munmap ? MM_MUNMAP : MM_MPROTECT;
  u32 request[7] = {operation, addr, len, prot, MAP_SHARED | MAP_FIXED, physmem_fd, page * PAGE};
  must(host(write, mm->host_fd, request, sizeof request), "request to /proc/mm", addr);
}

long skas3_set_tls(struct proc *p, int index) {
  loaded_tls[index] = p->tls[index];
  return ptrace(PTRACE_SET_THREAD_AREA, skas3_child(), p->tls[index].entry, &p->tls[index]);
}

int skas3_enter(struct proc *p) {
  int pid = skas3_child();
  if (loaded_fd != p->mm->host_fd) {
    long result = ptrace(host_has.switch_request, pid, 0, (void *)(long)p->mm->host_fd);
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
void skas3_fault_info(struct proc *p, int pid) {
  static u32 last[2];
  u32 info[2], signal[32] = {0};
  ptrace(PTRACE_FAULTINFO, pid, 0, info);
  if (info[1] == last[1] && (info[0] == last[0] || !(info[0] & 4))) ptrace(PTRACE_GETSIGINFO, pid, 0, signal);
  memcpy(last, info, sizeof info);
  p->fault_error = info[0], p->fault_address = info[1], p->fault_trap = signal[2] == 128 ? 13 : 0;
}

const struct mode mode_skas3 = {
    SKAS_PARTS, .name = "skas3", .title = "SKAS3", .boot = skas_boot, .mm_new = skas3_mm_new, .mm_free = skas3_forget,
    .change = skas3_change, .set_tls = skas3_set_tls, .enter = skas3_enter, .fault_info = skas3_fault_info};
