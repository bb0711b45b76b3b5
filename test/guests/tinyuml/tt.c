// Tracing thread: each process of the guest is a process of the host, and the kernel is mapped into the upper part of
// all of them. The tracer (tracer.c) keeps system calls from the host and sends a signal in their place; its
// handler, on the process's kernel stack, is the kernel. Here is what happens inside of those processes.
#include "tinyuml.h"

static struct proc *owner_of(const void *stack) {
  for_each_proc(p)
    if ((u32)stack - (u32)p->kstack < KSTACK) return p;
  panic("a signal on a stack of nobody");
}

// ---- jail: while the guest's code runs, the kernel's memory is read-only, but for the stack that the host writes to

static void protect_kernel(struct proc *p, int prot) {
  u32 memory = (u32)physmem, stack = (u32)p->kstack;
  host(mprotect, kernel_data, kernel_data_size, prot);
  host(mprotect, memory, stack - memory, prot);
  host(mprotect, stack + KSTACK, memory + physmem_pages * PAGE - stack - KSTACK, prot);
}

// The frame's state: the 112 bytes of fnsave, fxsave's 512, and what a processor with xsave adds.
static char *frame_fp(struct proc *p, u32 *size) {
  char *fp = p->frame ? (char *)p->frame->fpstate : NULL;
  *size = 0;
  if (!fp) return NULL;
  const u32 *software = (const u32 *)(fp + 112 + 464);
  *size = software[0] == 0x46505853 ? MIN(software[1], (u32)FP_SIZE) : 112 + 512;
  return fp;
}

// ---- the switch from one process to another: a byte in a socket

static void mask_signals(int how) {
  u64 all = ~0ull;
  host(rt_sigprocmask, how, &all, 0, 8);
}

static void wait_for_turn(struct proc *p) {
  char byte;
  while (host(read, p->switch_pipe[0], &byte, 1) != 1) {}
  u64 pending;
  host(rt_sigpending, &pending, 8);
  for (int i = 0; i < 3; i++) mask_signals(SIG_BLOCK);
}

static void own_interrupts(struct proc *p) { host(fcntl64, 0, F_SETOWN, p->host_pid); }

static void tt_switch(struct proc *from, struct proc *to) {
  for (int i = 0; i < 3; i++) mask_signals(SIG_BLOCK);
  own_interrupts(to);
  host(write, to->switch_pipe[1], "", 1);
  wait_for_turn(from);
}

NORETURN static void tt_leave(struct proc *from, struct proc *to) {
  own_interrupts(to);
  tt_last_words(to->switch_pipe[1], "");
}

// ---- the handler

static void kernel_entered(struct proc *p, int signal, struct sigcontext *sc) {
  if (signal != SIGUSR2) regs_from(&p->regs, sc);  // of system calls the tracer has left them, with the number
  switch (signal) {
    case SIGUSR2:
      do_syscall();
      break;
    case SIGSEGV:
      p->fault_trap = sc->trapno, p->fault_error = sc->err, p->fault_address = sc->cr2;
      page_fault();
      break;
    case SIGVTALRM:
      timer_tick();
      break;
    default:
      force_signal(p, signal);
  }
}

void tt_signal(int signal, struct sigcontext *sc) {
  struct proc *p = owner_of(&signal);
  if (options.jail && p->started) protect_kernel(p, PROT_READ | PROT_WRITE);
  p->frame = sc;
  if (p->started) {
    kernel_entered(p, signal, sc);
  } else {
    p->started = 1;
    if (p->pid == 1) {
      start_init();
    } else {
      u32 size;
      char *fp = frame_fp(p, &size);
      if (fp) memcpy(fp, p->fp, size);
      wait_for_turn(p);
    }
  }
  leave_kernel();
  regs_into(sc, &p->regs);
  if (options.jail) protect_kernel(p, PROT_READ);
  host(kill, host(getpid), SIGUSR1);        // blocked until sigreturn: then the tracer goes on watching
}

// ---- a new process

static void start_timer(void) {
  struct itimerval timer = {{0, options.tick}, {0, options.tick}};
  host(setitimer, ITIMER_VIRTUAL, &timer, 0);
}

static void set_up(struct proc *p) {
  static const int signals[] = {SIGUSR1, SIGUSR2, SIGSEGV, SIGFPE, SIGILL, SIGBUS, SIGTRAP, SIGVTALRM};
  u32 stack[3] = {(u32)p->kstack, 0, KSTACK};
  host(sigaltstack, stack, 0);
  for (u32 i = 0; i < ARRAY(signals); i++) {
    u32 action[5] = {(u32)tt_entry, SA_ONSTACK | SA_RESTORER, (u32)tt_restorer, ~0u, ~0u};
    host(rt_sigaction, signals[i], action, 0, 8);
  }
  start_timer();
  mask_signals(SIG_UNBLOCK);
  host(kill, host(getpid), SIGUSR2);
}

void tt_first(void *argument) {
  struct proc *p = argument;
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  host(kill, host(getpid), SIGSTOP);
  host(munmap, 0, guest_top);
  set_up(p);
}

static struct { char *stack; void (*first)(void *process); int pid; } newborn;

// Dies at once, so that the new process has no parent here that would have to wait for it.
static void outer(void *process) {
  int status;
  newborn.pid = host_spawn(CLONE_FILES | SIGCHLD, newborn.stack, newborn.first, process);
  if (newborn.pid > 0) host(wait4, newborn.pid, &status, WUNTRACED | __WALL, 0);
  host(kill, host(getpid), SIGKILL);
}

// A process of the host that has stopped itself, for the tracer to attach itself to.
static int bear(struct proc *p, char *stack, void (*first)(void *process)) {
  static char outer_stack[2 * PAGE] __attribute__((aligned(16)));
  int status;
  newborn.stack = stack, newborn.first = first;
  int pid = host_spawn(CLONE_FILES | SIGCHLD, outer_stack + sizeof outer_stack, outer, p);
  if (pid < 0) return pid;
  host(wait4, pid, &status, __WALL, 0);
  return newborn.pid;
}

static void forked(void *process) {
  host(kill, host(getpid), SIGSTOP);
  set_up(process);
}

int tt_sockets(struct proc *p) {
  u32 pair[4] = {1, 1, 0, (u32)p->switch_pipe};   // AF_UNIX, SOCK_STREAM
  return host(socketcall, 8 /* SYS_SOCKETPAIR */, pair);
}

static int tt_start(struct proc *child) {
  if (tt_sockets(child) < 0) return -EMFILE;
  child->host_pid = bear(child, child->kstack + KSTACK, forked);
  if (child->host_pid > 0) tracer_ask(ASK_ATTACH, child->host_pid);
  return child->host_pid;
}

// A new program has a new process. Once stopped it gets the registers of the old one, and goes on in its place.
static void successor(void *process) {
  start_timer();
  host(kill, host(getpid), SIGSTOP);
}

static void tt_exec(struct proc *p) {
  static char stack[PAGE] __attribute__((aligned(16)));
  int pid = bear(p, stack + sizeof stack, successor);
  if (pid < 0) panic("no process for a new program: %d", pid);
  tracer_ask(ASK_EXEC, pid);
}

// ---- memory: each process changes its own

static int tt_mm_new(struct mm *mm, struct mm *from) { return 0; }
static void tt_mm_free(struct mm *mm) { (void)mm; }
static void tt_change(struct mm *mm, u32 call, u32 addr, u32 len, u32 prot, u32 page) {
  must(host_call(call, addr, len, prot, MAP_SHARED | MAP_FIXED, physmem_fd, page), "tt", addr);
}

static long tt_set_tls(struct proc *p, int index) { return host(set_thread_area, &p->tls[index]); }

const struct mode mode_tt = {
    .name = "tt", .title = "TT", .boot = tracer_boot, .mm_new = tt_mm_new, .mm_free = tt_mm_free, .change = tt_change,
    .copies_mappings = 1, .start = tt_start, .switch_to = tt_switch, .leave = tt_leave, .set_tls = tt_set_tls,
    .exec = tt_exec, .fp = frame_fp, .halt = tt_halt};
