// Processes, and who runs: in turn, for as long as a tick of the virtual timer lasts. The kernel itself is not
// preempted. A process that waits sleeps on an address, its channel, until someone wakes that.
#include "tinyuml.h"

struct proc *procs[NPROC], **procs_end = procs, *current;
int need_resched;
static int last_pid;

u64 now(void) { return clock_time(CLOCK_MONOTONIC); }

struct proc *proc_alloc(void) {
  for (int i = 0; i < NPROC; i++) {
    if (procs[i]) continue;
    u32 stack = pages_alloc(KSTACK / PAGE);
    if (stack == 0) return NULL;
    struct proc *p = procs[i] = kmalloc(sizeof *p);
    p->kstack = page_address(stack);
    procs_end = MAX(procs_end, procs + i + 1);
    p->pid = ++last_pid;
    p->start = now();
    p->host_pid = p->switch_pipe[0] = p->switch_pipe[1] = -1;
    return p;
  }
  return NULL;
}

void proc_free(struct proc *p) {
  for (u32 i = 0, first = (p->kstack - physmem) / PAGE; i < KSTACK / PAGE; i++) page_put(first + i);
  for (struct proc **at = procs; at < procs_end; at++)
    if (*at == p) *at = NULL;
  while (!procs_end[-1]) procs_end--;
  if (p->switch_pipe[0] >= 0) {
    host(close, p->switch_pipe[0]);
    host(close, p->switch_pipe[1]);
  }
  kfree(p);
}

struct proc *proc_find(int pid) {
  for_each_proc(p)
    if (p->pid == pid) return p;
  return NULL;
}

void wake_proc(struct proc *p) { if (p->state == SLEEPING) p->state = RUNNABLE; }

void wake(const void *channel) {
  for_each_proc(p)
    if (p->channel == channel) wake_proc(p);
}

void run_timers(void) {
  u64 time = 0;
  for_each_proc(p) {
    if (!p->wake_at && !p->alarm_at) continue;
    if (!time) time = now();
    if (p->wake_at && p->wake_at <= time && p->state == SLEEPING) {
      p->timed_out = 1;
      wake_proc(p);
    }
    if (p->alarm_at && p->alarm_at <= time) {
      p->alarm_at = p->alarm_interval ? time + p->alarm_interval : 0;
      send_signal(p, SIGALRM);
    }
  }
}

void timer_tick(void) {
  current->ticks++;
  need_resched = 1;
  run_timers();
}

// Nobody can run: sleeps in the host until the next timer or input.
static void idle(void) {
  u64 next = 0;
  for_each_proc(p) {
    if (p->state == SLEEPING && p->wake_at && (!next || p->wake_at < next)) next = p->wake_at;
    if (p->alarm_at && (!next || p->alarm_at < next)) next = p->alarm_at;
  }
  u64 time = now();
  if (!console_wait(!next ? -1 : next > time ? (s64)(next - time) : 0) && !next) panic("every process waits for another");
}

struct proc *pick_next(void) {
  int first = 0, count = procs_end - procs;
  while (first < count && procs[first] != current) first++;
  for (;;) {
    run_timers();
    for (int i = 1; i <= count; i++) {
      struct proc *p = procs[(first + i) % count];
      if (p && p->state == RUNNABLE) return p;
    }
    idle();
  }
}

void schedule(void) {
  need_resched = 0;
  struct proc *from = current, *to = pick_next();
  if (from == to) return;
  current = to;
  mode->switch_to(from, to);
}

int sleep_on(const void *channel, u64 until) {
  struct proc *p = current;
  if (signal_pending(p)) return -RESTART;
  p->channel = channel;
  p->wake_at = until;
  p->timed_out = 0;
  p->state = SLEEPING;
  schedule();
  p->channel = NULL;
  p->wake_at = 0;
  if (p->timed_out) return -ETIMEDOUT;
  return signal_pending(p) ? -RESTART : 0;
}

void leave_kernel(void) {
  do {
    if (need_resched) schedule();
    deliver_signals();
  } while (need_resched);
}
