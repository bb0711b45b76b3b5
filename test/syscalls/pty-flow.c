// Output stops and goes on: ^S and ^Q, IXANY, tcflow.
#include "pty.h"
static int master, slave;
static void put(const char *label, const char *text) {
  fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
  show(label, write(slave, text, strlen(text)));
  settle();
}
int main(void) {
  open_pair(&master, &slave);
  change(slave, IXON, 0, ECHO);
  type(master, "\023");
  put("stopped", "text");
  show_events("stopped", slave);
  show_available("screen", master);
  type(master, "x");
  put("an ordinary character does not start", "text");
  type(master, "\021");
  show_available("the echo comes now", master);
  put("started", "text");
  show_available("screen", master);
  change(slave, IXON | IXANY, 0, 0);
  type(master, "\023");
  put("stopped", "text");
  type(master, "y");
  put("IXANY: any character starts", "text");
  show_available("screen", master);
  show_available("typed", slave);
  SHOW(tcflow(slave, TCOOFF));
  put("TCOOFF", "text");
  type(master, "\021");
  SHOW(tcflow(slave, TCOON));
  put("TCOON", "text");
  show_available("screen", master);
  SHOW(tcflow(slave, TCIOFF));
  SHOW(tcflow(slave, TCION));
  settle();
  show_available("START and STOP to the other side", master);
  SHOW(tcflow(slave, 9));
  change(slave, 0, 0, 0);
  type(master, "\023\021");
  show_available("without IXON", slave);
  return 0;
}
