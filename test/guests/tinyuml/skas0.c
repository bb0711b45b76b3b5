// skas0: an unpatched host. Each address space is a host process of its own, and what changes it must be done by that
// process: a page of code in it runs the calls that the kernel leaves in a page of data beside it.
#include "tinyuml.h"

enum { RECORDS = 64, MOST = 100, TIMER = 16, STACK = 0x700, CHILD_STACK = 0x7f0 };

struct record { u32 number, args[6], expected; };

static u32 *data_of(struct mm *mm) { return (u32 *)page_address(mm->stub_page); }

static int run_stub(struct mm *mm, struct regs *regs, const char *entry, u32 esp) {
  regs->eip = stub_code + (entry - stub_begin);
  regs->esp = stub_data + esp;
  regs->orig_eax = -1;
  ptrace(PTRACE_SETREGS, mm->host_pid, 0, regs);
  ptrace(PTRACE_CONT, mm->host_pid, 0, 0);
  int signal = skas_wait(mm->host_pid);
  if (signal != SIGTRAP) panic("stub code stopped by signal %d", signal);
  return data_of(mm)[0];
}

static void flush(struct mm *mm) {
  if (!mm->queued) return;
  struct record *records = (struct record *)((char *)data_of(mm) + RECORDS);
  records[mm->queued].number = 0;
  mm->queued = 0;
  struct regs regs = host_has.regs;
  int error = run_stub(mm, &regs, stub_batch, RECORDS);
  if (error) panic("a host process could not change its mappings: %d", error);
}

static void skas0_change(struct mm *mm, u32 call, u32 addr, u32 len, u32 prot, u32 page) {
  if (mm->queued == MOST) flush(mm);
  struct record *records = (struct record *)((char *)data_of(mm) + RECORDS);
  u32 expected = call == __NR_mmap2 ? addr : 0;
  records[mm->queued++] = (struct record){call, {addr, len, prot, MAP_SHARED | MAP_FIXED, physmem_fd, page}, expected};
}


static void copy_process(struct mm *mm, struct mm *from) {
  flush(from);
  struct itimerval timer = {{0, options.tick}, {0, options.tick}};
  memcpy((char *)data_of(from) + TIMER, &timer, sizeof timer);
  struct regs regs = host_has.regs;
  regs.eax = __NR_clone;
  regs.ebx = CLONE_PARENT | CLONE_FILES | SIGCHLD;
  regs.ecx = stub_data + CHILD_STACK;
  regs.edx = regs.esi = 0;
  regs.edi = physmem_fd;
  regs.ebp = mm->stub_page;
  skas_set_fp(from->host_pid, current->fp);
  mm->host_pid = run_stub(from, &regs, stub_clone, STACK);
  if (mm->host_pid <= 0) return;
  int signal = skas_wait(mm->host_pid);
  if (signal != SIGTRAP || data_of(mm)[0] != stub_data) panic("a copied process stopped by signal %d", signal);
  trace_options(mm->host_pid);
}

static int skas0_mm_new(struct mm *mm, struct mm *from) {
  mm->stub_page = page_alloc();
  if (mm->stub_page == 0) return -ENOMEM;
  if (from) copy_process(mm, from);
  else if ((mm->host_pid = skas_child(mm)) > 0) skas0_change(mm, __NR_munmap, 0, stub_code, 0, 0);
  if (mm->host_pid <= 0) page_put(mm->stub_page);
  return mm->host_pid;
}

static void skas0_mm_free(struct mm *mm) { skas_kill(mm->host_pid); page_put(mm->stub_page); }

static int enter(struct proc *p) { flush(p->mm); return p->mm->host_pid; }

// The signal is let through to the stub's handler, which reads its frame. That clobbers the floating point unit.
static void fault_info(struct proc *p, int pid) {
  u32 info[32];
  char fp[512];
  ptrace(PTRACE_GETSIGINFO, pid, 0, info);
  skas_get_fp(pid, fp);
  ptrace(PTRACE_CONT, pid, 0, (void *)SIGSEGV);
  int signal = skas_wait(pid);
  if (signal != SIGTRAP) panic("the stub's handler stopped by signal %d", signal);
  u32 *data = data_of(p->mm);
  p->fault_trap = data[1], p->fault_error = data[2], p->fault_address = data[3];
  skas_set_fp(pid, fp);
}

static long skas0_set_tls(struct proc *p, int index) {
  return ptrace(PTRACE_SET_THREAD_AREA, p->mm->host_pid, p->tls[index].entry, &p->tls[index]);
}

NORETURN static void skas0_boot(void) {
  skas_stub_pages(host_has.top);
  skas_boot();
}

const struct mode mode_skas0 = {
    SKAS_PARTS, .name = "skas0", .title = "SKAS0", .boot = skas0_boot, .mm_new = skas0_mm_new, .mm_free = skas0_mm_free,
    .change = skas0_change, .copies_mappings = 1, .set_tls = skas0_set_tls, .enter = enter, .fault_info = fault_info};
