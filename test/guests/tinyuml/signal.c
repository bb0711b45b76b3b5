// Signals of the guests: sending, choosing, and the two frames that i386 programs know (signal(7), sigreturn(2)).
#include "tinyuml.h"

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
  __sighandler_t handler = p->actions[signal].handler;
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
  struct action *action = &p->actions[signal];
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
  for_each_proc(p) {
    int meant = pid > 0 ? p->pid == pid : pid == -1 ? p->pid > 1 && p != current : p->pgrp == (pid ? -pid : current->pgrp);
    if (!meant) continue;
    send_signal(p, signal);
    found = 0;
  }
  return found;
}

// ---- frames

void regs_into(struct sigcontext *sc, const struct regs *r) {
  sc->ebx = r->ebx, sc->ecx = r->ecx, sc->edx = r->edx, sc->esi = r->esi, sc->edi = r->edi, sc->ebp = r->ebp;
  sc->eax = r->eax, sc->ds = r->ds, sc->es = r->es, sc->fs = r->fs, sc->gs = r->gs, sc->eip = r->eip, sc->cs = r->cs;
  sc->eflags = r->eflags, sc->esp = sc->esp_at_signal = r->esp, sc->ss = r->ss;
}
void regs_from(struct regs *r, const struct sigcontext *sc) {
  *r = (struct regs){sc->ebx, sc->ecx, sc->edx, sc->esi, sc->edi, sc->ebp, sc->eax, sc->ds, sc->es, sc->fs, sc->gs, -1,
                     sc->eip, sc->cs, sc->eflags, sc->esp, sc->ss};
}

// Between the process's state and what a frame holds of it.
static int move_fp(struct proc *p, u32 at, int out) {
  char bytes[FP_BYTES] = {0};
  u32 size;
  char *fp = mode->fp(p, &size), *part = size == 512 ? bytes + 112 : bytes;
  size = MIN(size, FP_BYTES);
  if (out) memcpy(part, fp, size);
  if (out ? copy_to(p->mm, at, bytes, sizeof bytes) : copy_from(p->mm, bytes, at, sizeof bytes)) return -EFAULT;
  if (!out) memcpy(fp, part, size);
  return 0;
}

// Where the handler returns to if it does not say so: sigreturn's code in the vdso, else that in the frame.
static u32 default_restorer(struct proc *p, const u8 *code, u32 in_frame) {
  for (u32 i = 0; p->mm->vdso && i < PAGE - 8; i++)
    if (!memcmp(page_address(vdso_page) + i, code, 7)) return p->mm->vdso + i;
  return in_frame;
}

static void fill_info(struct rt_frame *frame, struct proc *p, int signal) {
  frame->info[0] = signal;
  if (signal == SIGSEGV && p->fault_trap == 14) {
    struct area *a = find_area(p->mm, p->fault_address);
    frame->info[2] = a && a->start <= p->fault_address ? 2 : 1;  // SEGV_ACCERR, SEGV_MAPERR
    frame->info[3] = p->fault_address;
  } else if (signal == SIGSEGV || signal == SIGTRAP) {
    frame->info[2] = 128;                         // SI_KERNEL
  }
  frame->stack = p->altstack, frame->stack_size = p->altstack_size;
  frame->stack_flags = p->altstack_size == 0 ? 2 /* SS_DISABLE */ : p->regs.esp - p->altstack < p->altstack_size;
}

static int call_handler(struct proc *p, int signal, u64 mask) {
  struct action *action = &p->actions[signal];
  int rt = !!(action->flags & SA_SIGINFO);
  union { struct frame plain; struct rt_frame rt; } frame = {0};
  u32 sp = p->regs.esp, size = rt ? sizeof frame.rt : sizeof frame.plain;
  if (action->flags & SA_ONSTACK && p->altstack_size && sp - p->altstack >= p->altstack_size)
    sp = p->altstack + p->altstack_size;
  u32 fp = (sp - FP_BYTES) & ~63, at = ((fp - size + 4) & ~15) - 4;
  u32 info = at + offsetof(struct rt_frame, info), context = at + offsetof(struct rt_frame, flags);
  const u8 *code = rt ? rt_sigreturn_code : sigreturn_code;
  u32 code_at = at + (rt ? offsetof(struct rt_frame, code) : offsetof(struct frame, code));
  memcpy((char *)&frame + (code_at - at), code, 8);
  frame.plain.restorer = action->flags & SA_RESTORER ? action->restorer : default_restorer(p, code, code_at);
  frame.plain.signal = signal;
  struct sigcontext *sc = rt ? &frame.rt.sc : &frame.plain.sc;
  regs_into(sc, &p->regs);
  sc->trapno = p->fault_trap, sc->err = p->fault_error, sc->cr2 = p->fault_address;
  sc->fpstate = fp, sc->oldmask = mask;
  if (rt) {
    frame.rt.info_at = info, frame.rt.context_at = context, frame.rt.mask = mask;
    fill_info(&frame.rt, p, signal);
  } else {
    frame.plain.mask_high = mask >> 32;
  }
  if (move_fp(p, fp, 1) || copy_to(p->mm, at, &frame, size)) return -EFAULT;
  struct regs *r = &p->regs;
  r->esp = at, r->eip = (u32)action->handler;
  r->eax = signal, r->edx = rt ? info : 0, r->ecx = rt ? context : 0;
  r->ds = r->es = r->ss = host_has.regs.ds;
  r->cs = host_has.regs.cs;
  r->eflags &= ~(0x100 | 0x400);                  // TF, DF
  p->blocked |= action->mask | (action->flags & SA_NODEFER ? 0 : SIGBIT(signal));
  p->blocked &= ~UNBLOCKABLE;
  if (action->flags & SA_RESETHAND) action->handler = SIG_DFL;
  return 0;
}

long do_sigreturn(int rt) {
  struct proc *p = current;
  struct sigcontext sc;
  u32 at = p->regs.esp - (rt ? 4 : 8), high = 0;
  u64 mask = 0;
  int bad = copy_from(p->mm, &sc, at + (rt ? offsetof(struct rt_frame, sc) : offsetof(struct frame, sc)), sizeof sc);
  if (rt) bad |= copy_from(p->mm, &mask, at + offsetof(struct rt_frame, mask), 8);
  else bad |= copy_from(p->mm, &high, at + offsetof(struct frame, mask_high), 4);
  if (bad || (sc.fpstate && move_fp(p, sc.fpstate, 0))) {
    force_signal(p, SIGSEGV);
    return 0;
  }
  if (!rt) mask = (u64)high << 32 | sc.oldmask;
  p->blocked = mask & ~UNBLOCKABLE;
  regs_from(&p->regs, &sc);
  p->regs.cs |= 3, p->regs.ss |= 3, p->regs.eflags = (sc.eflags & 0x40dd5) | 0x202;
  return p->regs.eax;
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
    struct action *action = &p->actions[signal];
    if (signal == SIGKILL) do_exit(signal);
    if (signal != SIGSTOP && is_ignored(p, signal)) continue;
    if (action->handler == SIG_DFL) {
      if (!stops_by_default(signal)) do_exit(signal);
      stop(p, signal);
      continue;
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
