// The window's size, and SIGWINCH for the foreground group when it changes.
#include "pty.h"
static volatile sig_atomic_t resized;
static void note(int signo) { resized++; }
static void show_size(const char *label, int fd) {
  struct winsize size;
  memset(&size, 0xff, sizeof size);
  if (ioctl(fd, TIOCGWINSZ, &size)) die(label);
  printf("%s: %d rows %d columns %d %d\n", label, size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel);
}
int main(void) {
  if (fork()) {
    int status;
    wait(&status);
    show_status("child", status);
    return 0;
  }
  setsid();
  int master, slave;
  open_pair(&master, &slave);
  ioctl(slave, TIOCSCTTY, 0);
  signal(SIGWINCH, note);
  show_size("new", slave);
  struct winsize size = {24, 80, 640, 480};
  SHOW(ioctl(master, TIOCSWINSZ, &size));
  show_size("slave", slave);
  show_size("master", master);
  SHOW(resized);
  SHOW(ioctl(slave, TIOCSWINSZ, &size));
  SHOW(resized);
  size.ws_col = 132;
  SHOW(ioctl(slave, TIOCSWINSZ, &size));
  SHOW(resized);
  show_size("master", master);
  return 0;
}
