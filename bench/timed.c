/* timed LIMIT PROGRAM ARGS...: runs a program and writes to descriptor 3 what it and all its descendants took:
 *   wall user system thread queued peak status
 * in microseconds and KiB; `thread` is the CPU time of the main thread of the program alone and `queued` how long it
 * was ready but others had the processor (-1: unknown), `status` as a shell gives it, 124
 * when LIMIT seconds passed. Children that lose their parent come to us, so none is left out; whoever outlives the
 * program is killed. Native, not a guest. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile pid_t child;
static volatile sig_atomic_t late, stopped;

static void on_alarm(int signo)
{
	if (signo == SIGALRM)
		late = 1;
	else
		stopped = signo;
	kill(-child, SIGKILL);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static double microseconds(struct timeval t)
{
	return t.tv_sec * 1e6 + t.tv_usec;
}

/* CPU time of the thread that leads a process that has ended but was not yet waited for, and its time in the queue. */
static void leader(pid_t pid, double *ran, double *queued)
{
	char path[64];
	double nanoseconds[2];
	*ran = *queued = -1;
	snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", pid, pid);
	FILE *file = fopen(path, "r");
	if (!file)
		return;
	if (fscanf(file, "%lf %lf", &nanoseconds[0], &nanoseconds[1]) == 2)
		*ran = nanoseconds[0] / 1e3, *queued = nanoseconds[1] / 1e3;
	fclose(file);
}

int main(int argc, char **argv)
{
	siginfo_t info;
	struct rusage usage;
	int status = 0, ended;
	if (argc < 3)
		return 2;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fcntl(3, F_SETFD, FD_CLOEXEC);
	double start = now();
	child = fork();
	if (child == 0) {
		setsid();
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	struct sigaction action = { .sa_handler = on_alarm };
	sigaction(SIGALRM, &action, 0);
	sigaction(SIGINT, &action, 0);
	sigaction(SIGTERM, &action, 0);
	alarm(atoi(argv[1]));
	while (waitid(P_PID, child, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	double wall = now() - start, thread, queued;
	leader(child, &thread, &queued);
	alarm(0);
	kill(-child, SIGKILL);
	for (;;) {
		pid_t pid = wait(&ended);
		if (pid < 0 && errno != EINTR)
			break;
		if (pid == child)
			status = ended;
	}
	getrusage(RUSAGE_CHILDREN, &usage);
	int code = late ? 124 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	dprintf(3, "%.0f %.0f %.0f %.0f %.0f %ld %d\n", wall, microseconds(usage.ru_utime), microseconds(usage.ru_stime), thread,
		queued, usage.ru_maxrss, code);
	return stopped ? 128 + stopped : 0;
}
