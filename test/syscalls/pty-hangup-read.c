// A reader that waits when its terminal hangs up sees the end of the file.
#include "pty.h"
int main(void) {
  int master, slave;
  open_pair(&master, &slave);
  pid_t child = fork();
  if (child == 0) {
    close(master);
    show_read("read", slave, 10);
    show_read("again", slave, 10);
    _exit(0);
  }
  close(slave);
  usleep(50000);
  close(master);
  show_end("reader", child);
  return 0;
}
