/* make-namespaces N: N processes, each in a network namespace of its own with one listener. Prints "ready", ends with its input. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
	int n = argc > 1 ? atoi(argv[1]) : 200, done[2];
	if (pipe(done) < 0) return 1;
	for (int i = 0; i < n; i++)
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (unshare(CLONE_NEWNET) < 0) return 1;
			struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(8080)};
			int s = socket(AF_INET, SOCK_STREAM, 0);
			if (bind(s, (void *)&a, sizeof a) < 0 || listen(s, 128) < 0) return 1;
			if (write(done[1], "x", 1) != 1) return 1;
			pause();
			return 0;
		}
	char c;
	for (int i = 0; i < n; i++)
		if (read(done[0], &c, 1) != 1) return 1;
	puts("ready");
	fflush(stdout);
	while (read(0, &c, 1) > 0);
	return 0;
}
