// Process 1: in /proc, what signals to it come to, its group and its policy. It is nobody's child, and root's.
// needs: root
#include "report.h"
#include <dirent.h>
#include <sched.h>

static int listed(void) {
  DIR *folder = opendir("/proc");
  struct dirent *entry;
  int found = 0;
  while ((entry = readdir(folder)) != NULL) found += strcmp(entry->d_name, "1") == 0;
  closedir(folder);
  return found;
}
static void show_field(const char *path, const char *name) {
  char line[400];
  FILE *file = fopen(path, "r");
  if (file == NULL) die(path);
  while (fgets(line, sizeof line, file) != NULL)
    if (strncmp(line, name, strlen(name)) == 0) printf("%s", line);
  fclose(file);
}

int main(void) {
  struct stat now;
  char name[20];
  int pid, parent, group, session, fields = 0;
  SHOW(listed()), SHOW(stat("/proc/1", &now)), printf("%o %d\n", now.st_mode, now.st_uid);
  FILE *file = fopen("/proc/1/stat", "r");
  char line[1000], *at;
  if (file == NULL || fgets(line, sizeof line, file) == NULL) die("stat");
  for (at = strtok(line, " "); at != NULL; at = strtok(NULL, " ")) {
    fields++;
    if (fields == 1 || fields == 4) printf("%s\n", at);
    if (fields == 3) SHOW_TRUE(*at == 'S' || *at == 'R');
  }
  printf("%d fields\n", fields);
  show_field("/proc/1/status", "Pid:"), show_field("/proc/1/status", "PPid:"), show_field("/proc/1/status", "Uid:"), show_field("/proc/1/status", "TracerPid:");
  file = fopen("/proc/1/comm", "r");
  SHOW_TRUE(file != NULL && fgets(line, sizeof line, file) != NULL && strlen(line) > 1 && line[strlen(line) - 1] == '\n');
  SHOW_TRUE(access("/proc/1/cmdline", R_OK) == 0), SHOW_TRUE(access("/proc/1/cgroup", R_OK) == 0), SHOW_TRUE(access("/proc/1/none", R_OK) == 0);
  SHOW(kill(1, 0)), SHOW(kill(1, 99)), SHOW_TRUE(getpgid(1) >= 0), SHOW_TRUE(getsid(1) >= 0), SHOW_TRUE(sched_getscheduler(1) >= 0);
  IN_CHILD("as another user", setgid(7), setuid(7), SHOW(kill(1, 0)), SHOW(kill(1, SIGTERM)), SHOW(kill(1, SIGCONT)), SHOW(listed()), SHOW_TRUE(access("/proc/1/stat", R_OK) == 0), SHOW(readlink("/proc/1/exe", name, sizeof name)), SHOW(open("/proc/1/environ", O_RDONLY)));
  return 0;
}
