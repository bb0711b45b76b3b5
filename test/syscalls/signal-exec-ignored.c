// SIGCHLD ignored or with SA_NOCLDWAIT: no zombies, what wait says, after execve.
#include "report.h"

int main(int argc, char **argv) {
  if (argc > 1) {
    pid_t child = fork();
    if (child == 0) _exit(1);
    SHOW(waitpid(child, NULL, 0));
    return 0;
  }
  signal(SIGCHLD, SIG_IGN);
  pid_t child = fork();
  if (child == 0) _exit(1);
  SHOW(waitpid(child, NULL, 0)), SHOW(kill(child, 0));
  struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
  sigaction(SIGCHLD, &action, NULL);
  child = fork();
  if (child == 0) _exit(1);
  SHOW(wait(NULL)), SHOW(kill(child, 0));
  action.sa_flags = 0, sigaction(SIGCHLD, &action, NULL);
  child = fork();
  if (child == 0) _exit(6);
  int status;
  SHOW_TRUE(wait(&status) == child), show_status("end", status);
  signal(SIGCHLD, SIG_IGN), fflush(stdout);
  execl("/proc/self/exe", "x", "again", NULL);
}
