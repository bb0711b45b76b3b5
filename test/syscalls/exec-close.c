// What execve closes and keeps: close-on-exec, positions, signals, masks, umask, the working directory.
#include "report.h"

int main(int argc, char **argv) {
  if (argc > 1) {
    sigset_t mask, pending;
    struct sigaction action;
    sigprocmask(SIG_BLOCK, NULL, &mask), sigpending(&pending);
    SHOW(fcntl(10, F_GETFD)), SHOW(fcntl(11, F_GETFD)), SHOW(lseek(10, 0, SEEK_CUR));
    SHOW(sigismember(&mask, SIGUSR1)), SHOW(sigismember(&pending, SIGUSR1));
    sigaction(SIGUSR2, NULL, &action), SHOW_TRUE(action.sa_handler == SIG_DFL);
    sigaction(SIGHUP, NULL, &action), SHOW_TRUE(action.sa_handler == SIG_IGN);
    printf("%o\n", umask(0));
    SHOW(access("here", F_OK)), SHOW(alarm(0) > 0);
    return 0;
  }
  make_file("file", "0123456789", 0600);
  int fd = open("file", O_RDONLY);
  dup2(fd, 10), dup3(fd, 11, O_CLOEXEC), lseek(10, 4, SEEK_SET);
  sigset_t set;
  sigemptyset(&set), sigaddset(&set, SIGUSR1), sigprocmask(SIG_BLOCK, &set, NULL), raise(SIGUSR1);
  signal(SIGUSR2, (void (*)(int))main), signal(SIGHUP, SIG_IGN);
  umask(0123), mkdir("sub", 0777), chmod("sub", 0777), chdir("sub"), mkdir("here", 0700), alarm(100);
  execl("/proc/self/exe", "x", "again", NULL);
}
