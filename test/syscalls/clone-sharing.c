// clone: what each sharing flag shares, and what is copied without it.
#include "clone.h"

static volatile int memory;
static int count_signals;
static void handler(int signo) { (void)signo; count_signals++; }

static int act(void *unused) {
  (void)unused;
  memory = 7;
  if (open("file", O_RDWR | O_CREAT, 0600) < 0 || chdir("folder")) return 1;
  umask(077);
  signal(SIGUSR1, SIG_IGN);
  return 3;
}

static void look(const char *label, int flags) {
  memory = 1;
  umask(022);
  signal(SIGUSR1, handler);
  if (chdir(getenv("START"))) die("chdir");
  pid_t pid = start(flags, act, NULL);
  show_end(label, pid);
  struct sigaction action;
  sigaction(SIGUSR1, NULL, &action);
  printf("  memory %d, descriptor %s, folder %s, umask %s, actions %s\n", memory == 7, fcntl(3, F_GETFD) < 0 ? "own" : "shared",
         access("folder", F_OK) ? "shared" : "own", umask(022) == 077 ? "shared" : "own",
         action.sa_handler == SIG_IGN ? "shared" : "own");
  close(3);
}

int main(void) {
  char start_folder[512];
  mkdir("folder", 0777);
  setenv("START", getcwd(start_folder, sizeof start_folder), 1);
  look("0x11", SIGCHLD);
  look("0x411", CLONE_FILES | SIGCHLD);
  look("0x511", CLONE_VM | CLONE_FILES | SIGCHLD);
  look("0x500", CLONE_VM | CLONE_FILES);
  look("0x211", CLONE_FS | SIGCHLD);
  look("0x911", CLONE_VM | CLONE_SIGHAND | SIGCHLD);
  look("0xf11", CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | SIGCHLD);
  look("0x4111", CLONE_VM | CLONE_VFORK | SIGCHLD);
  return 0;
}
