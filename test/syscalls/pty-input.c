// Input processing, flag by flag.
#include "pty.h"
static int master, slave;
static void in(const char *label, tcflag_t iflag, tcflag_t lflag, const char *text) {
  change(slave, iflag, 0, lflag);
  type(master, text);
  show_available(label, slave);
}
int main(void) {
  open_pair(&master, &slave);
  in("nothing", 0, 0, "A\r\n\377b");
  in("ICRNL", ICRNL, 0, "a\r\n");
  in("INLCR", INLCR, 0, "a\r\n");
  in("IGNCR", IGNCR | ICRNL, 0, "a\r\nb\r");
  in("ISTRIP", ISTRIP, 0, "\341\342\377");
  in("IUCLC without IEXTEN", IUCLC, 0, "ABc");
  in("IUCLC", IUCLC, IEXTEN, "ABc");
  in("PARMRK", PARMRK, 0, "a\377b");
  in("PARMRK with ISTRIP", PARMRK | ISTRIP, 0, "a\377b");
  in("INLCR in lines", INLCR, ICANON, "a\nb\r");
  in("their end", 0, ICANON, "\n");
  in("ICRNL in lines", ICRNL, ICANON, "a\rb\n");
  return 0;
}
