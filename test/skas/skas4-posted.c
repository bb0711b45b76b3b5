// skas4 as posted: new_mm copies the caller's space, switch_mm takes the caller into another one.
// patch: skas4-posted
#include "skas.h"

#define NR_new_mm 325
#define NR_switch_mm 326
#define PTRACE_SWITCH_MM_POSTED 33
#define MM_COPY 0
#define MM_ALL_REGS 0
#define MM_SP_IP 1
#define MM_SAME 2

/** Without a call in between: the stack below belongs to the space, and the copy's is older. */
__attribute__((always_inline)) static inline long switch_raw(int mm, void *save, unsigned long regs, unsigned long ip,
                                                             unsigned long sp) {
  long result = NR_switch_mm;
  asm volatile("int $0x80" : "+a"(result) : "b"(mm), "c"(save), "d"(regs), "S"(ip), "D"(sp) : "memory");
  return result;
}
static long new_mm(int what) { return syscall(NR_new_mm, what); }
static long switch_to(int mm, void *save, unsigned long regs, unsigned long ip, unsigned long sp) {
  return syscall(NR_switch_mm, mm, save, regs, ip, sp);
}
static volatile int number = 1;
/** In memory that both spaces have. */
static struct user_regs_struct *saved;
static volatile int home;
static char stack[4096];
#define STACK_OF_VISITOR ((unsigned long)(stack + sizeof stack - 64))

/** Runs in the copy on the other stack, changes it, and goes back with the registers that were saved. */
static void visitor(void) {
  number = 50;
  switch_raw(home, 0, (unsigned long)saved, 0, 0);
  _exit(9);
}
/** The same, by the other way to name the registers. */
static void other_visitor(void) {
  switch_raw(home, 0, MM_ALL_REGS, (unsigned long)saved, 0);
  _exit(9);
}

int main(void) {
  saved = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  home = open("/proc/self/mm", O_RDONLY);

  CASE("a process's own space is a file in its folder") {
    EXPECT_OK(home);
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/mm", getpid());
    int again = open(name, O_RDONLY);
    EXPECT_OK(again);
    close(again);
  }
  CASE("new_mm copies, and nothing else") {
    EXPECT_ERROR(EINVAL, new_mm(1));
    EXPECT_ERROR(EINVAL, new_mm(-1));
    int mm = new_mm(MM_COPY);
    EXPECT_OK(mm);
    close(mm);
  }
  CASE("timerfd's calls are gone, their 64-bit forms are not") {
    EXPECT_ERROR(EBADF, syscall(NR_switch_mm, 99, 0, MM_SAME, 0, 0));
    EXPECT_ERROR(EBADF, syscall(410, 99, saved));
  }
  CASE("switch_mm with the same registers goes on behind the call, in the copy") {
    static volatile int copy;
    number = 1;
    copy = new_mm(MM_COPY);
    number = 2;
    EXPECT_TRUE(copy > 0);
    // In the copy `copy` itself is still 0: the way back is known by `home`.
    long result = switch_raw(copy, 0, MM_SAME, 0, 0);
    ((volatile long *)(saved + 1))[0] = result;
    ((volatile long *)(saved + 1))[1] = number;
    number = 3;
    result = switch_raw(home, 0, MM_SAME, 0, 0);
    ((volatile long *)(saved + 1))[2] = result;
    EXPECT(0, ((volatile long *)(saved + 1))[0]);
    EXPECT(1, ((volatile long *)(saved + 1))[1]);
    EXPECT(0, ((volatile long *)(saved + 1))[2]);
    EXPECT(2, number);
    close(copy);
  }
  CASE("switch_mm to a function on another stack, and back by the saved registers") {
    int copy = new_mm(MM_COPY);
    number = 20;
    EXPECT(0, switch_to(copy, saved, MM_SP_IP, (unsigned long)visitor, STACK_OF_VISITOR));
    EXPECT(20, number);
    close(copy);
  }
  CASE("the registers' address may come in the place of ip") {
    int copy = new_mm(MM_COPY);
    EXPECT(0, switch_to(copy, saved, MM_SP_IP, (unsigned long)other_visitor, STACK_OF_VISITOR));
    close(copy);
  }
  CASE("the saved registers are those behind the call") {
    int copy = new_mm(MM_COPY);
    EXPECT(0, switch_to(copy, saved, MM_SP_IP, (unsigned long)visitor, STACK_OF_VISITOR));
    EXPECT(0, saved->eax);
    EXPECT(copy, saved->ebx);
    EXPECT((unsigned long)saved, saved->ecx);
    close(copy);
  }
  CASE("bad addresses change nothing") {
    int copy = new_mm(MM_COPY);
    EXPECT_ERROR(EFAULT, switch_to(copy, (void *)16, MM_SAME, 0, 0));
    EXPECT_ERROR(EFAULT, switch_to(copy, 0, 16, 0, 0));
    EXPECT_ERROR(EFAULT, switch_to(copy, 0, MM_ALL_REGS, 16, 0));
    number = 30;
    EXPECT(30, number);
    close(copy);
  }
  CASE("a descriptor of another file is EINVAL") {
    int null = open("/dev/null", O_RDWR);
    EXPECT_ERROR(EINVAL, switch_to(null, 0, MM_SAME, 0, 0));
    close(null);
  }
  CASE("PTRACE_SWITCH_MM is request 33") {
    pid_t pid = start_guest();
    int copy = new_mm(MM_COPY);
    unsigned long word;
    number = 40;
    EXPECT(0, trace(PTRACE_SWITCH_MM_POSTED, pid, 0, copy));
    EXPECT(0, trace(PTRACE_SWITCH_MM_POSTED, pid, 0, home));
    EXPECT(0, peek(pid, (unsigned long)&number, &word));
    EXPECT(40, word);
    EXPECT_ERROR(EBADF, trace(PTRACE_SWITCH_MM_POSTED, pid, 0, 99));
    EXPECT_ERROR(EIO, switch_mm(pid, copy));
    close(copy);
    end_guest(pid);
  }
  CASE("the copy is the tracee's to change, and not ours") {
    int copy = new_mm(MM_COPY);
    pid_t pid = start_guest();
    EXPECT(0, trace(PTRACE_SWITCH_MM_POSTED, pid, 0, copy));
    EXPECT(0, trace(PTRACE_POKEDATA, pid, (unsigned long)&number, 41));
    EXPECT(40, number);
    end_guest(pid);
    close(copy);
  }
  return 0;
}
