// A master that is not read stops its slave; what was written comes out whole.
#include "pty.h"
int main(void) {
  int master, slave;
  open_pair(&master, &slave);
  change(slave, 0, 0, 0);
  fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
  static char block[512], got[512];
  long written = 0, count;
  while ((count = write(slave, block, sizeof block)) > 0) written += count;
  SHOW(count);
  SHOW_TRUE(written >= 4096);
  show_events("slave", slave);
  long seen = 0;
  fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
  for (int idle = 0; idle < 20;) {
    count = read(master, got, sizeof got);
    if (count > 0) seen += count, idle = 0;
    else usleep(1000), idle++;
  }
  SHOW_TRUE(seen == written);
  show_events("slave", slave);
  long typed = 0;
  while ((count = write(master, block, sizeof block)) > 0) typed += count;
  SHOW(count);
  SHOW_TRUE(typed >= 4096);
  seen = 0;
  for (int idle = 0; idle < 20;) {
    count = read(slave, got, sizeof got);
    if (count > 0) seen += count, idle = 0;
    else usleep(1000), idle++;
  }
  SHOW_TRUE(seen == typed);
  return 0;
}
