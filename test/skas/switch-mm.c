// PTRACE_SWITCH_MM: which address space a tracee runs in.
#include "skas.h"
#include <sched.h>

int main(void) {
  int mm = guest_mm();
  int other = guest_mm();
  word_of(DATA_PAGE)[0] = 111;
  word_of(OTHER_PAGE)[0] = 222;
  mm_map_page(mm, DATA, DATA_PAGE, PROT_READ | PROT_WRITE);
  mm_map_page(other, DATA, OTHER_PAGE, PROT_READ | PROT_WRITE);

  CASE("a tracee is switched, and runs code of the new space") {
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(111, guest_eax(pid));
    end_guest(pid);
  }
  CASE("the same address is another page after a switch") {
    pid_t pid = start_guest();
    for (int i = 0; i < 50; i++) {
      EXPECT(0, switch_mm(pid, mm));
      EXPECT(SIGTRAP, guest_reads(pid, DATA));
      EXPECT(111, guest_eax(pid));
      EXPECT(0, switch_mm(pid, other));
      EXPECT(SIGTRAP, guest_reads(pid, DATA));
      EXPECT(222, guest_eax(pid));
    }
    end_guest(pid);
  }
  CASE("registers are kept over a switch") {
    pid_t pid = start_guest();
    struct user_regs_struct before, after;
    trace(PTRACE_GETREGS, pid, 0, (unsigned long)&before);
    EXPECT(0, switch_mm(pid, mm));
    trace(PTRACE_GETREGS, pid, 0, (unsigned long)&after);
    EXPECT(0, memcmp(&before, &after, sizeof before));
    end_guest(pid);
  }
  CASE("a guest's stores reach the page of its space alone") {
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGTRAP, guest_writes(pid, DATA + 4, 5));
    EXPECT(5, word_of(DATA_PAGE)[1]);
    EXPECT(0, word_of(OTHER_PAGE)[1]);
    end_guest(pid);
  }
  CASE("a descriptor that is not open is EBADF") {
    pid_t pid = start_guest();
    EXPECT_ERROR(EBADF, switch_mm(pid, 99));
    EXPECT_ERROR(EBADF, switch_mm(pid, -1));
    end_guest(pid);
  }
  CASE("a descriptor of another file is EINVAL") {
    pid_t pid = start_guest();
    int null = open("/dev/null", O_RDWR);
    EXPECT_ERROR(EINVAL, switch_mm(pid, null));
    EXPECT_ERROR(EINVAL, switch_mm(pid, memory_fd));
    close(null);
    end_guest(pid);
  }
  CASE("a failed switch leaves the tracee where it was") {
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, mm));
    EXPECT_ERROR(EBADF, switch_mm(pid, 99));
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(111, guest_eax(pid));
    end_guest(pid);
  }
  CASE("a task that is not traced is ESRCH") {
    pid_t pid = fork();
    if (pid == 0) {
      pause();
      _exit(0);
    }
    EXPECT_ERROR(ESRCH, switch_mm(pid, mm));
    EXPECT_ERROR(ESRCH, switch_mm(getpid(), mm));
    EXPECT_ERROR(ESRCH, switch_mm(0x7ffffff, mm));
    end_guest(pid);
  }
  CASE("a tracee that runs is ESRCH") {
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, mm));
    set_guest(pid, ENTRY(guest_spin), 0, 0, 0);
    trace(PTRACE_CONT, pid, 0, 0);
    EXPECT_ERROR(ESRCH, switch_mm(pid, other));
    end_guest(pid);
  }
  CASE("a tracee that has ended is ESRCH") {
    pid_t pid = start_guest();
    kill(pid, SIGKILL);
    siginfo_t info;
    waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
    EXPECT_ERROR(ESRCH, switch_mm(pid, mm));
    waitpid(pid, NULL, 0);
  }
  CASE("an empty space has no code to run") {
    pid_t pid = start_guest();
    int empty = mm_open();
    EXPECT(0, switch_mm(pid, empty));
    set_guest(pid, CODE, 0, 0, 0);
    EXPECT(SIGSEGV, go(pid, PTRACE_CONT));
    EXPECT(CODE, guest_eip(pid));
    close(empty);
    end_guest(pid);
  }
  CASE("a system call is stopped at, emulated and answered in the new space") {
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, mm));
    set_guest(pid, ENTRY(guest_call), 20, 0, 0);
    EXPECT(SYSCALL_STOP, go(pid, PTRACE_SYSEMU));
    unsigned long nr = 0;
    trace(PTRACE_PEEKUSER, pid, 4 * 11, (unsigned long)&nr);
    EXPECT(20, nr);
    EXPECT(-ENOSYS, guest_eax(pid));
    end_guest(pid);
  }
  CASE("a system call of the guest itself sees its own space") {
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, mm));
    word_of(DATA_PAGE)[4] = 0x64636261;
    set_guest(pid, ENTRY(guest_call), SYS_unlink, DATA + 16, 0);
    make_file("abcd", "", 0600);
    EXPECT(SYSCALL_STOP, go(pid, PTRACE_SYSCALL));
    EXPECT(SYSCALL_STOP, go(pid, PTRACE_SYSCALL));
    EXPECT(0, guest_eax(pid));
    EXPECT_ERROR(ENOENT, access("abcd", F_OK));
    end_guest(pid);
  }
  CASE("a tracee is switched back by a descriptor of a space that was opened first") {
    pid_t pid = start_guest();
    EXPECT(0, switch_mm(pid, other));
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGTRAP, guest_reads(pid, DATA));
    EXPECT(111, guest_eax(pid));
    end_guest(pid);
  }
  CASE("two tracees run in one space") {
    pid_t one = start_guest(), two = start_guest();
    EXPECT(0, switch_mm(one, mm));
    EXPECT(0, switch_mm(two, mm));
    EXPECT(SIGTRAP, guest_writes(one, DATA + 8, 77));
    EXPECT(SIGTRAP, guest_reads(two, DATA + 8));
    EXPECT(77, guest_eax(two));
    end_guest(one);
    EXPECT(SIGTRAP, guest_reads(two, DATA + 8));
    end_guest(two);
  }
  CASE("the address argument is ignored") {
    pid_t pid = start_guest();
    EXPECT(0, trace(PTRACE_SWITCH_MM, pid, 0xdeadbeef, mm));
    end_guest(pid);
  }
  return 0;
}
