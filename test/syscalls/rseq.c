// rseq(2): registration, which libc has made already; the processor's number; sequences that a preemption or a signal
// sends to their abort handler, whose address is known by its signature.
// gcc: -static -O1 -fno-pie -no-pie
#include "report.h"
#include <linux/rseq.h>
#include <sched.h>
#include <sys/rseq.h>
#include <sys/time.h>
#include <ucontext.h>

#define SIGNATURE 0x53053053

static struct rseq area __attribute__((aligned(32)));
static volatile int shared_word;
extern const char inside_start[], inside_end[], inside_abort[], wrong_start[], wrong_end[], wrong_abort[];

struct sequence {
  uint32_t version, flags;
  uint64_t start, length, abort;
} __attribute__((aligned(32)));
static struct sequence sequence;

static struct rseq *libc_area(void) {
  return (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
}
static int unregister(void) { return syscall(SYS_rseq, libc_area(), 32, RSEQ_FLAG_UNREGISTER, RSEQ_SIG); }
static int registered(void) { return syscall(SYS_rseq, &area, 32, 0, SIGNATURE); }

static int in_handler_ip;
static uint64_t in_handler_area;
static void note(int signo, siginfo_t *info, void *context) {
  uintptr_t ip = ((ucontext_t *)context)->uc_mcontext.gregs[REG_EIP];
  in_handler_ip = ip == (uintptr_t)inside_abort ? 1 : ip >= (uintptr_t)inside_start && ip < (uintptr_t)inside_end ? 2 : 3;
  in_handler_area = area.rseq_cs;
}

/** Spins in a sequence until it is aborted. */
static int aborted(void) {
  int result;
  sequence = (struct sequence){0, 0, (uintptr_t)inside_start, inside_end - inside_start, (uintptr_t)inside_abort};
  asm volatile(
      "mov %[sequence], %[area]\n"
      ".globl inside_start, inside_end, inside_abort\n"
      "inside_start:\n"
      "1: incl %[word]\n"
      "jmp 1b\n"
      "inside_end:\n"
      "nop\n"
      ".long 0x53053053\n"
      "inside_abort:\n"
      "mov $1, %[result]\n"
      : [result] "=r"(result), [area] "=m"(area.rseq_cs), [word] "+m"(shared_word)
      : [sequence] "r"(&sequence)
      : "memory");
  return result;
}
/** The same, whose abort handler has another signature before it. */
static void killed(void) {
  sequence = (struct sequence){0, 0, (uintptr_t)wrong_start, wrong_end - wrong_start, (uintptr_t)wrong_abort};
  asm volatile(
      "mov %[sequence], %[area]\n"
      ".globl wrong_start, wrong_end, wrong_abort\n"
      "wrong_start:\n"
      "1: incl %[word]\n"
      "jmp 1b\n"
      "wrong_end:\n"
      ".long 0x12345678\n"
      "wrong_abort:\n"
      : [area] "=m"(area.rseq_cs), [word] "+m"(shared_word)
      : [sequence] "r"(&sequence)
      : "memory");
}

static void spin(void) {
  for (volatile int i = 0; i < 3000000; i++) {
  }
}

int main(void) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
  struct rlimit none = {};
  setrlimit(RLIMIT_CORE, &none);
  SHOW(__rseq_size >= 20), SHOW((int)libc_area()->cpu_id), SHOW((int)libc_area()->cpu_id_start);
  SHOW(registered()), SHOW(syscall(SYS_rseq, libc_area(), 32, 0, RSEQ_SIG)), SHOW(syscall(SYS_rseq, libc_area(), 32, 0, 1));
  SHOW(syscall(SYS_rseq, libc_area(), 32, 2, RSEQ_SIG));
  SHOW(syscall(SYS_rseq, libc_area(), 32, RSEQ_FLAG_UNREGISTER, 1)), SHOW(syscall(SYS_rseq, &area, 32, RSEQ_FLAG_UNREGISTER, RSEQ_SIG));
  SHOW(unregister()), SHOW((int)libc_area()->cpu_id), SHOW((int)libc_area()->cpu_id_start), SHOW(unregister());
  SHOW(syscall(SYS_rseq, &area, 16, 0, SIGNATURE)), SHOW(syscall(SYS_rseq, (char *)&area + 4, 32, 0, SIGNATURE));
  SHOW(syscall(SYS_rseq, 0xffffffe0, 32, 0, SIGNATURE));
  SHOW(registered()), SHOW((int)area.cpu_id), SHOW((int)area.cpu_id_start), SHOW(registered());

  // By a signal: the handler's frame has the abort handler's address already.
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  struct itimerval soon = {{0, 0}, {0, 20000}};
  sigaction(SIGALRM, &action, NULL), setitimer(ITIMER_REAL, &soon, NULL);
  SHOW(aborted()), SHOW(in_handler_ip == 1 || in_handler_ip == 0), SHOW(in_handler_area == 0), SHOW(area.rseq_cs == 0);
  // By another task that wants the processor.
  pid_t other = fork();
  if (other == 0) {
    SHOW((int)area.cpu_id), SHOW(registered());
    for (;;) spin();
  }
  usleep(20000);
  setitimer(ITIMER_REAL, &(struct itimerval){}, NULL);
  SHOW(aborted()), kill(other, SIGKILL), waitpid(other, NULL, 0);
  // Outside of it, what the area names is taken back.
  area.rseq_cs = (uintptr_t)&sequence, raise(SIGALRM);
  SHOW(area.rseq_cs == 0);
  IN_CHILD("wrong signature", setitimer(ITIMER_REAL, &soon, NULL), killed());
  IN_CHILD("wrong version", sequence.version = 1, area.rseq_cs = (uintptr_t)&sequence, raise(SIGALRM));
  IN_CHILD("no sequence", area.rseq_cs = 8, raise(SIGALRM));
  IN_CHILD("beyond user space", area.rseq_cs = 0xfffffffffull, raise(SIGALRM));
  IN_CHILD("handler inside", sequence.version = 0, sequence.abort = sequence.start, area.rseq_cs = (uintptr_t)&sequence, raise(SIGALRM));
  return 0;
}
