// Output processing, flag by flag.
#include "pty.h"
static int master, slave;
static void put(const char *label, tcflag_t oflag, const char *text) {
  change(slave, 0, oflag, 0);
  SHOW_TRUE(write(slave, text, strlen(text)) == (ssize_t)strlen(text));
  show_available(label, master);
}
int main(void) {
  open_pair(&master, &slave);
  put("nothing", 0, "a\tb\r\nc\n");
  put("OPOST", OPOST, "a\tb\r\nc\n");
  put("ONLCR", OPOST | ONLCR, "a\nb\r\n");
  put("OCRNL", OPOST | OCRNL, "a\rb\r\n");
  put("ONOCR", OPOST | ONOCR, "\r\rab\r\r");
  put("ONLRET", OPOST | ONLRET | ONOCR, "ab\n\rc\r");
  put("OLCUC", OPOST | OLCUC, "Small and \303\244\n");
  put("XTABS", OPOST | ONLCR | XTABS, "\ta\tbcdefghi\tj\nk\t\n");
  put("XTABS after a backspace", OPOST | ONLCR | XTABS, "abc\b\td\n");
  put("XTABS after controls", OPOST | ONLCR | XTABS, "\001\001\033a\tb\n");
  put("ONLCR without OPOST", ONLCR, "a\n");
  return 0;
}
