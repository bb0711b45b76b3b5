// A line is echoed as it is typed, and read once it is ended.
#include "pty.h"
int main(void) {
  int master, slave;
  open_pair(&master, &slave);
  type(master, "abc");
  show_available("echo", master);
  show_available("not a line yet", slave);
  type(master, "def\r");
  show_available("echo", master);
  show_available("line", slave);
  type(master, "\001\033x\177\n");
  show_available("controls", master);
  show_available("line", slave);
  say(slave, "out\tput\n");
  show_available("output", master);
  change(slave, ICRNL, OPOST | ONLCR, ICANON | ECHO);
  type(master, "\001b\n");
  show_available("without ECHOCTL", master);
  show_available("line", slave);
  change(slave, ICRNL, OPOST | ONLCR, ICANON);
  type(master, "quiet\n");
  show_available("without ECHO", master);
  show_available("line", slave);
  change(slave, ICRNL, OPOST | ONLCR, ICANON | ECHONL);
  type(master, "new line\n");
  show_available("ECHONL", master);
  show_available("line", slave);
  change(slave, ICRNL, 0, ICANON | ECHO | ECHOCTL);
  type(master, "raw output\n");
  show_available("without OPOST", master);
  return 0;
}
