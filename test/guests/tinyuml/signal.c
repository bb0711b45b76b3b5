// Signals of the guests: sending, choosing, and the two frames that i386 programs know (signal(7), sigreturn(2)).
#include "host.h"

enum { SIG_DFL, SIG_IGN };
enum { FP_BYTES = 112 + 512 };                    // what a frame holds of the floating point unit

struct frame {                                    // of a handler without SA_SIGINFO
  u32 restorer, signal;
  struct sigcontext sc;
  u32 mask_high;
  u8 code[8];
};
struct rt_frame {
  u32 restorer, signal, info_at, context_at, info[32];
  u32 flags, link, stack, stack_flags, stack_size;
  struct sigcontext sc;
  u64 mask;
  u8 code[8];
} __attribute__((packed, aligned(4)));

static const u8 sigreturn_code[8] = {0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80};
static const u8 rt_sigreturn_code[8] = {0xb8, 173, 0, 0, 0, 0xcd, 0x80, 0};

static int ignored_by_default(int signal) {
  return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}
static int stops_by_default(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static int is_ignored(struct proc *p, int signal) {
  u32 handler = p->actions[signal].handler;
  if (p->pid == 1 && handler == SIG_DFL) return 1;  // init dies of nothing that it does not handle
  return handler == SIG_IGN || (handler == SIG_DFL && ignored_by_default(signal));
}

int signal_pending(struct proc *p) { return (p->pending & ~p->blocked) != 0; }

void send_signal(struct proc *p, int signal) {
  if (p->state == ZOMBIE || signal == 0) return;
  if (signal == SIGCONT || signal == SIGKILL) {
    if (p->state == STOPPED) {
      p->state = RUNNABLE;
      p->continued = signal == SIGCONT;
      if (p->parent) wake(p->parent);
    }
    p->pending &= ~(SIGBIT(SIGSTOP) | SIGBIT(SIGTSTP) | SIGBIT(SIGTTIN) | SIGBIT(SIGTTOU));
  }
  if (signal != SIGKILL && signal != SIGSTOP && !(p->blocked & SIGBIT(signal)) && is_ignored(p, signal)) return;
  p->pending |= SIGBIT(signal);
  if (signal_pending(p) && p->channel != &p->vfork_child) wake_proc(p);
}

void force_signal(struct proc *p, int signal) {
  struct sigaction *action = &p->actions[signal];
  if (p->blocked & SIGBIT(signal) || action->handler == SIG_IGN) action->handler = SIG_DFL;
  p->blocked &= ~SIGBIT(signal);
  if (p->pid == 1 && action->handler == SIG_DFL) {
    print("init: signal %d at %08x, address %08x\n", signal, p->regs.eip, p->fault_address);
    do_exit(signal);
  }
  p->pending |= SIGBIT(signal);
}

int kill_many(int pid, int signal) {
  int found = -ESRCH;
  if (signal < 0 || signal > 64) return -EINVAL;
  for (int i = 0; i < NPROC; i++) {
    struct proc *p = procs[i];
    if (!p) continue;
    int meant = pid > 0 ? p->pid == pid : pid == -1 ? p->pid > 1 && p != current : p->pgrp == (pid ? -pid : current->pgrp);
    if (!meant) continue;
    send_signal(p, signal);
    found = 0;
  }
  return found;
}

// ---- frames

static void fill_context(struct sigcontext *sc, struct proc *p, u32 fpstate, u64 mask) {
  struct regs *r = &p->regs;
  *sc = (struct sigcontext){r->gs, r->fs, r->es, r->ds, r->edi, r->esi, r->ebp, r->esp, r->ebx, r->edx, r->ecx, r->eax,
                            p->fault_trap, p->fault_error, r->eip, r->cs, r->eflags, r->esp, r->ss, fpstate, (u32)mask,
                            p->fault_address};
}

static int write_fp(struct proc *p, u32 at) {
  char bytes[FP_BYTES];
  u32 size;
  char *fp = mode->fp(p, &size);
  memset(bytes, 0, sizeof bytes);
  memcpy(size == 512 ? bytes + 112 : bytes, fp, MIN(size, FP_BYTES));
  return copy_to(p->mm, at, bytes, sizeof bytes);
}

static int read_fp(struct proc *p, u32 at) {
  char bytes[FP_BYTES];
  u32 size;
  char *fp = mode->fp(p, &size);
  if (copy_from(p->mm, bytes, at, sizeof bytes)) return -EFAULT;
  memcpy(fp, size == 512 ? bytes + 112 : bytes, MIN(size, FP_BYTES));
  return 0;
}

static int call_handler(struct proc *p, int signal, u64 mask) {
  struct sigaction *action = &p->actions[signal];
  u32 sp = p->regs.esp, at, restorer = action->restorer;
  int rt = action->flags & SA_SIGINFO;
  if (action->flags & SA_ONSTACK && p->altstack_size && sp - p->altstack >= p->altstack_size)
    sp = p->altstack + p->altstack_size;
  u32 fp = (sp - FP_BYTES) & ~63;
  if (write_fp(p, fp)) return -EFAULT;
  at = ((fp - (rt ? sizeof(struct rt_frame) : sizeof(struct frame)) + 4) & ~15) - 4;
  const u8 *code = rt ? rt_sigreturn_code : sigreturn_code;
  if (!(action->flags & SA_RESTORER)) {           // the vdso's, else one on the stack
    restorer = at + (rt ? offsetof(struct rt_frame, code) : offsetof(struct frame, code));
    for (u32 i = 0; p->mm->vdso && i < PAGE - 8; i++)
      if (!memcmp(page_address(vdso_page) + i, code, rt ? 7 : 8)) restorer = p->mm->vdso + i;
  }
  if (rt) {
    struct rt_frame frame = {.restorer = restorer, .signal = signal};
    frame.info_at = at + offsetof(struct rt_frame, info);
    frame.context_at = at + offsetof(struct rt_frame, flags);
    frame.info[0] = signal;
    if (signal == SIGSEGV && p->fault_trap == 14) {
      struct area *a = find_area(p->mm, p->fault_address);
      frame.info[2] = a && a->start <= p->fault_address ? 2 : 1;  // SEGV_ACCERR, SEGV_MAPERR
      frame.info[3] = p->fault_address;
    } else if (signal == SIGSEGV || signal == SIGTRAP) {
      frame.info[2] = 128;                        // SI_KERNEL
    }
    frame.stack = p->altstack, frame.stack_size = p->altstack_size;
    frame.stack_flags = p->altstack_size == 0 ? 2 : p->regs.esp - p->altstack < p->altstack_size;
    fill_context(&frame.sc, p, fp, mask);
    frame.mask = mask;
    memcpy(frame.code, code, 8);
    if (copy_to(p->mm, at, &frame, sizeof frame)) return -EFAULT;
  } else {
    struct frame frame = {restorer, signal, .mask_high = mask >> 32};
    fill_context(&frame.sc, p, fp, mask);
    memcpy(frame.code, code, 8);
    if (copy_to(p->mm, at, &frame, sizeof frame)) return -EFAULT;
  }
  struct regs *r = &p->regs;
  r->esp = at;
  r->eip = action->handler;
  r->eax = signal;
  r->edx = rt ? at + offsetof(struct rt_frame, info) : 0;
  r->ecx = rt ? at + offsetof(struct rt_frame, flags) : 0;
  r->ds = r->es = r->ss = host_has.regs.ds;
  r->cs = host_has.regs.cs;
  r->eflags &= ~(0x100 | 0x400);                  // TF, DF
  p->blocked |= action->mask | (action->flags & SA_NODEFER ? 0 : SIGBIT(signal));
  p->blocked &= ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
  if (action->flags & SA_RESETHAND) action->handler = SIG_DFL;
  return 0;
}

long do_sigreturn(int rt) {
  struct proc *p = current;
  struct sigcontext sc;
  u64 mask;
  u32 at = p->regs.esp - (rt ? 4 : 8), high;
  if (rt) {
    if (copy_from(p->mm, &sc, at + offsetof(struct rt_frame, sc), sizeof sc)) goto bad;
    if (copy_from(p->mm, &mask, at + offsetof(struct rt_frame, mask), 8)) goto bad;
  } else {
    if (copy_from(p->mm, &sc, at + offsetof(struct frame, sc), sizeof sc)) goto bad;
    if (copy_from(p->mm, &high, at + offsetof(struct frame, mask_high), 4)) goto bad;
    mask = (u64)high << 32 | sc.oldmask;
  }
  if (sc.fpstate && read_fp(p, sc.fpstate)) goto bad;
  p->blocked = mask & ~(SIGBIT(SIGKILL) | SIGBIT(SIGSTOP));
  p->regs = (struct regs){sc.ebx, sc.ecx, sc.edx, sc.esi, sc.edi, sc.ebp, sc.eax, sc.ds, sc.es, sc.fs, sc.gs, -1,
                          sc.eip, sc.cs | 3, (sc.eflags & 0x40dd5) | 0x202, sc.esp, sc.ss | 3};
  return p->regs.eax;
bad:
  force_signal(p, SIGSEGV);
  return 0;
}

static void stop(struct proc *p, int signal) {
  p->state = STOPPED;
  p->stop_signal = signal;
  p->stop_reported = 0;
  notify_parent(p);
  schedule();
}

void deliver_signals(void) {
  struct proc *p = current;
  while (signal_pending(p)) {
    u64 ready = p->pending & ~p->blocked, faults = SIGBIT(SIGSEGV) | SIGBIT(SIGBUS) | SIGBIT(SIGILL) | SIGBIT(SIGFPE) | SIGBIT(SIGTRAP);
    if (ready & faults) ready &= faults;
    int signal = 1;
    while (!(ready & SIGBIT(signal))) signal++;
    p->pending &= ~SIGBIT(signal);
    struct sigaction *action = &p->actions[signal];
    if (signal == SIGKILL) do_exit(signal);
    if (signal != SIGSTOP && is_ignored(p, signal)) continue;
    if (action->handler == SIG_DFL) {
      if (stops_by_default(signal)) {
        stop(p, signal);
        continue;
      }
      do_exit(signal);
    }
    if (p->restarting) {                          // the call that this signal ended
      if (action->flags & SA_RESTART) p->regs.eip -= 2, p->regs.eax = p->syscall;
      else p->regs.eax = -EINTR;
      p->restarting = 0;
    }
    u64 mask = p->restore_mask ? p->saved_mask : p->blocked;
    p->restore_mask = 0;
    if (call_handler(p, signal, mask)) {
      p->actions[SIGSEGV].handler = SIG_DFL;
      force_signal(p, SIGSEGV);
    }
  }
  if (p->restarting) p->regs.eip -= 2, p->regs.eax = p->syscall;
  p->restarting = 0;
  if (p->restore_mask) p->blocked = p->saved_mask;
  p->restore_mask = 0;
}
