// The settings of a new terminal, and reading back what was set in all three structs.
#include "report.h"
#include <asm/termbits.h>
#include <sys/ioctl.h>
struct termio_ { unsigned short i, o, c, l; unsigned char line, cc[8]; };
#define TCGETA_ 0x5405
#define TCSETA_ 0x5406
static void show_settings(const char *label, struct termios *t) {
  printf("%s: %o %o %o %o line %d cc", label, t->c_iflag, t->c_oflag, t->c_cflag, t->c_lflag, t->c_line);
  for (int i = 0; i < 17; i++) printf(" %d", t->c_cc[i]);
  printf("\n");
}
int main(void) {
  int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), zero = 0, number;
  ioctl(master, TIOCSPTLCK, &zero);
  ioctl(master, TIOCGPTN, &number);
  char path[40];
  sprintf(path, "/dev/pts/%d", number);
  int slave = open(path, O_RDWR | O_NOCTTY);
  struct termios t;
  struct termios2 u;
  struct termio_ v;
  SHOW(ioctl(slave, TCGETS, &t));
  show_settings("new", &t);
  SHOW(ioctl(master, TCGETS, &t));
  show_settings("through the master", &t);
  SHOW(ioctl(slave, TCGETS2, &u));
  printf("speeds %u %u\n", u.c_ispeed, u.c_ospeed);
  t.c_cflag = (t.c_cflag & ~CBAUD) | B9600;
  SHOW(ioctl(slave, TCSETS, &t));
  SHOW(ioctl(slave, TCGETS2, &u));
  printf("speeds %u %u\n", u.c_ispeed, u.c_ospeed);
  u.c_cflag = (u.c_cflag & ~CBAUD) | B115200;
  SHOW(ioctl(slave, TCSETS2, &u));
  SHOW(ioctl(slave, TCGETS2, &u));
  printf("speeds %u %u, cflag %o\n", u.c_ispeed, u.c_ospeed, u.c_cflag);
  t.c_iflag = 0xffffffff;
  t.c_cflag |= CSTOPB | PARENB;
  t.c_cflag &= ~(CSIZE | CREAD);
  SHOW(ioctl(slave, TCSETSW, &t));
  SHOW(ioctl(slave, TCGETS, &t));
  show_settings("8 bits at least", &t);
  SHOW(ioctl(slave, TCGETA_, &v));
  printf("termio %o %o %o %o cc %d %d %d %d %d %d %d %d\n", v.i, v.o, v.c, v.l, v.cc[0], v.cc[1], v.cc[2], v.cc[3],
         v.cc[4], v.cc[5], v.cc[6], v.cc[7]);
  v.i = ICRNL, v.cc[0] = 1;
  SHOW(ioctl(slave, TCSETA_, &v));
  SHOW(ioctl(slave, TCGETS, &t));
  show_settings("termio", &t);
  int value = -1;
  SHOW(ioctl(slave, TIOCGETD, &value));
  SHOW(value);
  SHOW(ioctl(slave, TIOCEXCL));
  SHOW(ioctl(slave, TIOCGEXCL, &value));
  SHOW(value);
  SHOW(ioctl(slave, TIOCNXCL));
  SHOW(ioctl(slave, TCGETS, 8));
  SHOW(ioctl(slave, TCSETS, 8));
  return 0;
}
