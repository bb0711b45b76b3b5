// Tracing thread: each process of the guest is a process of the host, and the kernel is mapped into the upper part of
// all of them. The tracer (tracer.c) keeps system calls from the host and sends a signal in their place; its
// handler, on the process's kernel stack, is the kernel. Here is what happens inside of those processes.
#include "host.h"

static struct proc *owner_of(const void *stack) {
  for (int i = 0; i < NPROC; i++)
    if (procs[i] && (u32)stack - (u32)procs[i]->kstack < KSTACK) return procs[i];
  panic("a signal on a stack of nobody");
}

// ---- jail: while the guest's code runs, the kernel's memory is read-only, but for the stack that the host writes to

static void protect_kernel(struct proc *p, int prot) {
  u32 memory = (u32)physmem, stack = (u32)p->kstack;
  host(NR_mprotect, kernel_data, kernel_data_size, prot);
  host(NR_mprotect, memory, stack - memory, prot);
  host(NR_mprotect, stack + KSTACK, memory + physmem_pages * PAGE - stack - KSTACK, prot);
}

// ---- registers

static void take_registers(struct regs *r, const struct sigcontext *sc) {
  *r = (struct regs){sc->ebx, sc->ecx, sc->edx, sc->esi, sc->edi, sc->ebp, sc->eax, sc->ds, sc->es, sc->fs, sc->gs, -1,
                     sc->eip, sc->cs, sc->eflags, sc->esp_at_signal, sc->ss};
}

static void give_registers(const struct regs *r, struct sigcontext *sc) {
  sc->ebx = r->ebx, sc->ecx = r->ecx, sc->edx = r->edx, sc->esi = r->esi, sc->edi = r->edi, sc->ebp = r->ebp;
  sc->eax = r->eax, sc->ds = r->ds, sc->es = r->es, sc->fs = r->fs, sc->gs = r->gs, sc->eip = r->eip, sc->cs = r->cs;
  sc->eflags = r->eflags, sc->esp = r->esp, sc->ss = r->ss;
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
  host(NR_rt_sigprocmask, how, &all, 0, 8);
}

static void wait_for_turn(struct proc *p) {
  char byte;
  while (host(NR_read, p->switch_pipe[0], &byte, 1) != 1) {}
  u64 pending;
  host(NR_rt_sigpending, &pending, 8);
  for (int i = 0; i < 3; i++) mask_signals(SIG_BLOCK);
}

static void own_interrupts(struct proc *p) { host(NR_fcntl64, 0, 8 /* F_SETOWN */, p->host_pid); }

static void tt_switch(struct proc *from, struct proc *to) {
  for (int i = 0; i < 3; i++) mask_signals(SIG_BLOCK);
  own_interrupts(to);
  host(NR_write, to->switch_pipe[1], "", 1);
  wait_for_turn(from);
}

NORETURN static void tt_leave(struct proc *from, struct proc *to) {
  (void)from;
  own_interrupts(to);
  tt_last_words(to->switch_pipe[1], "");
}

// ---- the handler

static void kernel_entered(struct proc *p, int signal, struct sigcontext *sc) {
  if (signal != SIGUSR2) take_registers(&p->regs, sc);  // of system calls the tracer has left them, with the number
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
  give_registers(&p->regs, sc);
  if (options.jail) protect_kernel(p, PROT_READ);
  host(NR_kill, host(NR_getpid), SIGUSR1);        // blocked until sigreturn: then the tracer goes on watching
}

// ---- a new process

static void set_up(struct proc *p) {
  static const int signals[] = {SIGUSR1, SIGUSR2, SIGSEGV, SIGFPE, SIGILL, SIGBUS, SIGTRAP, SIGVTALRM};
  u32 stack[3] = {(u32)p->kstack, 0, KSTACK};
  host(NR_sigaltstack, stack, 0);
  for (u32 i = 0; i < ARRAY(signals); i++) {
    u32 action[5] = {(u32)tt_entry, SA_ONSTACK | SA_RESTORER, (u32)tt_restorer, ~0u, ~0u};
    host(NR_rt_sigaction, signals[i], action, 0, 8);
  }
  struct itimerval timer = {{0, options.tick}, {0, options.tick}};
  host(NR_setitimer, 1, &timer, 0);
  mask_signals(SIG_UNBLOCK);
  host(NR_kill, host(NR_getpid), SIGUSR2);
}

void tt_first(void *argument) {
  struct proc *p = argument;
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  host(NR_kill, host(NR_getpid), SIGSTOP);
  host(NR_munmap, 0, guest_top);
  set_up(p);
}

static void inner(void *argument) {
  host(NR_kill, host(NR_getpid), SIGSTOP);        // until the tracer has attached itself
  set_up(argument);
}

// Dies at once, so that the new process has no parent here that would have to wait for it.
static void outer(void *argument) {
  struct proc *p = argument;
  int status;
  p->host_pid = host_spawn(CLONE_FILES | SIGCHLD, p->kstack + KSTACK, inner, p);
  if (p->host_pid > 0) host(NR_wait4, p->host_pid, &status, WUNTRACED | WALL, 0);
  host(NR_kill, host(NR_getpid), SIGKILL);
}

int tt_sockets(struct proc *p) {
  u32 pair[4] = {1, 1, 0, (u32)p->switch_pipe};   // AF_UNIX, SOCK_STREAM
  return host(NR_socketcall, 8, pair);
}

static int tt_start(struct proc *child) {
  static char stack[2 * PAGE] __attribute__((aligned(16)));
  int status;
  if (tt_sockets(child) < 0) return -EMFILE;
  int pid = host_spawn(CLONE_FILES | SIGCHLD, stack + sizeof stack, outer, child);
  if (pid < 0) return pid;
  host(NR_wait4, pid, &status, WALL, 0);
  if (child->host_pid < 0) return child->host_pid;
  tracer_ask(ASK_ATTACH, child->host_pid);
  return 0;
}

// ---- memory: each process changes its own

static int tt_mm_new(struct mm *mm, struct mm *from) { return (void)mm, (void)from, 0; }
static void tt_mm_free(struct mm *mm) { (void)mm; }

static void tt_map(struct mm *mm, u32 addr, u32 len, u32 page, u32 prot) {
  (void)mm;
  must(host(NR_mmap2, addr, len, prot, MAP_SHARED | MAP_FIXED, physmem_fd, page), "mmap", addr);
}
static void tt_unmap(struct mm *mm, u32 addr, u32 len) {
  (void)mm;
  must(host(NR_munmap, addr, len), "munmap", addr);
}
static void tt_protect(struct mm *mm, u32 addr, u32 len, u32 prot) {
  (void)mm;
  must(host(NR_mprotect, addr, len, prot), "mprotect", addr);
}

static long tt_set_tls(struct proc *p, int index) { return host(NR_set_thread_area, &p->tls[index]); }

const struct mode mode_tt = {"tt", "TT", tracer_boot, tt_mm_new, tt_mm_free, tt_map, tt_unmap, tt_protect, 1,
                             tt_start, tt_switch, tt_leave, tt_set_tls, frame_fp, tt_halt};
