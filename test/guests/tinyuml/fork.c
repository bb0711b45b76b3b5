// The life of a process but for exec: fork, exit, wait.
#include "tinyuml.h"

long do_fork(u32 flags, u32 stack, u32 child_tid) {
  struct proc *parent = current, *p;
  if (flags & (CLONE_THREAD | CLONE_SIGHAND)) return -ENOSYS;
  if (!(p = proc_alloc())) return -EAGAIN;
  memcpy(&p->inherited, &parent->inherited, sizeof p->inherited);
  p->regs.eax = 0;
  if (stack) p->regs.esp = stack;
  p->parent = parent;
  for (int fd = 0; fd < NFILE; fd++)
    if (p->files[fd]) p->files[fd]->references++;
  u32 size;
  char *fp = mode->fp(parent, &size);
  if (fp) memcpy(p->fp, fp, MIN(size, FP_SIZE));
  p->state = SLEEPING;
  int shared = flags & CLONE_VM && mode->shares_spaces;
  if (shared) parent->mm->references++;
  if (!(p->mm = shared ? parent->mm : mm_fork(parent->mm))) {
    for (int fd = 0; fd < NFILE; fd++) fd_close(p, fd);
    proc_free(p);
    return -ENOMEM;
  }
  if (flags & CLONE_CHILD_SETTID) copy_to(p->mm, child_tid, &p->pid, 4);
  if (mode->start(p) < 0) panic("cannot start process %d", p->pid);
  int pid = p->pid;
  p->state = RUNNABLE;
  if (flags & CLONE_VFORK) {
    p->vfork_child = 1;
    while (p->vfork_child) {                      // as in Linux, only a kill ends this wait
      parent->channel = &p->vfork_child;
      parent->state = SLEEPING;
      schedule();
      if (proc_find(pid) != p || p->state == ZOMBIE) break;
    }
  }
  return pid;
}

void notify_parent(struct proc *p) { send_signal(p->parent, SIGCHLD); wake(p->parent); }

void do_exit(int status) {
  struct proc *p = current;
  if (p->pid == 1) halt((status & 0x7f) ? 128 + (status & 0x7f) : status >> 8);
  for (int fd = 0; fd < NFILE; fd++) fd_close(p, fd);
  for_each_proc(child) {
    if (child->parent != p) continue;
    child->parent = procs[0];
    if (child->state == ZOMBIE) notify_parent(child);
  }
  mm_put(p->mm);
  p->mm = NULL;
  p->vfork_child = 0;
  wake(&p->vfork_child);
  p->exit_status = status;
  p->state = ZOMBIE;
  p->alarm_at = p->wake_at = 0;
  notify_parent(p);
  struct proc *to = pick_next();
  current = to;
  mode->leave(p, to);
}

static int is_waited_for(struct proc *p, int pid) {
  if (p->parent != current) return 0;
  return pid == -1 || (pid > 0 ? p->pid == pid : p->pgrp == (pid == 0 ? current->pgrp : -pid));
}

long do_wait(int pid, u32 status, int flags, u32 rusage) {
  for (;;) {
    int any = 0;
    for_each_proc(p) {
      if (!is_waited_for(p, pid)) continue;
      any = 1;
      int value;
      if (p->state == ZOMBIE)
        value = p->exit_status;
      else if (p->state == STOPPED && flags & WUNTRACED && !p->stop_reported)
        value = p->stop_signal << 8 | 0x7f, p->stop_reported = 1;
      else if (p->continued && flags & WCONTINUED)
        value = 0xffff, p->continued = 0;
      else
        continue;
      if (status && copy_to(current->mm, status, &value, 4)) return -EFAULT;
      u32 microseconds = (u32)p->ticks * options.tick;
      struct rusage usage = {.ru_utime = {microseconds / 1000000, microseconds % 1000000}};
      if (rusage && copy_to(current->mm, rusage, &usage, sizeof usage)) return -EFAULT;
      int found = p->pid;
      if (p->state == ZOMBIE) {
        current->children_ticks += p->ticks + p->children_ticks;
        proc_free(p);
      }
      return found;
    }
    if (!any) return -ECHILD;
    if (flags & WNOHANG) return 0;
    long woken = sleep_on(current, 0);
    if (woken) return woken;
  }
}
