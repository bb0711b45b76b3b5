// open(2): which flags make what, and every refusal that does not depend on who asks.
#include "report.h"

#define OPEN(...) close_shown(show("open(" #__VA_ARGS__ ")", open(__VA_ARGS__)))
static void close_shown(long fd) { if (fd >= 0) close(fd); }

int main(void) {
  make_file("file", "hello", 0644);
  mkdir("folder", 0755);
  symlink("file", "link");
  symlink("nowhere", "dangling");
  symlink("folder", "folder-link");
  symlink("loop", "loop");
  mkfifo("fifo", 0644);
  close(0);
  OPEN("file", O_RDONLY);
  OPEN("file", O_RDONLY | O_CREAT | O_EXCL, 0600);
  OPEN("missing", O_RDONLY);
  OPEN("", O_RDONLY);
  OPEN("file/", O_RDONLY);
  OPEN("file/below", O_RDONLY);
  OPEN("file/.", O_RDONLY);
  OPEN("folder", O_RDONLY);
  OPEN("folder/", O_RDONLY);
  OPEN("folder", O_WRONLY);
  OPEN("folder", O_RDWR);
  OPEN("folder", O_RDONLY | O_CREAT, 0600);
  OPEN("folder/", O_WRONLY | O_CREAT, 0600);
  OPEN("new/", O_WRONLY | O_CREAT, 0600);
  OPEN("folder", O_RDONLY | O_TRUNC);
  OPEN("file", O_RDONLY | O_DIRECTORY);
  OPEN("link", O_RDONLY | O_NOFOLLOW);
  OPEN("folder-link", O_RDONLY | O_NOFOLLOW);
  OPEN("folder-link/", O_RDONLY | O_NOFOLLOW);
  OPEN("folder-link", O_RDONLY | O_NOFOLLOW | O_DIRECTORY);
  OPEN("loop", O_RDONLY);
  OPEN("loop", O_RDONLY | O_NOFOLLOW);
  OPEN("dangling", O_RDONLY);
  OPEN("dangling", O_RDONLY | O_CREAT | O_EXCL, 0600);
  OPEN("dangling", O_WRONLY | O_CREAT, 0600);
  SHOW(access("nowhere", F_OK));
  OPEN("link", O_RDONLY | O_CREAT | O_EXCL, 0600);
  OPEN("missing/file", O_WRONLY | O_CREAT, 0600);
  OPEN("folder/../file", O_RDONLY);
  OPEN("missing/../file", O_RDONLY);
  OPEN("file/../file", O_RDONLY);
  OPEN(".", O_RDONLY | O_DIRECTORY);
  OPEN("..", O_RDONLY);
  OPEN("/", O_RDONLY);
  OPEN("//..//../", O_RDONLY);
  OPEN((char *)8, O_RDONLY);
  OPEN("fifo", O_WRONLY | O_NONBLOCK);
  OPEN("fifo", O_RDONLY | O_NONBLOCK);
  OPEN("fifo", O_RDWR);
  OPEN("/dev/null/x", O_RDONLY);

  char name[300];
  memset(name, 'n', sizeof name);
  name[256] = 0;
  SHOW(open(name, O_RDONLY));
  name[255] = 0;
  SHOW(open(name, O_RDONLY));
  static char path[5000];
  for (int i = 0; i < 4094; i += 2) memcpy(path + i, "./", 3);
  SHOW(open(path, O_RDONLY));
  strcat(path, ".");
  SHOW(open(path, O_RDONLY));
  close(0);
  strcat(path, "/");
  SHOW(open(path, O_RDONLY));

  umask(027);
  int fd = open("made", O_WRONLY | O_CREAT, 06777);
  struct stat info;
  fstat(fd, &info);
  printf("made: %o\n", info.st_mode);
  SHOW(fcntl(fd, F_GETFL));
  SHOW(read(fd, name, 1));
  SHOW(write(fd, "abc", 3));
  close(fd);
  fd = open("made", O_RDONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_LARGEFILE);
  printf("flags %o, descriptor flags %d\n", fcntl(fd, F_GETFL), fcntl(fd, F_GETFD));
  SHOW(write(fd, "abc", 3));
  close(fd);
  fd = open("made", 3);
  printf("flags %o\n", fcntl(fd, F_GETFL));
  SHOW(read(fd, name, 1));
  SHOW(write(fd, "abc", 3));
  close(fd);
  fd = open("made", O_RDWR | O_TRUNC);
  fstat(fd, &info);
  printf("size %ld\n", (long)info.st_size);
  close(fd);
  fd = open("read-only", O_RDWR | O_CREAT, 0400);
  SHOW(write(fd, "abc", 3));
  close(fd);
  show_file("read-only");
  SHOW(creat("folder", 0600));
  fd = creat("file", 0600);
  show_file("file");
  return 0;
}
