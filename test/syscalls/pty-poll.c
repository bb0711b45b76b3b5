// What poll sees of both sides.
#include "pty.h"
int main(void) {
  int master, slave;
  open_pair(&master, &slave);
  show_events("master", master);
  show_events("slave", slave);
  type(master, "abc");
  show_events("master, an echo", master);
  show_events("slave, no line", slave);
  type(master, "\n");
  show_events("slave, a line", slave);
  show_available("read", slave);
  show_events("slave", slave);
  type(master, "\004");
  show_events("slave, the end", slave);
  show_read("read", slave, 10);
  show_events("slave", slave);
  int count;
  SHOW(ioctl(master, FIONREAD, &count));
  SHOW(count);
  show_available("screen", master);
  pid_t child = fork();
  if (child == 0) {
    usleep(30000);
    type(master, "wake\n");
    _exit(0);
  }
  struct pollfd one = {slave, POLLIN, 0};
  SHOW(poll(&one, 1, 5000));
  show_read("read", slave, 10);
  show_end("typist", child);
  return 0;
}
