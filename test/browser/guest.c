/* The program of the browser test: one subject a word on the command line. */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int family(void)
{
	int sum = 0, ends[2];
	for (int i = 0; i < 3; i++) {
		pipe(ends);
		if (fork() == 0) {
			struct timespec pause = { 0, 20000000 };
			nanosleep(&pause, 0);
			printf("child %d\n", i);
			fflush(stdout);
			write(ends[1], &i, sizeof i);
			_exit(i);
		}
		int value, status;
		read(ends[0], &value, sizeof value);
		wait(&status);
		sum += value == WEXITSTATUS(status) ? value : 100;
	}
	printf("sum %d\n", sum);
	return 0;
}

static int files(void)
{
	char text[16] = "";
	int fd = open("/tmp/file", O_RDWR | O_CREAT, 0600);
	int written = write(fd, "hello", 5);
	pread(fd, text, sizeof text, 0);
	printf("written %d read %s\n", written, text);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "print";
	if (!strcmp(what, "family"))
		return family();
	if (!strcmp(what, "files"))
		return files();
	if (!strcmp(what, "crash"))
		return *(volatile int *)0;
	if (!strcmp(what, "upper")) {
		for (int c; (c = getchar()) != EOF;)
			putchar(toupper(c));
		return 0;
	}
	printf("hello %.3f %s\n", 3.25, what);
	return 7;
}
