// What the host can do: ptrace, its patches, tmpfs, addresses. The lines are those that UML kernels print.
#include "tinyuml.h"

struct host_features host_has = {.switch_request = PTRACE_SWITCH_MM};
static int parent_pid, own_pid;

// Exits with 0 if its system call getpid answered with the parent's id, 1 with its own.
static void ptrace_child(void *unused) {
  own_pid = host(getpid);
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  host(kill, own_pid, SIGSTOP);
  long pid = host(getpid);
  host(exit, pid == own_pid ? 1 : pid == parent_pid ? 0 : 2);
}

static int wait_status(int pid) {
  int status;
  return host(wait4, pid, &status, WUNTRACED | __WALL, 0) == pid ? status : -1;
}

static int start_ptraced_child(void) {
  int pid = host_spawn(SIGCHLD, 0, ptrace_child, 0);
  if (pid < 0) panic("clone failed: error %d", -pid);
  if (!stopped_by(wait_status(pid), SIGSTOP)) panic("a traced child did not stop");
  return pid;
}

static void kill_child(int pid) { host(kill, pid, SIGKILL); wait_status(pid); }

// Marks the stops at system calls. Where the host can, guests die with their kernel, too: alone, they would go on as
// processes of the host.
void trace_options(int pid) {
  if (ptrace(PTRACE_SETOPTIONS, pid, 0, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) < 0)
    ptrace(PTRACE_OLDSETOPTIONS, pid, 0, (void *)PTRACE_O_TRACESYSGOOD);
}

static void check_ptrace(void) {
  print("Checking that ptrace can change system call numbers...");
  int pid = start_ptraced_child(), status;
  if (ptrace(PTRACE_OLDSETOPTIONS, pid, 0, (void *)1) < 0) panic("PTRACE_OLDSETOPTIONS failed");
  for (long number = -1; number != __NR_getpid;) {
    if (ptrace(PTRACE_SYSCALL, pid, 0, 0) < 0) panic("PTRACE_SYSCALL failed");
    if (!stopped_by(wait_status(pid), SYSCALL_STOP)) panic("no stop at a system call");
    ptrace(PTRACE_PEEKUSR, pid, USER_ORIG_EAX, &number);
  }
  ptrace(PTRACE_POKEUSR, pid, USER_ORIG_EAX, (void *)__NR_getppid);
  ptrace(PTRACE_CONT, pid, 0, 0);
  if ((status = wait_status(pid)) != 0) panic("the call's number did not change: status %x", status);
  print("OK\n");
}

// Does the child, stopped at getpid without it having been made, end well with the result that it is given?
static int gives_result(int pid) {
  ptrace(PTRACE_POKEUSR, pid, USER_EAX, (void *)(long)parent_pid);
  ptrace(PTRACE_CONT, pid, 0, 0);
  return wait_status(pid) == 0;
}

static void check_sysemu(void) {
  print("Checking syscall emulation patch for ptrace...");
  int pid = start_ptraced_child(), ok = 0;
  if (ptrace(PTRACE_SYSEMU, pid, 0, 0) >= 0 && stopped_by(wait_status(pid), SIGTRAP)) ok = gives_result(pid);
  else kill_child(pid);
  print(ok ? options.no_sysemu ? "OK but disabled on command line\n" : "OK\n" : "missing\n");
  if (!ok || options.no_sysemu) return;
  host_has.sysemu = 1;
  print("Checking advanced syscall emulation patch for ptrace...");
  pid = start_ptraced_child();
  ptrace(PTRACE_OLDSETOPTIONS, pid, 0, (void *)1);
  ok = 0;
  for (int steps = 0; steps < 1000; steps++) {
    if (ptrace(PTRACE_SYSEMU_SINGLESTEP, pid, 0, 0) < 0) break;
    int status = wait_status(pid);
    ok = stopped_by(status, SYSCALL_STOP);
    if (ok || !stopped_by(status, SIGTRAP)) break;
  }
  if (ok) ok = gives_result(pid);
  else kill_child(pid);
  print(ok ? "OK\n" : "missing\n");
  if (ok) host_has.sysemu = 2;
}

// ---- physical memory's file

static void make_memory_file(void) {
  u32 words[21] = {0};
  print("Checking if /dev/shm is on tmpfs...");
  int shm = host(statfs64, "/dev/shm", sizeof words, words) == 0 && words[0] == 0x01021994;
  print(shm ? "OK\n" : "no\n");
  const char *folder = shm ? "/dev/shm" : "/tmp";
  char name[64];
  format_to(name, sizeof name, "%s/vm_file-%06d", folder, own_pid);
  physmem_fd = host(open, name, O_RDWR | O_CREAT | O_EXCL | O_LARGEFILE, 0700);
  if (physmem_fd < 0) panic("cannot make %s: error %d", name, -physmem_fd);
  host(unlink, name);
  u64 position;
  host(_llseek, physmem_fd, 0, options.memory - 1, &position, 0);
  if (host(write, physmem_fd, "", 1) != 1) panic("cannot write to %s", name);
  host(fcntl64, physmem_fd, F_SETFD, FD_CLOEXEC);
  print("Checking PROT_EXEC mmap in %s/...", folder);
  long at = host(mmap2, 0, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, physmem_fd, 0);
  if (IS_ERROR(at)) panic("%s must be not mounted noexec", folder);
  host(munmap, at, PAGE);
  print("OK\n");
}

// ---- address spaces

static const char *found(int is, int off) { return !is ? "not found" : off ? "found but disabled on command line" : "found"; }

static void check_skas(void) {
  int pid = start_ptraced_child();
  u32 fault[16];
  memset(fault, 0xa5, sizeof fault);
  print("Checking for the skas3 patch in the host...");
  int is = ptrace(PTRACE_FAULTINFO, pid, 0, fault) >= 0;
  // Error code and address. A patch of another version fills more or less.
  int version = fault[1] != 0xa5a5a5a5 && fault[2] == 0xa5a5a5a5;
  print("%s\n", is && !version ? "found, but of another version" : found(is, options.no_faultinfo));
  is = is && version;
  host_has.faultinfo = is && !options.no_faultinfo;
  print("Checking for /proc/mm...");
  is = host(access, "/proc/mm", 2) == 0;
  print("%s\n", found(is, options.no_proc_mm));
  host_has.proc_mm = is && !options.no_proc_mm;
  // No descriptor -1: EBADF says that the request is there.
  print("Checking for PTRACE_SWITCH_MM...");
  host_has.switch_mm = ptrace(PTRACE_SWITCH_MM, pid, 0, (void *)-1) == -EBADF;
  print("%s\n", found(host_has.switch_mm, 0));
  if (options.mode && !strcmp(options.mode, "skas4")) {
    print("Checking for the skas4 patch in the host...");
    host_has.skas4 = skas4_probe(pid) && host_has.faultinfo;
    print("%s\n", found(host_has.skas4, 0));
  }
  ptrace(PTRACE_GETREGS, pid, 0, &host_has.regs);
  host_has.fpx = ptrace(PTRACE_GETFPXREGS, pid, 0, host_has.fpx_image) >= 0;
  kill_child(pid);
}

// Can there be a page? (It need not be free: EEXIST.)
static int is_page(u32 addr) {
  long at = host(mmap2, addr, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (!IS_ERROR(at)) host(munmap, at, PAGE);
  return at == (long)addr || at == -EEXIST;
}

static void check_addresses(void) {
  u32 page = 0x40000, end = 0x100000;             // page numbers: one that can be, and one that cannot
  while (end - page > 1) {
    u32 middle = (page + end) / 2;
    if (is_page(middle * PAGE)) page = middle;
    else end = middle;
  }
  host_has.top = end * PAGE;
  print("Locating the top of the address space ... 0x%x\n", host_has.top);
  struct tls_desc d = {6, 0, 0, 0};
  host_has.tls_first = 6;
  if (host(get_thread_area, &d) == -EINVAL) host_has.tls_first = 12;
}

void probe_host(void) {
  parent_pid = own_pid = host(getpid);
  check_ptrace();
  check_sysemu();
  make_memory_file();
  check_skas();
  check_addresses();
}
