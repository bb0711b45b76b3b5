// Reads of lines: in parts, several lines, EOF characters, other line ends.
#include "pty.h"
int main(void) {
  int master, slave, count;
  open_pair(&master, &slave);
  change(slave, ICRNL, 0, ICANON);
  type(master, "first\nsecond\n");
  show_read("one line a read", slave, 100);
  show_read("in parts", slave, 3);
  show_read("in parts", slave, 100);
  type(master, "abc\004");
  show_read("ended by EOF", slave, 100);
  type(master, "\004");
  show_read("EOF alone", slave, 100);
  type(master, "abc\004def\n");
  show_read("exactly up to the EOF", slave, 3);
  show_read("the EOF is gone", slave, 100);
  type(master, "abc\004\004");
  show_read("text, then EOF", slave, 100);
  show_read("the end", slave, 100);
  set_char(slave, VEOL, ';');
  type(master, "a;b\n");
  show_read("VEOL", slave, 100);
  show_read("the rest", slave, 100);
  type(master, "one\ntwo\nthr");
  ioctl(slave, FIONREAD, &count);
  SHOW(count);
  show_read("one", slave, 100);
  show_read("two", slave, 100);
  fcntl(slave, F_SETFL, O_NONBLOCK | O_RDWR);
  show_read("unfinished", slave, 100);
  change(slave, 0, 0, 0);
  show_read("unfinished, raw", slave, 100);
  type(master, "typed ahead");
  change(slave, 0, 0, ICANON);
  show_read("canonical again", slave, 100);
  show_read("nothing", slave, 100);
  return 0;
}
