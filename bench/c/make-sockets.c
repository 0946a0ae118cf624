/*
 * make-sockets N: N established TCP sockets (N/2 loopback pairs, every tenth over IPv6) in the present network namespace.
 * Spread over processes, because a process may hold only so many descriptors. Prints "ready", ends when its input ends.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#define PAIRS_A_PROCESS 8000

static int listener(int v6, int port) {
	int s = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0), one = 1;
	struct sockaddr_in6 a6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_in a4 = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(s, v6 ? (void *)&a6 : (void *)&a4, v6 ? sizeof a6 : sizeof a4) < 0 || listen(s, 4096) < 0) {
		perror("listen");
		exit(1);
	}
	return s;
}

static void pair(int v6, int port, int l) {
	int c = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in6 a6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_in a4 = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	if (connect(c, v6 ? (void *)&a6 : (void *)&a4, v6 ? sizeof a6 : sizeof a4) < 0 || accept(l, NULL, NULL) < 0) {
		perror("pair");
		exit(1);
	}
}

int main(int argc, char **argv) {
	int pairs = (argc > 1 ? atoi(argv[1]) : 1000) / 2;
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	int done[2];
	if (pipe(done) < 0) return 1;
	int children = 0;
	for (int left = pairs; left > 0; left -= PAIRS_A_PROCESS, children++) {
		int mine = left < PAIRS_A_PROCESS ? left : PAIRS_A_PROCESS;
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			int port = 10000 + children * 2;
			int l4 = listener(0, port), l6 = listener(1, port + 1);
			for (int i = 0; i < mine; i++) {
				int v6 = i % 10 == 0;
				pair(v6, v6 ? port + 1 : port, v6 ? l6 : l4);
			}
			if (write(done[1], "x", 1) != 1) return 1;
			pause();
			return 0;
		}
	}
	char c;
	for (int i = 0; i < children; i++)
		if (read(done[0], &c, 1) != 1) return 1;
	puts("ready");
	fflush(stdout);
	while (read(0, &c, 1) > 0);
	return 0;
}
