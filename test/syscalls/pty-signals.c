// INTR, QUIT and SUSP: a signal for the foreground group, flushed buffers, the echo.
#include "pty.h"
static int master, slave;
static volatile sig_atomic_t got;
static void note(int signo) { got = signo; }
static void press(const char *label, const char *text) {
  got = 0;
  type(master, text);
  for (int i = 0; i < 100 && !got; i++) usleep(2000);
  printf("%s: %s\n", label, got ? sigabbrev_np(got) : "no signal");
  show_available("  screen", master);
  fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
  show_read("  read", slave, 100);
  fcntl(slave, F_SETFL, O_RDWR);
}
int main(void) {
  if (fork()) {
    int status;
    wait(&status);
    show_status("child", status);
    return 0;
  }
  setsid();
  open_pair(&master, &slave);
  SHOW(ioctl(slave, TIOCSCTTY, 0));
  signal(SIGINT, note), signal(SIGQUIT, note), signal(SIGTSTP, note), signal(SIGHUP, SIG_IGN);
  press("intr", "abc\003");
  press("quit", "abc\034");
  press("susp", "abc\032");
  tcflag_t all = ISIG | ICANON | ECHO | ECHOCTL;
  change(slave, ICRNL, OPOST, all | NOFLSH);
  press("intr with NOFLSH", "abc\003\n");
  change(slave, ICRNL, OPOST, all & ~ISIG);
  type(master, "abc\003\n");
  show_available("without ISIG", slave);
  show_available("screen", master);
  change(slave, ICRNL, OPOST, all);
  set_char(slave, VINTR, 'I');
  press("another character", "abI");
  set_char(slave, VINTR, _POSIX_VDISABLE);
  type(master, "abI\n");
  show_available("none", slave);
  show_available("screen", master);
  SHOW(ioctl(master, TIOCSIG, SIGQUIT));
  SHOW(got == SIGQUIT || (usleep(20000), got == SIGQUIT));
  SHOW(ioctl(master, TIOCSIG, 0));
  SHOW(ioctl(slave, TIOCSIG, SIGQUIT));
  return 7;
}
