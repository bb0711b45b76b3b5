// Separate kernel address space: the kernel is one host process, guests run in others, which it traces. Each stop of
// a guest is an event; each process of the guest has a kernel stack here, between which the kernel switches by itself.
#include "tinyuml.h"

u32 stub_code, stub_data;
static u32 stub_code_page;

void skas_get_fp(int pid, char *image) { ptrace(host_has.fpx ? PTRACE_GETFPXREGS : PTRACE_GETFPREGS, pid, 0, image); }
void skas_set_fp(int pid, const char *image) { ptrace(host_has.fpx ? PTRACE_SETFPXREGS : PTRACE_SETFPREGS, pid, 0, image); }

static int wait_stop(int pid) {
  int status = 0;
  long result = host(wait4, pid, &status, __WALL | WUNTRACED, 0);
  if (result != pid || (status & 0xff) != 0x7f) panic("host process %d is lost: %d, status %x", pid, (int)result, status);
  return status >> 8;
}

int skas_wait(int pid) {
  for (;;) {
    int signal = wait_stop(pid);
    if (signal != SIGVTALRM && signal != SIGWINCH) return signal;
    if (signal == SIGVTALRM) need_resched = 1;
    ptrace(PTRACE_CONT, pid, 0, 0);
  }
}

// ---- host processes for guests

// Above the guests' addresses: code, and a page of data.
void skas_stub_pages(u32 end) {
  stub_data = end - PAGE;
  guest_top = stub_code = stub_data - PAGE;
  stub_code_page = page_alloc();
  memcpy(page_address(stub_code_page), stub_begin, PAGE);
}

// Into the calling process.
void skas_map_stub(u32 data_page) {
  host(mmap2, stub_code, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, physmem_fd, stub_code_page);
  host(mmap2, stub_data, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, physmem_fd, data_page);
}

static void child_main(void *argument) {
  struct mm *mm = argument;
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  if (mm) {
    skas_map_stub(mm->stub_page);
    u32 stack[3] = {stub_data, 0, PAGE};
    host(sigaltstack, stack, 0);
    u32 action[5] = {stub_code + (stub_segv - stub_begin), SA_ONSTACK | SA_NODEFER | SA_SIGINFO, 0, 0, 0};
    host(rt_sigaction, SIGSEGV, action, 0, 8);
  }
  struct itimerval timer = {{0, options.tick}, {0, options.tick}};
  host(setitimer, 1, &timer, 0);
  host(kill, host(getpid), SIGSTOP);
}

int skas_child(struct mm *mm) {
  static char stack[2 * PAGE] __attribute__((aligned(16)));  // given up by the child when it stops
  int pid = host_spawn(CLONE_FILES | SIGCHLD, stack + sizeof stack, child_main, mm);
  if (pid < 0) return pid;
  if (wait_stop(pid) != SIGSTOP) panic("a guest's process does not start");
  trace_options(pid);
  return pid;
}

void skas_kill(int pid) {
  int status;
  host(kill, pid, SIGKILL);
  ptrace(PTRACE_KILL, pid, 0, 0);
  ptrace(PTRACE_CONT, pid, 0, 0);
  host(wait4, pid, &status, __WALL, 0);
}

// ---- the guest runs

// Without PTRACE_SYSEMU the call becomes getpid, and is let through to its end.
static void nullify(int pid) {
  ptrace(PTRACE_POKEUSR, pid, USER_ORIG_EAX, (void *)__NR_getpid);
  do ptrace(PTRACE_SYSCALL, pid, 0, 0);
  while (wait_stop(pid) != SYSCALL_STOP);
}

static void run_guest(struct proc *p) {
  int pid = mode->enter(p);
  ptrace(PTRACE_SETREGS, pid, 0, &p->regs);
  skas_set_fp(pid, p->fp);
  ptrace(host_has.sysemu ? PTRACE_SYSEMU : PTRACE_SYSCALL, pid, 0, 0);
  int signal = wait_stop(pid);
  ptrace(PTRACE_GETREGS, pid, 0, &p->regs);
  skas_get_fp(pid, p->fp);
  switch (signal) {
    case SYSCALL_STOP:
      if (!host_has.sysemu) nullify(pid);
      do_syscall();
      break;
    case SIGSEGV:
      mode->fault_info(p, pid);
      page_fault();
      break;
    case SIGVTALRM:
      timer_tick();
      break;
    case SIGFPE: case SIGILL: case SIGBUS: case SIGTRAP:
      force_signal(p, signal);
      break;
  }
}

static void userspace(void) {
  for (;;) {
    leave_kernel();
    run_guest(current);
  }
}

// ---- kernel stacks

int skas_start(struct proc *child) {
  u32 *sp = (u32 *)(child->kstack + KSTACK) - 6;
  *sp = (u32)userspace;
  child->kernel_esp = (u32)(sp - 4);              // four registers that stack_switch takes back
  return 0;
}

void skas_switch(struct proc *from, struct proc *to) { stack_switch(&from->kernel_esp, to->kernel_esp); }

void skas_leave(struct proc *from, struct proc *to) {
  stack_switch(&from->kernel_esp, to->kernel_esp);
  panic("a dead process runs");
}

char *skas_fp(struct proc *p, u32 *size) { return *size = 512, p->fp; }

static void first_process(void) { start_init(); userspace(); }

void skas_boot(void) {
  if (!stub_code) guest_top = host_has.top;
  stack_call(procs[0]->kstack + KSTACK, first_process);
}

void skas_halt(int status) {
  for_each_proc(p)
    if (p->mm && p->mm->host_pid > 0) skas_kill(p->mm->host_pid);
  if (mode != &mode_skas0) skas_kill(skas3_child());
  for (;;) host(exit_group, status);
}
