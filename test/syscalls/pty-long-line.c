// A line longer than the buffer: what does not fit is lost, the newline is not.
#include "pty.h"
int main(void) {
  int master, slave;
  open_pair(&master, &slave);
  change(slave, ICRNL, 0, ICANON);
  static char text[6000], got[8000];
  memset(text, 'x', sizeof text);
  SHOW(write(master, text, 5000));
  SHOW(write(master, "\n", 1));
  ssize_t count = read(slave, got, sizeof got);
  SHOW(count);
  SHOW_TRUE(got[count - 1] == '\n' && got[0] == 'x' && got[count - 2] == 'x');
  type(master, "short\n");
  show_read("after it", slave, 100);
  return 0;
}
