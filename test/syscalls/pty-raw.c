// Reads without lines: VMIN and VTIME.
#include "pty.h"
#include <time.h>
static int master, slave;
static void mode(int minimum, int time) {
  struct termios t;
  tcgetattr(slave, &t);
  cfmakeraw(&t);
  t.c_cc[VMIN] = minimum;
  t.c_cc[VTIME] = time;
  if (tcsetattr(slave, TCSANOW, &t)) die("tcsetattr");
}
static long since(struct timespec *start) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}
static void later(int milliseconds, const char *text) {
  if (fork() == 0) {
    usleep(milliseconds * 1000);
    type(master, text);
    _exit(0);
  }
}
int main(void) {
  struct timespec start;
  open_pair(&master, &slave);
  mode(1, 0);
  type(master, "a\rb\n\003\004");
  show_read("as typed", slave, 100);
  show_available("no echo", master);
  mode(0, 0);
  show_read("MIN 0 TIME 0, nothing", slave, 100);
  type(master, "xy");
  show_read("MIN 0 TIME 0", slave, 1);
  show_read("MIN 0 TIME 0", slave, 100);
  mode(0, 2);
  clock_gettime(CLOCK_MONOTONIC, &start);
  show_read("MIN 0 TIME 2, nothing", slave, 100);
  SHOW_TRUE(since(&start) >= 190);
  later(50, "late");
  show_read("MIN 0 TIME 2", slave, 100);
  mode(3, 0);
  type(master, "ab");
  later(50, "cd");
  show_read("MIN 3", slave, 100);
  type(master, "abc");
  show_read("MIN 3, less asked for", slave, 2);
  type(master, "d");
  fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
  show_read("MIN 3, nonblocking", slave, 100);
  show_read("nothing, nonblocking", slave, 100);
  type(master, "ab");
  show_events("MIN 3, 2 there", slave);
  type(master, "c");
  show_events("MIN 3, 3 there", slave);
  fcntl(slave, F_SETFL, O_RDWR);
  show_read("read", slave, 100);
  mode(5, 2);
  later(30, "ab");
  clock_gettime(CLOCK_MONOTONIC, &start);
  show_read("MIN 5 TIME 2", slave, 100);
  SHOW_TRUE(since(&start) >= 190);
  mode(1, 0);
  SHOW(read(slave, &start, 0));
  while (wait(NULL) > 0) {}
  return 0;
}
