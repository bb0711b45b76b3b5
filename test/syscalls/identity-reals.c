// needs: root
// setreuid and setregid: every combination of real, effective and saved, as root and as a user.
#include "report.h"

static void show_ids(void) {
  uid_t r, e, s;
  getresuid(&r, &e, &s);
  printf("  %d %d %d\n", r, e, s);
}
#define TRY(call) printf("%s: %s\n", #call, (call) ? strerrorname_np(errno) : "ok"), show_ids()

int main(void) {
  IN_CHILD("root", TRY(setreuid(1000, -1)); TRY(setreuid(-1, 1001)); TRY(setreuid(1001, 1000)); TRY(setreuid(0, 0)));
  IN_CHILD("swapping", TRY(setresuid(1000, 1001, 1002)); TRY(setreuid(1001, 1000)); TRY(setreuid(-1, 1002)); TRY(setreuid(1002, -1)); TRY(seteuid(1000)); TRY(setuid(1001)));
  IN_CHILD("setuid", TRY(setresuid(1000, 1001, 1002)); TRY(setuid(1002)); TRY(setuid(1000)); TRY(setuid(1001)); TRY(setresuid(-1, -1, 1000)); TRY(setresuid(1001, 1001, 1001)));
  IN_CHILD("back", TRY(setresuid(1000, 1000, 0)); TRY(seteuid(0)); TRY(setuid(1000)));
  return 0;
}
