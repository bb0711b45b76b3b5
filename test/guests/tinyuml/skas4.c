// skas4: as skas3, but address spaces come from a system call of their own, and a second one runs any ordinary system
// call in the space behind a descriptor. So there is no list of what can be done to a space.
//
// In the form that was posted there is no such second call. The kernel itself goes into the other space (switch_mm), to
// the stub pages, which new_mm has copied there with all the rest, makes its call, and comes back.
#include "tinyuml.h"

enum { MM_COPY = 0, BACK = 8, CALL = 64 };        // in the stub's page of data: the way back, and the call

struct call { u32 number, args[6]; };
static u32 stub_page;                             // posted: the kernel sees it at stub_data as well
static int own_space = -1;

static long in_space(struct mm *mm, struct call call) {
  if (!options.posted) return host_call(options.skas4_other, mm->host_fd, &call);
  char *data = page_address(stub_page);
  memcpy(data + CALL, &call, sizeof call);
  u32 back[2] = {options.skas4_other, own_space};
  memcpy(data + BACK, back, sizeof back);
  *(int *)data = -EIO;                            // unless the call has an answer
  stub_visit(options.skas4_other, mm->host_fd, stub_code + (stub_call - stub_begin), stub_data + CALL);
  return *(int *)data;
}

int skas4_probe(int pid) {
  int request = options.posted ? PTRACE_SWITCH_MM_POSTED : PTRACE_SWITCH_MM;
  long fd = host_call(options.skas4_new, MM_COPY);
  if (fd >= 0) host(close, fd);
  // No descriptor -1: EBADF says that the request is there.
  if (fd < 0 || ptrace(request, pid, 0, (void *)-1) != -EBADF) return 0;
  host_has.switch_request = request;
  return 1;
}

NORETURN static void skas4_boot(void) {
  if (options.posted) {
    own_space = host(open, "/proc/self/mm", O_RDONLY | O_CLOEXEC);
    if (own_space < 0) panic("no descriptor of the kernel's own address space: %d", own_space);
    skas_stub_pages((u32)__ehdr_start);           // above, there is the kernel in its own space
    stub_page = page_alloc();
    skas_map_stub(stub_page);
  }
  skas_boot();
}

static int skas4_mm_new(struct mm *mm, struct mm *from) {
  mm->host_fd = host_call(options.skas4_new, MM_COPY);
  if (mm->host_fd < 0) return mm->host_fd;
  host(fcntl64, mm->host_fd, F_SETFD, FD_CLOEXEC);
  // What it has of the kernel, but for the stub.
  if (options.posted) must(in_space(mm, (struct call){__NR_munmap, {0, stub_code}}), "munmap", 0);
  return mm->host_fd;
}

static void skas4_change(struct mm *mm, u32 call, u32 addr, u32 len, u32 prot, u32 page) {
  must(in_space(mm, (struct call){call, {addr, len, prot, MAP_SHARED | MAP_FIXED, physmem_fd, page}}), "skas4", addr);
}

const struct mode mode_skas4 = {
    SKAS_PARTS, .name = "skas4", .title = "SKAS4", .boot = skas4_boot, .mm_new = skas4_mm_new, .mm_free = skas3_forget,
    .change = skas4_change, .set_tls = skas3_set_tls, .enter = skas3_enter, .fault_info = skas3_fault_info};
