// rt_sigqueueinfo, rt_tgsigqueueinfo: who may pretend what.
#include "report.h"

static void handler(int signo, siginfo_t *info, void *context) {
  (void)context;
  printf("signo %d code %d pid %d uid %d value %d\n", signo, info->si_code, info->si_pid, info->si_uid,
         info->si_value.sival_int);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  siginfo_t info = {.si_signo = SIGUSR2, .si_code = SI_QUEUE};
  info.si_pid = 77;
  info.si_uid = 88;
  info.si_value.sival_int = 99;
  pid_t self = getpid();
  SHOW(syscall(SYS_rt_sigqueueinfo, self, SIGUSR1, &info));
  info.si_code = SI_USER;
  SHOW(syscall(SYS_rt_sigqueueinfo, self, SIGUSR1, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &info));
  info.si_code = SI_TKILL;
  SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &info));
  info.si_code = -60;
  SHOW(syscall(SYS_rt_tgsigqueueinfo, self, self, SIGUSR1, &info));
  SHOW(syscall(SYS_rt_tgsigqueueinfo, self, 0, SIGUSR1, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, self, 65, &info));
  SHOW(syscall(SYS_rt_sigqueueinfo, self, SIGUSR1, 8));
  SHOW(syscall(SYS_rt_sigqueueinfo, 0x7ffffff, SIGUSR1, &info));
}
