// PTRACE_FAULTINFO and PTRACE_EX_FAULTINFO: where and how a tracee faulted last.
#include "skas.h"

enum { PRESENT = 1, WRITE = 2, USER = 4 };

static struct faultinfo info;
static long ask(pid_t pid) {
  memset(&info, 0xee, sizeof info);
  return trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)&info);
}

int main(void) {
  int mm = guest_mm();
  pid_t pid = start_guest();
  switch_mm(pid, mm);

  CASE("the probe of the guests: a child that never faulted answers") {
    EXPECT(8, sizeof info);
    EXPECT(0, ask(pid));
    EXPECT(0, info.error_code & WRITE);
  }
  CASE("a read where nothing is") {
    EXPECT(SIGSEGV, guest_reads(pid, 0x50001234));
    EXPECT(0, ask(pid));
    EXPECT(0x50001234, info.cr2);
    EXPECT(USER, info.error_code);
  }
  CASE("a write where nothing is") {
    EXPECT(SIGSEGV, guest_writes(pid, 0x50005678, 1));
    EXPECT(0, ask(pid));
    EXPECT(0x50005678, info.cr2);
    EXPECT(USER | WRITE, info.error_code);
  }
  CASE("a write to a page that is there for reading") {
    mm_map_page(mm, DATA, DATA_PAGE, PROT_READ);
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(SIGSEGV, guest_writes(pid, DATA + 20, 1));
    EXPECT(0, ask(pid));
    EXPECT(DATA + 20, info.cr2);
    EXPECT(USER | WRITE | PRESENT, info.error_code);
  }
  CASE("an instruction fetch where nothing is") {
    set_guest(pid, 0x60000010, 0, 0, 0);
    EXPECT(SIGSEGV, go(pid, PTRACE_CONT));
    EXPECT(0, ask(pid));
    EXPECT(0x60000010, info.cr2);
    EXPECT(USER, info.error_code & (USER | WRITE | PRESENT));
  }
  CASE("an access at the top of the address space") {
    EXPECT(SIGSEGV, guest_reads(pid, 0xfffffffc));
    EXPECT(0, ask(pid));
    EXPECT(0xfffffffcul, info.cr2);
  }
  CASE("a page behind the end of its file") {
    mm_map(mm, DATA, PAGE, PROT_READ | PROT_WRITE, GUEST_FIXED_SHARED, memory_fd, MEMORY_PAGES * PAGE);
    EXPECT(SIGBUS, guest_writes(pid, DATA + 8, 1));
    EXPECT(0, ask(pid));
    EXPECT(DATA + 8, info.cr2);
    EXPECT(WRITE, info.error_code & WRITE);
    mm_unmap(mm, DATA, PAGE);
  }
  CASE("an access across two pages tells the one that is missing") {
    mm_map_page(mm, DATA, DATA_PAGE, PROT_READ | PROT_WRITE);
    EXPECT(SIGSEGV, guest_reads(pid, DATA + PAGE - 2));
    EXPECT(0, ask(pid));
    EXPECT(DATA + PAGE, info.cr2);
  }
  CASE("the address stays over exceptions that have none") {
    EXPECT(SIGSEGV, guest_reads(pid, 0x50001234));
    set_guest(pid, ENTRY(guest_divide), 0, 0, 0);
    EXPECT(SIGFPE, go(pid, PTRACE_CONT));
    EXPECT(0, ask(pid));
    EXPECT(0x50001234, info.cr2);
  }
  CASE("a system call's bad address is no fault of the process") {
    EXPECT(SIGSEGV, guest_reads(pid, 0x50001234));
    set_guest(pid, ENTRY(guest_call), SYS_unlink, 0x60000000, 0);
    EXPECT(SYSCALL_STOP, go(pid, PTRACE_SYSCALL));
    EXPECT(SYSCALL_STOP, go(pid, PTRACE_SYSCALL));
    EXPECT(-EFAULT, guest_eax(pid));
    EXPECT(0, ask(pid));
    EXPECT(0x50001234, info.cr2);
  }
  CASE("a fault that was mended tells nothing of the next one") {
    EXPECT(SIGSEGV, guest_reads(pid, 0x50001234));
    mm_map_page(mm, 0x50001000, DATA_PAGE, PROT_READ);
    EXPECT(SIGTRAP, go(pid, PTRACE_CONT));
    EXPECT(SIGSEGV, guest_writes(pid, 0x50001238, 0));
    EXPECT(0, ask(pid));
    EXPECT(0x50001238, info.cr2);
    EXPECT(USER | WRITE | PRESENT, info.error_code);
    mm_unmap(mm, 0x50001000, PAGE);
  }
  CASE("each process has its own last fault") {
    pid_t second = start_guest();
    switch_mm(second, mm);
    EXPECT(SIGSEGV, guest_reads(pid, 0x50000000));
    EXPECT(SIGSEGV, guest_reads(second, 0x51000000));
    EXPECT(0, ask(pid));
    EXPECT(0x50000000, info.cr2);
    EXPECT(0, ask(second));
    EXPECT(0x51000000, info.cr2);
    end_guest(second);
  }
  CASE("the last fault stays over a switch of spaces") {
    int other = guest_mm();
    EXPECT(SIGSEGV, guest_reads(pid, 0x50000100));
    EXPECT(0, switch_mm(pid, other));
    EXPECT(0, ask(pid));
    EXPECT(0x50000100, info.cr2);
    EXPECT(0, switch_mm(pid, mm));
    close(other);
  }
  CASE("a fault in the child's own space is told as well") {
    pid_t plain = fork();
    if (plain == 0) {
      ptrace(PTRACE_TRACEME, 0, 0, 0);
      *(volatile int *)0x40 = 1;
    }
    int status;
    waitpid(plain, &status, 0);
    EXPECT(SIGSEGV, WSTOPSIG(status));
    EXPECT(0, ask(plain));
    EXPECT(0x40, info.cr2);
    EXPECT(USER | WRITE, info.error_code);
    end_guest(plain);
  }
  CASE("the extended form: write, address, trap number") {
    struct ex_faultinfo more;
    EXPECT(12, sizeof more);
    EXPECT(SIGSEGV, guest_writes(pid, 0x50005678, 1));
    EXPECT(0, trace(PTRACE_EX_FAULTINFO, pid, 0, (unsigned long)&more));
    EXPECT(1, more.is_write);
    EXPECT(0x50005678, more.addr);
    EXPECT(14, more.trap_no);
    EXPECT(SIGSEGV, guest_reads(pid, 0x50005678));
    EXPECT(0, trace(PTRACE_EX_FAULTINFO, pid, 0, (unsigned long)&more));
    EXPECT(0, more.is_write);
  }
  CASE("exactly eight bytes are written, twelve in the extended form") {
    unsigned words[4] = {1, 2, 3, 4};
    EXPECT(0, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)words));
    EXPECT(3, words[2]);
    EXPECT(0, trace(PTRACE_EX_FAULTINFO, pid, 0, (unsigned long)words));
    EXPECT(4, words[3]);
  }
  CASE("a bad address for the answer is an error") {
    EXPECT_ERROR(EFAULT, trace(PTRACE_FAULTINFO, pid, 0, 16));
    EXPECT_ERROR(EFAULT, trace(PTRACE_EX_FAULTINFO, pid, 0, 0));
  }
  CASE("who is not a stopped tracee is ESRCH") {
    EXPECT_ERROR(ESRCH, ask(getpid()));
    EXPECT_ERROR(ESRCH, ask(0x7ffffff));
    pid_t busy = start_guest();
    switch_mm(busy, mm);
    set_guest(busy, ENTRY(guest_spin), 0, 0, 0);
    trace(PTRACE_CONT, busy, 0, 0);
    EXPECT_ERROR(ESRCH, ask(busy));
    EXPECT_ERROR(ESRCH, trace(PTRACE_EX_FAULTINFO, busy, 0, (unsigned long)&info));
    end_guest(busy);
  }
  end_guest(pid);
  return 0;
}
