// What may happen at the same time: a space changes, is closed or is switched away from while processes run in it.
#include "skas.h"
#include <pthread.h>
#include <sched.h>

#define SIZE ((long)sizeof(struct mm_op))
#define RW (PROT_READ | PROT_WRITE)

static int mm;
/** A guest that counts in a word, and is running. */
static pid_t counting(void) {
  pid_t pid = start_guest();
  switch_mm(pid, mm);
  word_of(DATA_PAGE)[0] = 0;
  mm_map_page(mm, DATA, DATA_PAGE, RW);
  set_guest(pid, ENTRY(guest_count), 0, DATA, 0);
  trace(PTRACE_CONT, pid, 0, 0);
  for (volatile unsigned *word = word_of(DATA_PAGE); *word < 1000;) sched_yield();
  return pid;
}
static int stop_of(pid_t pid) {
  int status;
  if (waitpid(pid, &status, __WALL) != pid) return -1;
  return WIFSTOPPED(status) ? WSTOPSIG(status) : 2000 + WTERMSIG(status);
}
static void *writer(void *base) {
  long bad = 0;
  for (int i = 0; i < 300; i++) {
    bad += mm_map_page(mm, (unsigned long)base + i * PAGE, DATA_PAGE, RW) != SIZE;
    if (i % 16 == 0) sched_yield();
    bad += mm_unmap(mm, (unsigned long)base + i * PAGE, PAGE) != SIZE;
  }
  return (void *)bad;
}

int main(void) {
  mm = guest_mm();

  CASE("a page is unmapped beneath a process that runs: it faults there") {
    pid_t pid = counting();
    EXPECT(SIZE, mm_unmap(mm, DATA, PAGE));
    EXPECT(SIGSEGV, stop_of(pid));
    struct faultinfo info;
    EXPECT(0, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)&info));
    EXPECT(DATA, info.cr2);
    unsigned seen = word_of(DATA_PAGE)[0];
    EXPECT(SIZE, mm_map_page(mm, DATA, DATA_PAGE, RW));
    trace(PTRACE_CONT, pid, 0, 0);
    for (volatile unsigned *word = word_of(DATA_PAGE); *word < seen + 1000;) sched_yield();
    end_guest(pid);
  }
  CASE("a page becomes read-only beneath a process that writes it") {
    pid_t pid = counting();
    EXPECT(SIZE, mm_protect(mm, DATA, PAGE, PROT_READ));
    EXPECT(SIGSEGV, stop_of(pid));
    end_guest(pid);
  }
  CASE("a page becomes another beneath a process that writes it") {
    pid_t pid = counting();
    word_of(OTHER_PAGE)[0] = 0;
    EXPECT(SIZE, mm_map_page(mm, DATA, OTHER_PAGE, RW));
    unsigned seen = word_of(DATA_PAGE)[0];
    for (volatile unsigned *word = word_of(OTHER_PAGE); *word < 1000;) sched_yield();
    EXPECT(seen, word_of(DATA_PAGE)[0]);
    end_guest(pid);
  }
  CASE("the code is unmapped beneath a process that runs it") {
    pid_t pid = counting();
    EXPECT(SIZE, mm_unmap(mm, CODE, PAGE));
    EXPECT(SIGSEGV, stop_of(pid));
    EXPECT(SIZE, mm_map_page(mm, CODE, CODE_PAGE, PROT_READ | PROT_EXEC));
    end_guest(pid);
  }
  CASE("the code changes beneath a process that runs it") {
    pid_t pid = counting();
    unsigned char *at = (unsigned char *)memory + (guest_count - guest_code), before = *at;
    *at = 0xcc;
    EXPECT(SIGTRAP, stop_of(pid));
    *at = before;
    end_guest(pid);
  }
  CASE("the descriptor is closed while a process runs in the space") {
    int kept = mm;
    mm = guest_mm();
    pid_t pid = counting();
    close(mm);
    mm = kept;
    unsigned seen = word_of(DATA_PAGE)[0];
    for (volatile unsigned *word = word_of(DATA_PAGE); *word < seen + 1000;) sched_yield();
    kill(pid, SIGSTOP);
    EXPECT(SIGSTOP, stop_of(pid));
    end_guest(pid);
  }
  CASE("a process is killed while it runs in the space") {
    pid_t pid = counting();
    kill(pid, SIGKILL);
    EXPECT(2000 + SIGKILL, stop_of(pid));
    EXPECT(SIZE, mm_unmap(mm, DATA, PAGE));
  }
  CASE("a process is stopped, switched and goes on: not one more step in the old space") {
    pid_t pid = counting();
    int other = guest_mm();
    kill(pid, SIGUSR1);
    EXPECT(SIGUSR1, stop_of(pid));
    unsigned seen = word_of(DATA_PAGE)[0];
    word_of(OTHER_PAGE)[0] = 0;
    mm_map_page(other, DATA, OTHER_PAGE, RW);
    EXPECT(0, switch_mm(pid, other));
    trace(PTRACE_CONT, pid, 0, 0);
    for (volatile unsigned *word = word_of(OTHER_PAGE); *word < 1000;) sched_yield();
    EXPECT(seen, word_of(DATA_PAGE)[0]);
    end_guest(pid);
    close(other);
  }
  CASE("two processes run in one space at a time") {
    pid_t one = counting(), two = start_guest();
    switch_mm(two, mm);
    mm_map_page(mm, DATA + PAGE, OTHER_PAGE, RW);
    word_of(OTHER_PAGE)[0] = 0;
    set_guest(two, ENTRY(guest_count), 0, DATA + PAGE, 0);
    trace(PTRACE_CONT, two, 0, 0);
    for (volatile unsigned *word = word_of(OTHER_PAGE); *word < 1000;) sched_yield();
    EXPECT(SIZE, mm_unmap(mm, DATA, PAGE));
    EXPECT(SIGSEGV, stop_of(one));
    unsigned seen = word_of(OTHER_PAGE)[0];
    for (volatile unsigned *word = word_of(OTHER_PAGE); *word < seen + 1000;) sched_yield();
    end_guest(one);
    end_guest(two);
  }
  CASE("one process runs in the space while another is switched into it and out again") {
    pid_t one = counting(), two = start_guest();
    int other = guest_mm();
    for (int i = 0; i < 50; i++) {
      EXPECT(0, switch_mm(two, i & 1 ? mm : other));
      EXPECT(SIGTRAP, guest_reads(two, STACK));
    }
    unsigned seen = word_of(DATA_PAGE)[0];
    for (volatile unsigned *word = word_of(DATA_PAGE); *word < seen + 1000;) sched_yield();
    end_guest(one);
    end_guest(two);
    close(other);
  }
  CASE("two threads write to one descriptor") {
    pthread_t one, two;
    void *bad_one, *bad_two;
    pthread_create(&one, NULL, writer, (void *)0x40000000);
    pthread_create(&two, NULL, writer, (void *)0x50000000);
    pthread_join(one, &bad_one);
    pthread_join(two, &bad_two);
    EXPECT(0, (long)bad_one);
    EXPECT(0, (long)bad_two);
  }
  CASE("the tracer ends while its tracee runs in a space: the tracee goes on there") {
    mm_map_page(mm, DATA, DATA_PAGE, RW);
    int ids[2];
    pipe(ids);
    pid_t tracer = fork();
    if (tracer == 0) {
      pid_t pid = counting();
      write(ids[1], &pid, sizeof pid);
      _exit(0);
    }
    waitpid(tracer, NULL, 0);
    pid_t pid;
    read(ids[0], &pid, sizeof pid);
    unsigned seen = word_of(DATA_PAGE)[0];
    for (volatile unsigned *word = word_of(DATA_PAGE); *word < seen + 1000;) sched_yield();
    EXPECT(0, kill(pid, SIGKILL));
  }
  CASE("PTRACE_DETACH leaves a process in its space") {
    pid_t pid = counting();
    kill(pid, SIGUSR1);
    EXPECT(SIGUSR1, stop_of(pid));
    EXPECT(0, trace(PTRACE_DETACH, pid, 0, 0));
    unsigned seen = word_of(DATA_PAGE)[0];
    for (volatile unsigned *word = word_of(DATA_PAGE); *word < seen + 1000;) sched_yield();
    EXPECT_ERROR(ESRCH, switch_mm(pid, mm));
    end_guest(pid);
  }
  CASE("a tracer that is traced itself switches its tracee") {
    pid_t tracer = fork();
    if (tracer == 0) {
      ptrace(PTRACE_TRACEME, 0, 0, 0);
      raise(SIGSTOP);
      pid_t pid = start_guest();
      int good = switch_mm(pid, mm) == 0 && guest_reads(pid, STACK) == SIGTRAP;
      end_guest(pid);
      _exit(good ? 5 : 6);
    }
    int status, calls = 0;
    waitpid(tracer, &status, 0);
    do {
      // News of its tracee reach it as SIGCHLD, which is passed on.
      int signo = WSTOPSIG(status) == SIGCHLD ? SIGCHLD : 0;
      trace(PTRACE_SYSCALL, tracer, 0, signo);
      waitpid(tracer, &status, 0);
      calls++;
    } while (WIFSTOPPED(status));
    EXPECT(5, WEXITSTATUS(status));
    EXPECT_TRUE(calls > 20);
  }
  CASE("a signal handler of the guest's own runs in the space it was set for") {
    // Handlers belong to the process: one at guest_trap is entered in whatever space the process is in.
    pid_t pid = start_guest();
    switch_mm(pid, mm);
    struct { unsigned long handler, flags, restorer, mask[2]; } action = {ENTRY(guest_trap), 0x04000000, CODE};
    mm_map_page(mm, DATA, DATA_PAGE, RW);
    memcpy(word_of(DATA_PAGE) + 64, &action, sizeof action);
    set_guest(pid, ENTRY(guest_call), SYS_rt_sigaction, SIGUSR1, DATA + 256);
    trace(PTRACE_POKEUSER, pid, 4 * 3, 8); // esi: the size of the mask
    EXPECT(SYSCALL_STOP, go(pid, PTRACE_SYSCALL));
    EXPECT(SYSCALL_STOP, go(pid, PTRACE_SYSCALL));
    EXPECT(0, guest_eax(pid));
    set_guest(pid, ENTRY(guest_spin), 0, 0, 0);
    kill(pid, SIGUSR1);
    EXPECT(SIGUSR1, go(pid, PTRACE_CONT));
    trace(PTRACE_CONT, pid, 0, SIGUSR1);
    EXPECT(SIGTRAP, stop_of(pid));
    EXPECT(ENTRY(guest_trap) + 1, guest_eip(pid));
    end_guest(pid);
  }
  return 0;
}
