// inotify on a file: its own events, the end of its last name while it is open, hard links.
#include "inotify.h"

int main(void) {
  make_file("file", "0123", 0644);
  int in = inotify_init1(IN_CLOEXEC);
  SHOW(fcntl(in, F_GETFD));
  int wd = inotify_add_watch(in, "file", IN_ALL_EVENTS);
  int fd = open("file", O_RDWR);
  write(fd, "x", 1);
  show_events(in, "open and write");
  link("file", "second");
  show_events(in, "linked");
  unlink("file");
  show_events(in, "one name gone");
  rename("second", "third");
  show_events(in, "moved");
  unlink("third");
  show_events(in, "no name, but open");
  write(fd, "y", 1);
  show_events(in, "written without a name");
  close(fd);
  show_events(in, "gone");
  SHOW(inotify_rm_watch(in, wd));
  make_file("file", "", 0644);
  SHOW(inotify_add_watch(in, "file", IN_MODIFY | IN_ONESHOT));
  fd = open("file", O_RDWR);
  write(fd, "y", 1);
  write(fd, "y", 1);
  show_events(in, "once");
  SHOW(inotify_add_watch(in, "file", IN_MODIFY));
  SHOW(inotify_add_watch(in, "file", IN_ATTRIB));
  write(fd, "y", 1);
  show_events(in, "replaced mask");
  SHOW(inotify_add_watch(in, "file", IN_MODIFY | IN_MASK_ADD));
  write(fd, "y", 1);
  fchmod(fd, 0600);
  show_events(in, "added mask");
  SHOW(inotify_add_watch(in, "file", IN_MODIFY | IN_MASK_CREATE));
  SHOW(inotify_rm_watch(in, 3));
  show_events(in, "removed watch");
  SHOW(inotify_rm_watch(in, 3));
  // Truncation by name, and a memory of what is merged.
  inotify_add_watch(in, "file", IN_MODIFY | IN_CLOSE);
  truncate("file", 100);
  write(fd, "1", 1);
  write(fd, "2", 1);
  close(fd);
  show_events(in, "merged");
  return 0;
}
