// tt mode's tracer: the process that sees all others stop. It is no part of the guest; it only turns what a guest
// does into a signal for it, and lets the kernel side of each process run unwatched.
#include "tinyuml.h"

// What a process wants when it stops by SIGUSR1 in the kernel, but for going back to its guest's code.
static struct { int request, argument; } volatile asked;
static int tracer_pid;

void tracer_ask(int request, int argument) {
  u64 mask = SIGBIT(SIGUSR1);
  asked.argument = argument;
  asked.request = request;
  host(kill, host(getpid), SIGUSR1);
  host(rt_sigprocmask, SIG_UNBLOCK, &mask, 0, 8);
  host(rt_sigprocmask, SIG_BLOCK, &mask, 0, 8);
}

NORETURN void tt_halt(int status) {
  if (host(getpid) != tracer_pid) tracer_ask(ASK_HALT, status);
  for_each_proc(p)
    if (p->host_pid > 0) host(kill, p->host_pid, SIGKILL);
  for (;;) host(exit_group, status);
}

static struct proc *proc_of(int host_pid) {
  for_each_proc(p)
    if (p->host_pid == host_pid) return p;
  return NULL;
}

// The host's debug registers belong to who runs: on each way into the kernel and out of it they are read and written.
static void debug_registers(int pid) {
  u32 values[8];
  for (int i = 0; i < 8; i++) ptrace(PTRACE_PEEKUSR, pid, USER_DEBUG + i * 4, &values[i]);
  for (int i = 0; i < 8; i++)
    if (i != 4 && i != 5) ptrace(PTRACE_POKEUSR, pid, USER_DEBUG + i * 4, (void *)(i < 6 ? values[i] : 0));
}

static void into_kernel(struct proc *p, int signal) {
  debug_registers(p->host_pid);
  p->user_mode = 0;
  ptrace(PTRACE_CONT, p->host_pid, 0, (void *)(long)signal);
}

static void watch(struct proc *p) {
  p->user_mode = 1;
  ptrace(host_has.sysemu ? PTRACE_SYSEMU : PTRACE_SYSCALL, p->host_pid, 0, 0);
}

static void user_stop(struct proc *p, int signal) {
  switch (signal) {
    case SYSCALL_STOP:
      ptrace(PTRACE_GETREGS, p->host_pid, 0, &p->regs);
      ptrace(PTRACE_POKEUSR, p->host_pid, USER_ORIG_EAX, (void *)(host_has.sysemu ? -1l : (long)__NR_getpid));
      into_kernel(p, SIGUSR2);
      break;
    case SIGSEGV: case SIGFPE: case SIGILL: case SIGBUS: case SIGTRAP: case SIGVTALRM:
      into_kernel(p, signal);
      break;
    default:
      watch(p);
  }
}

static void attach(int pid) {
  int status;
  if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0) panic("the tracer cannot attach to %d", pid);
  host(wait4, pid, &status, __WALL, 0);
  trace_options(pid);
}

// The process that goes on where the old one is now, in the middle of exec.
static void replace(struct proc *p, int pid) {
  struct regs r;
  attach(pid);
  ptrace(PTRACE_GETREGS, p->host_pid, 0, &r);
  skas_kill(p->host_pid);
  ptrace(PTRACE_SETREGS, pid, 0, &r);
  p->host_pid = pid;
}

static void kernel_stop(struct proc *p, int signal) {
  int pid = p->host_pid;
  if (signal == SIGUSR1 && asked.request) {
    int request = asked.request;
    asked.request = 0;
    if (request == ASK_HALT) tt_halt(asked.argument);
    if (request == ASK_EXEC) replace(p, asked.argument);
    else attach(asked.argument);
    ptrace(PTRACE_CONT, asked.argument, 0, 0);
    if (request == ASK_ATTACH) ptrace(PTRACE_CONT, pid, 0, 0);
  } else if (signal == SIGUSR1) {
    debug_registers(pid);
    watch(p);
  } else if (signal == SIGUSR2) {
    ptrace(PTRACE_CONT, pid, 0, (void *)SIGUSR2);
  } else if (signal == SIGSTOP || signal == SIGVTALRM || signal == SIGCHLD || signal == SIGWINCH) {
    ptrace(PTRACE_CONT, pid, 0, 0);
  } else {
    struct regs r = {0};
    ptrace(PTRACE_GETREGS, pid, 0, &r);
    panic("the kernel side of process %d got signal %d at %08x, esp %08x", p->pid, signal, r.eip, r.esp);
  }
}

NORETURN void tracer_boot(void) {
  int status;
  struct proc *init = procs[0];
  tracer_pid = host(getpid);
  guest_top = (u32)__ehdr_start;
  tt_sockets(init);
  init->host_pid = host_spawn(CLONE_FILES | SIGCHLD, init->kstack + KSTACK, tt_first, init);
  host(wait4, init->host_pid, &status, WUNTRACED | __WALL, 0);
  trace_options(init->host_pid);
  ptrace(PTRACE_CONT, init->host_pid, 0, 0);
  for (;;) {
    int pid = host(wait4, -1, &status, WUNTRACED | __WALL, 0);
    if (pid < 0) panic("the tracer has nothing to wait for: %d", pid);
    struct proc *p = proc_of(pid);
    if ((status & 0xff) != 0x7f) {
      if (p && p->state != ZOMBIE) panic("host process %d of process %d died: status %x", pid, p->pid, status);
      continue;
    }
    int signal = status >> 8;
    if (!p) ptrace(PTRACE_CONT, pid, 0, 0);
    else if (p->user_mode) user_stop(p, signal);
    else kernel_stop(p, signal);
  }
}
