// A list of many files: those that are closed leave it, in whatever way; descriptor numbers stay the lowest.
#include "report.h"
#include <sys/epoll.h>
#include <sys/resource.h>

enum { MANY = 4000 };

int main(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max < MANY + 16 ? limit.rlim_max : MANY + 16;
  setrlimit(RLIMIT_NOFILE, &limit);
  int list = epoll_create1(0);
  int pipes[MANY];
  int count = 0;
  while (count < MANY && pipe(pipes + count) == 0) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = count};
    if (epoll_ctl(list, EPOLL_CTL_ADD, pipes[count], &event) != 0) break;
    count += 2;
  }
  printf("%d\n", count);
  struct epoll_event events[4];
  SHOW(epoll_wait(list, events, 4, 0));
  for (int at = 0; at < count; at += 2) write(pipes[at + 1], "x", 1);
  int seen = 0;
  for (int turn = 0; turn < count / 8; turn++) {
    int got = epoll_wait(list, events, 4, 0);
    for (int at = 0; at < got; at++) seen += (int)events[at].data.u32 == 2 * (turn * 4 + at);
  }
  printf("in turn: %s\n", seen == count / 8 * 4 ? "yes" : "no");

  int copy = dup(pipes[0]);
  for (int at = 0; at < count - 2; at += 2) close(pipes[at]);
  SHOW(epoll_wait(list, events, 4, 0)); // the last, and the first, which is open still
  printf("%u\n", events[0].data.u32 + events[1].data.u32 == (unsigned)count - 2);
  close(copy);
  SHOW(epoll_wait(list, events, 4, 0));
  printf("lowest: %s\n", open("/", O_RDONLY) == pipes[0] ? "yes" : "no");
  printf("lowest from: %s\n", fcntl(0, F_DUPFD, pipes[5]) == pipes[6] ? "yes" : "no");
  printf("next: %s\n", dup(0) == pipes[2] ? "yes" : "no");
  return 0;
}
