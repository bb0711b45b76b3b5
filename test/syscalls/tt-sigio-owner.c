// F_SETOWN at every switch, as UML in tt mode: SIGIO goes to the process that owns the descriptor now.
#include "report.h"
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

static volatile int *hits; // one word a process, in shared memory
static int own;
static volatile siginfo_t seen;
static void note(int signo) { hits[own]++; }
static void note_info(int signo, siginfo_t *info, void *context) {
  hits[own]++;
  hits[10] = info->si_code;
  hits[11] = info->si_band;
  hits[12] = info->si_fd;
}

/** Waits until a process has been told `wanted` times, and a little longer. */
static void settle(int who, int wanted) {
  for (int i = 0; i < 200 && hits[who] < wanted; i++) usleep(1000);
  usleep(3000);
}
static pid_t sleeper(int index) {
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    own = index;
    hits[20 + index] = 1;
    for (;;) pause();
  }
  while (!hits[20 + index]) usleep(1000);
  return pid;
}
static void report(const char *label) {
  printf("%s: %d %d %d\n", label, hits[0], hits[1], hits[2]);
  hits[0] = hits[1] = hits[2] = 0;
}

int main(void) {
  hits = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct sigaction action = {.sa_handler = note};
  sigaction(SIGIO, &action, NULL);
  sigaction(SIGUSR1, &action, NULL);
  pid_t one = sleeper(1), two = sleeper(2);
  int pair[2];
  char byte;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) die("socketpair");
  SHOW(fcntl(pair[0], F_GETOWN));
  SHOW(fcntl(pair[0], F_SETFL, O_ASYNC | O_NONBLOCK));

  (void)!write(pair[1], "a", 1);
  usleep(10000);
  report("no owner");
  (void)!read(pair[0], &byte, 1);

  SHOW(fcntl(pair[0], F_SETOWN, one));
  printf("F_GETOWN %s\n", fcntl(pair[0], F_GETOWN) == one ? "first" : "other");
  (void)!write(pair[1], "b", 1);
  settle(1, 1);
  report("the first owns");
  (void)!read(pair[0], &byte, 1);

  SHOW(fcntl(pair[0], F_SETOWN, two));
  (void)!write(pair[1], "c", 1);
  settle(2, 1);
  report("the second owns");
  (void)!read(pair[0], &byte, 1);

  for (int i = 0; i < 6; i++) {
    fcntl(pair[0], F_SETOWN, i % 2 ? one : two);
    (void)!write(pair[1], "d", 1);
    settle(i % 2 ? 1 : 2, i / 2 + 1);
    (void)!read(pair[0], &byte, 1);
  }
  report("six switches");

  // The owner is the description's: whoever has it changes it for all.
  pid_t child = fork();
  if (child == 0) {
    fcntl(pair[0], F_SETOWN, one);
    _exit(0);
  }
  show_end("child", child);
  (void)!write(pair[1], "e", 1);
  settle(1, 1);
  report("set by a child");
  (void)!read(pair[0], &byte, 1);

  SHOW(fcntl(pair[0], F_SETSIG, SIGUSR1));
  (void)!write(pair[1], "f", 1);
  settle(1, 1);
  report("another signal");
  (void)!read(pair[0], &byte, 1);

  fcntl(pair[0], F_SETOWN, getpid());
  struct sigaction with_info = {.sa_sigaction = note_info, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &with_info, NULL);
  (void)!write(pair[1], "g", 1);
  settle(0, 1);
  report("the parent owns");
  printf("code %d band %#x fd %s\n", hits[10], hits[11], hits[12] == pair[0] ? "its own" : "other");
  (void)!read(pair[0], &byte, 1);

  SHOW(fcntl(pair[0], F_SETOWN, 0));
  (void)!write(pair[1], "h", 1);
  usleep(10000);
  report("nobody owns");
  (void)!read(pair[0], &byte, 1);

  SHOW(fcntl(pair[0], F_SETOWN, 0x7fffff));
  fcntl(pair[0], F_SETOWN, one);
  kill(one, SIGKILL);
  waitpid(one, NULL, 0);
  (void)!write(pair[1], "i", 1);
  usleep(10000);
  report("the owner is dead");
  printf("F_GETOWN %d\n", fcntl(pair[0], F_GETOWN));
  (void)!read(pair[0], &byte, 1);

  SHOW(fcntl(pair[0], F_SETFL, O_NONBLOCK));
  fcntl(pair[0], F_SETOWN, two);
  (void)!write(pair[1], "j", 1);
  usleep(10000);
  report("without O_ASYNC");
  kill(two, SIGKILL);
  waitpid(two, NULL, 0);
}
