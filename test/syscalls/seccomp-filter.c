// seccomp(2) with filters: what each answer of a filter does, which of several filters counts, what a program must look
// like, who may set one, who inherits it.
#include "report.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <ucontext.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, then, otherwise)
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, value)

static int install(struct sock_filter *code, int length, unsigned flags) {
  struct sock_fprog program = {length, code};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}
#define INSTALL(flags, ...)                        \
  ({                                               \
    struct sock_filter code_[] = {__VA_ARGS__};    \
    install(code_, sizeof code_ / sizeof *code_, flags); \
  })
/** getpgrp, which libc and report.h never call, gets the answer; everything else goes on. */
#define FOR_GETPGRP(answer) INSTALL(0, LOAD(nr), IF(SYS_getpgrp, 0, 1), ANSWER(answer), ANSWER(SECCOMP_RET_ALLOW))

static volatile int seen;
static void note(int signo, siginfo_t *info, void *context) {
  uint32_t *registers = (uint32_t *)((ucontext_t *)context)->uc_mcontext.gregs;
  seen++;
  printf("SIGSYS code %d errno %d call %d arch %x eax %d, %s\n", info->si_code, info->si_errno, info->si_syscall, info->si_arch, registers[REG_EAX], (uint32_t)(uintptr_t)info->si_call_addr == registers[REG_EIP] ? "at eip" : "elsewhere");
  registers[REG_EAX] = 77;
}
static void *call_it(void *unused) {
  syscall(SYS_getpgrp);
  return NULL;
}
static void *ask(void *result) {
  *(long *)result = syscall(SYS_getpgrp) == -1 ? errno : 0;
  return NULL;
}
static void show_mode(void) {
  char line[200];
  FILE *file = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, file) != NULL)
    if (strncmp(line, "Seccomp", 7) == 0) printf("%s", line);
  fclose(file);
}
static void answers(void) {
  IN_CHILD("ALLOW", FOR_GETPGRP(SECCOMP_RET_ALLOW), SHOW(syscall(SYS_getpgrp) > 0), show_mode(), SHOW(prctl(PR_GET_SECCOMP)));
  IN_CHILD("LOG", FOR_GETPGRP(SECCOMP_RET_LOG), SHOW(syscall(SYS_getpgrp) > 0));
  IN_CHILD("ERRNO", FOR_GETPGRP(SECCOMP_RET_ERRNO | EXDEV), SHOW(syscall(SYS_getpgrp)));
  IN_CHILD("ERRNO 0", FOR_GETPGRP(SECCOMP_RET_ERRNO), SHOW(syscall(SYS_getpgrp)));
  IN_CHILD("ERRNO too large", FOR_GETPGRP(SECCOMP_RET_ERRNO | 9999), SHOW(syscall(SYS_getpgrp) == -1 && errno == 4095));
  IN_CHILD("TRACE without tracer", FOR_GETPGRP(SECCOMP_RET_TRACE | 3), SHOW(syscall(SYS_getpgrp)));
  IN_CHILD("unknown", FOR_GETPGRP(0x12340000), SHOW(syscall(SYS_getpgrp)));
  IN_CHILD("KILL_PROCESS", signal(SIGSYS, SIG_IGN), FOR_GETPGRP(SECCOMP_RET_KILL_PROCESS), SHOW(syscall(SYS_getpgrp)));
  IN_CHILD("KILL_THREAD", FOR_GETPGRP(SECCOMP_RET_KILL_THREAD), SHOW(syscall(SYS_getpgrp)));
  IN_CHILD("KILL_THREAD of one of two", {
    pthread_t thread;
    FOR_GETPGRP(SECCOMP_RET_KILL_THREAD), pthread_create(&thread, NULL, call_it, NULL), usleep(50000);
    SHOW_TRUE(access("/proc/self", F_OK) == 0);
  });
  IN_CHILD("KILL_PROCESS in a thread", {
    pthread_t thread;
    FOR_GETPGRP(SECCOMP_RET_KILL_PROCESS), pthread_create(&thread, NULL, call_it, NULL), pause();
  });
  IN_CHILD("TRAP", {
    struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
    sigaction(SIGSYS, &action, NULL), FOR_GETPGRP(SECCOMP_RET_TRAP | 19), SHOW(syscall(SYS_getpgrp)), SHOW(seen);
  });
  IN_CHILD("TRAP by default", FOR_GETPGRP(SECCOMP_RET_TRAP), SHOW(syscall(SYS_getpgrp)));
}
static void several(void) {
  IN_CHILD("the sterner answer", FOR_GETPGRP(SECCOMP_RET_ERRNO | 5), FOR_GETPGRP(SECCOMP_RET_LOG), FOR_GETPGRP(SECCOMP_RET_TRACE), SHOW(syscall(SYS_getpgrp)), show_mode());
  IN_CHILD("the later of two", FOR_GETPGRP(SECCOMP_RET_ERRNO | 5), FOR_GETPGRP(SECCOMP_RET_ERRNO | 6), SHOW(syscall(SYS_getpgrp)));
  IN_CHILD("fork and execve", {
    FOR_GETPGRP(SECCOMP_RET_ERRNO | 7);
    IN_CHILD("below", SHOW(syscall(SYS_getpgrp)), execl("/proc/self/exe", "again", "1", NULL));
  });
  IN_CHILD("arguments", {
    INSTALL(0, LOAD(arch), IF(AUDIT_ARCH_I386, 1, 0), ANSWER(SECCOMP_RET_KILL_PROCESS), LOAD(nr), IF(SYS_getpgid, 0, 3), LOAD(args[0]), IF(4242, 0, 1), ANSWER(SECCOMP_RET_ERRNO | 8), ANSWER(SECCOMP_RET_ALLOW));
    SHOW(getpgid(4242)), SHOW_TRUE(getpgid(0) > 0);
  });
  IN_CHILD("threads of later, TSYNC", {
    pthread_t thread;
    long result = -1;
    FOR_GETPGRP(SECCOMP_RET_ERRNO | 9), pthread_create(&thread, NULL, ask, &result), pthread_join(thread, NULL), printf("%ld\n", result);
    SHOW(INSTALL(SECCOMP_FILTER_FLAG_TSYNC, ANSWER(SECCOMP_RET_ALLOW)));
  });
}
static void arithmetic(void) {
  // The answer is made of what the program computes: an error of that number.
#define RESULT BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xfff), BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO), BPF_STMT(BPF_RET | BPF_A, 0)
#define COMPUTES(label, ...) IN_CHILD(label, INSTALL(0, LOAD(nr), IF(SYS_getpgrp, 1, 0), ANSWER(SECCOMP_RET_ALLOW), __VA_ARGS__, RESULT), printf("%d\n", syscall(SYS_getpgrp) == -1 ? errno : 0))
#define K(op, k) BPF_STMT(BPF_ALU | op | BPF_K, k)
#define X(op) BPF_STMT(BPF_ALU | op | BPF_X, 0)
#define A(k) BPF_STMT(BPF_LD | BPF_IMM, k)
#define TO_X(k) BPF_STMT(BPF_LDX | BPF_IMM, k)
  COMPUTES("add, sub", A(100), K(BPF_ADD, 7), K(BPF_SUB, 20));
  COMPUTES("mul, div", A(0x10001), K(BPF_MUL, 0x10001), K(BPF_DIV, 3));
  COMPUTES("shifts", A(0x80000010), K(BPF_RSH, 3), K(BPF_LSH, 1));
  COMPUTES("xor, neg", A(0x123), K(BPF_XOR, 0xff), BPF_STMT(BPF_ALU | BPF_NEG, 0));
  COMPUTES("by X", A(1000), TO_X(7), X(BPF_DIV), X(BPF_MUL), X(BPF_SUB), X(BPF_ADD), X(BPF_OR), X(BPF_AND));
  COMPUTES("memory", A(5), BPF_STMT(BPF_ST, 3), TO_X(9), BPF_STMT(BPF_STX, 15), A(0), BPF_STMT(BPF_LD | BPF_MEM, 15), BPF_STMT(BPF_LDX | BPF_MEM, 3), X(BPF_SUB));
  COMPUTES("tax, txa, length", BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), BPF_STMT(BPF_MISC | BPF_TAX, 0), A(1), BPF_STMT(BPF_MISC | BPF_TXA, 0));
  COMPUTES("jumps", A(0xfffffff0), BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 5, 1, 0), A(1), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x10, 0, 2), BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), A(2), A(3));
  IN_CHILD("division by zero", INSTALL(0, LOAD(nr), IF(SYS_getpgrp, 1, 0), ANSWER(SECCOMP_RET_ALLOW), TO_X(0), X(BPF_DIV), ANSWER(SECCOMP_RET_ALLOW)), syscall(SYS_getpgrp));
}
static void refusals(void) {
  struct sock_filter many[5000];
  for (int i = 0; i < 5000; i++) many[i] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
  SHOW(install(many, 0, 0)), SHOW(install(many, 4097, 0)), SHOW(install((void *)8, 1, 0)), SHOW(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, 8));
  SHOW(install(many, 1, 1 << 20)), SHOW(syscall(SYS_seccomp, 99, 0, NULL)), SHOW(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, NULL)), SHOW(syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, many)), SHOW(prctl(PR_SET_SECCOMP, 7, many));
  SHOW(INSTALL(0, LOAD(nr))), SHOW(INSTALL(0, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), ANSWER(0))), SHOW(INSTALL(0, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), ANSWER(0)));
  SHOW(INSTALL(0, BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), ANSWER(0))), SHOW(INSTALL(0, BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), ANSWER(0))), SHOW(INSTALL(0, IF(0, 1, 0), ANSWER(0))), SHOW(INSTALL(0, IF(0, 0, 9), ANSWER(0)));
  SHOW(INSTALL(0, BPF_STMT(BPF_JMP | BPF_JA, 1), ANSWER(0))), SHOW(INSTALL(0, K(BPF_DIV, 0), ANSWER(0))), SHOW(INSTALL(0, K(BPF_LSH, 32), ANSWER(0))), SHOW(INSTALL(0, K(BPF_MOD, 3), ANSWER(0)));
  SHOW(INSTALL(0, BPF_STMT(BPF_ST, 16), ANSWER(0))), SHOW(INSTALL(0, BPF_STMT(BPF_LD | BPF_MEM, 2), ANSWER(0))), SHOW(INSTALL(0, {0xffff, 0, 0, 0}, ANSWER(0)));
  SHOW(INSTALL(0, LOAD(nr), IF(1, 0, 1), BPF_STMT(BPF_ST, 1), BPF_STMT(BPF_LD | BPF_MEM, 1), ANSWER(SECCOMP_RET_ALLOW)));
  uint32_t action = SECCOMP_RET_TRACE;
  SHOW(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action)), SHOW(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 1, &action)), action = 0x12340000, SHOW(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
  SHOW(prctl(PR_GET_SECCOMP)), show_mode();
}

int main(int argc, char **argv) {
  if (argc > 1) return SHOW(syscall(SYS_getpgrp)), show_mode(), 0;
  struct rlimit none = {};
  setrlimit(RLIMIT_CORE, &none);
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  answers(), several(), arithmetic(), refusals();
  return 0;
}
