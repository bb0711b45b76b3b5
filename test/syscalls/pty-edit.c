// The characters that edit a line, and what the screen shows of it.
#include "pty.h"
static int master, slave;
static void line(const char *label, const char *text) {
  type(master, text);
  type(master, "\n");
  printf("%s\n", label);
  show_available("  screen", master);
  show_available("  read", slave);
}
int main(void) {
  open_pair(&master, &slave);
  line("erase", "abc\177d");
  line("erase at the start", "\177\177x");
  line("erase a control character", "a\001\177b");
  line("erase a tab", "ab\t\177c");
  line("erase a tab behind a tab", "a\tbc\t\177d");
  line("erase a tab behind output", "x\177\t\177y");
  line("kill", "some text\025more");
  line("word erase", "one two  \027three");
  line("word erase of two", "one two_2-x\027\027three");
  line("literal", "a\026\177b\026\003c");
  line("reprint", "abc\022def");
  tcflag_t i = ICRNL | IXON, o = OPOST | ONLCR, l = ISIG | ICANON | ECHO | IEXTEN | ECHOCTL;
  change(slave, i, o, l);
  line("without ECHOE", "abc\177\177d");
  line("kill without ECHOK", "abc\025d");
  change(slave, i, o, l | ECHOK);
  line("kill with ECHOK", "abc\025d");
  change(slave, i, o, l | ECHOE | ECHOK);
  line("kill with ECHOE and ECHOK", "abc\025d");
  change(slave, i, o, l | ECHOPRT | ECHOE);
  line("ECHOPRT", "abcd\177\177ef");
  change(slave, i, o, (l | ECHOE) & ~IEXTEN);
  line("without IEXTEN", "a b\027c\026d");
  change(slave, i | IUTF8, o, l | ECHOE | ECHOK | ECHOKE);
  line("a character of two bytes", "a\303\266\177b");
  set_char(slave, VERASE, 'E');
  line("another erase character", "abEc\177");
  set_char(slave, VERASE, _POSIX_VDISABLE);
  line("no erase character", "abEc");
  return 0;
}
