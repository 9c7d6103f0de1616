/*
 * Makes the kinds of system calls that published descriptions of IoT bots tell of, in their order:
 * talks to a peer and reads a line from it, forks, lets its parent go, opens sockets in the child,
 * and forks a worker. Nothing is sent but one request for the guest's own page.
 *
 * The families test fork's result in two ways, and a kernel without processes, whose fork fails
 * with -1, tells them apart. LEAVES(fork()) is one of them:
 *
 *     result > 0    the refused parent goes on, as if it were the child
 *     result != 0   the refused parent takes -1 for a child, and leaves as after a success
 *
 * Exits 0 in both. What it prints tells which parts ran. (Antonakakis et al., Understanding the
 * Mirai Botnet, USENIX Security 2017, describe such programs.)
 */
#include "guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>

static void tell(const char *what, int result)
{
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "ok");
    fflush(stdout); /* or a child would say it again */
}

/* The guest's own web service stands for the peer. */
static void talk(void)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(80)};
    char line[64] = "";
    int connection = socket(AF_INET, SOCK_STREAM, 0);

    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    tell("connect", connect(connection, (struct sockaddr *)&peer, sizeof peer));
    tell("send", send(connection, request, sizeof request - 1, 0));
    tell("receive", recv(connection, line, sizeof line - 1, 0));
    line[strcspn(line, "\r\n")] = '\0';
    printf("peer: %s\n", line);
    close(connection);
}

static void open_sockets(void)
{
    tell("UDP socket", socket(AF_INET, SOCK_DGRAM, 0));
    tell("raw socket", socket(AF_INET, SOCK_RAW, IPPROTO_TCP));
}

int main(void)
{
    pid_t child;

    only_in_a_guest();
    talk();
    child = fork();
    if (child < 0)
        tell("fork", child);
    if (LEAVES(child))
        return 0;
    setsid();
    open_sockets();
    child = fork();
    tell("worker", child);
    return 0;
}
