// /proc/self/fd: links that lead to what is open, and fdinfo.
#include "report.h"
#include <dirent.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
static void show_fd(const char *label, int fd, int cut) {
  char path[64], text[4096];
  sprintf(path, "/proc/self/fd/%d", fd);
  ssize_t count = readlink(path, text, sizeof text - 1);
  if (count < 0) {
    printf("%s: %s\n", label, strerrorname_np(errno));
    return;
  }
  text[count] = 0;
  if (cut) text[strcspn(text, "0123456789")] = 0;
  struct stat st;
  lstat(path, &st);
  printf("%s: %s %o\n", label, cut < 0 ? strrchr(text, '/') : text, st.st_mode);
}
int main(void) {
  int p[2], s[2];
  pipe(p), socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  show_fd("null", open("/dev/null", O_RDONLY), 0);
  show_fd("null, writing", open("/dev/null", O_WRONLY), 0);
  show_fd("pipe", p[0], 1);
  show_fd("pipe, writing", p[1], 1);
  show_fd("socket", s[0], 1);
  show_fd("epoll", epoll_create(1), 0);
  show_fd("eventfd", eventfd(3, 0), 0);
  show_fd("closed", 99, 0);
  make_file("file", "contents", 0600);
  int fd = open("file", O_RDWR);
  char path[64], text[200];
  sprintf(path, "/proc/self/fd/%d", fd);
  unlink("file");
  ssize_t count = readlink(path, text, sizeof text - 1);
  SHOW_TRUE(count > 10 && memcmp(text + count - 10, " (deleted)", 10) == 0);
  int again = open(path, O_RDONLY);
  SHOW_OK(again);
  show_file(path);
  SHOW(lseek(fd, 0, SEEK_CUR));
  sprintf(path, "/proc/self/fd/%d", p[0]);
  int writer = open(path, O_WRONLY);
  SHOW_OK(writer);
  write(writer, "through", 7);
  SHOW(read(p[0], text, sizeof text));
  sprintf(path, "/proc/self/fd/%d", s[0]);
  SHOW(open(path, O_RDWR));
  lseek(fd, 5, SEEK_SET);
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  sprintf(path, "/proc/self/fdinfo/%d", fd);
  FILE *info = fopen(path, "r");
  while (fgets(text, sizeof text, info))
    if (!strncmp(text, "pos", 3) || !strncmp(text, "flags", 5)) printf("%s", text);
  fclose(info);
  for (int i = 3; i < 1024; i++) close(i);
  dup2(1, 30);
  DIR *folder = opendir("/proc/self/fd");
  printf("numbers:");
  for (struct dirent *e; (e = readdir(folder));) printf(" %s", e->d_name);
  printf("\n");
  return 0;
}
