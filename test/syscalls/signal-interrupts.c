// Which waits a handler with SA_RESTART begins anew, and which end in EINTR all the same.
#include "report.h"
#include <poll.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>

static int pair[2];
static void on_alarm(int signo) {}
/** A second alarm writes a byte, so that what was restarted ends. */
static void arm(void) {
  ualarm(10000, 0);
}
#define TRY(label, call)                                             \
  do {                                                               \
    pid_t helper = fork();                                           \
    if (helper == 0) {                                               \
      usleep(80000);                                                 \
      write(pair[1], "x", 1);                                        \
      _exit(0);                                                      \
    }                                                                \
    arm();                                                           \
    long result = (long)(call);                                      \
    int error = errno;                                               \
    kill(helper, SIGKILL), waitpid(helper, NULL, 0);                 \
    printf("%s: %s\n", label, result < 0 ? strerrorname_np(error) : "went on"); \
    char drain[8];                                                   \
    fcntl(pair[0], F_SETFL, O_NONBLOCK);                             \
    read(pair[0], drain, 8);                                         \
    fcntl(pair[0], F_SETFL, 0);                                      \
  } while (0)

int main(void) {
  char byte;
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  pipe(pair);
  struct pollfd watched = {pair[0], POLLIN};
  fd_set set;
  FD_ZERO(&set);
  FD_SET(pair[0], &set);
  int epoll = epoll_create1(0);
  struct epoll_event event = {EPOLLIN};
  epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event);
  struct timespec second = {0, 200000000};
  TRY("read of a pipe", read(pair[0], &byte, 1));
  TRY("poll", poll(&watched, 1, 2000));
  TRY("select", select(pair[0] + 1, &set, NULL, NULL, NULL));
  TRY("epoll_wait", epoll_wait(epoll, &event, 1, 2000));
  TRY("nanosleep", nanosleep(&second, NULL));
  TRY("pause", pause());
  int sockets[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
  pid_t child = fork();
  if (child == 0) {
    usleep(60000);
    write(sockets[1], "y", 1);
    _exit(0);
  }
  TRY("recv", recv(sockets[0], &byte, 1, 0));
  waitpid(child, NULL, 0);
  struct timeval limit = {0, 300000};
  setsockopt(sockets[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  TRY("recv with SO_RCVTIMEO", recv(sockets[0], &byte, 1, 0));
  child = fork();
  if (child == 0) usleep(60000), _exit(0);
  TRY("waitpid", waitpid(child, NULL, 0));
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 50000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  TRY("sem_timedwait", sem_timedwait(&semaphore, &until));
  make_file("lock", "", 0600);
  int one = open("lock", O_RDWR), two = open("lock", O_RDWR);
  flock(one, LOCK_EX);
  child = fork();
  if (child == 0) {
    close(two);
    flock(one, LOCK_EX);
    usleep(60000);
    flock(one, LOCK_UN);
    _exit(0);
  }
  TRY("flock", flock(two, LOCK_EX));
  waitpid(child, NULL, 0);
  return 0;
}
