// unshare of what clone shares: CLONE_FILES, CLONE_FS, CLONE_SYSVSEM, and what a user may not.
#include "report.h"
#include <pthread.h>
#include <sched.h>

static volatile int step;
static void until(int value) {
  while (step < value) usleep(1000);
}
static int fd;
static void *thread(void *argument) {
  mkdir("elsewhere", 0700);
  until(1);
  SHOW(unshare(CLONE_FS));
  SHOW(chdir("elsewhere"));
  umask(077);
  SHOW(unshare(CLONE_FILES));
  SHOW(close(fd));
  SHOW(unshare(0));
  step = 2;
  until(3);
  return NULL;
}

int main(void) {
  char cwd[512], before[512];
  fd = open("/dev/null", O_RDONLY);
  umask(022);
  getcwd(before, sizeof before);
  pthread_t other;
  pthread_create(&other, NULL, thread, NULL);
  step = 1;
  until(2);
  SHOW_TRUE(strcmp(getcwd(cwd, sizeof cwd), before) == 0);
  printf("%o\n", umask(022));
  SHOW(fcntl(fd, F_GETFD));
  step = 3;
  pthread_join(other, NULL);
  SHOW(unshare(CLONE_FILES | CLONE_FS | CLONE_SYSVSEM));
  SHOW(unshare(0x1));
  SHOW(unshare(CLONE_VFORK));
  IN_CHILD("a user", {
    if (geteuid() == 0 && setuid(1000)) die("setuid");
    SHOW(unshare(CLONE_NEWUTS)), SHOW(unshare(CLONE_NEWIPC)), SHOW(unshare(CLONE_NEWNS)), SHOW(unshare(CLONE_NEWNET));
    SHOW(syscall(SYS_clone, CLONE_NEWUTS | SIGCHLD, NULL, NULL, NULL, NULL));
    SHOW(sethostname("x", 1)), SHOW(setdomainname("x", 1));
  });
  return 0;
}
