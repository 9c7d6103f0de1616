/*
 * Opens as many sockets as there can be, and sends as many bytes as they take, to a listener of its
 * own that does not read and to the server. Calls fail as they should, and the server serves others
 * meanwhile.
 */
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

enum { PORT = 4000, FILES = 2000 };

static int sockets[FILES], count;

static int connected_to(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int it = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (it >= 0) connect(it, (struct sockaddr *)&address, sizeof address);
  return it;
}

static void close_all(void) {
  while (count) close(sockets[--count]);
}

static void check_numbers(int type) {
  int it;
  while ((it = socket(AF_INET, type, 0)) >= 0) sockets[count++] = it;
  tell(it, "the last one");
  printf("%d\n", count);
  close_all();
}

static void check_bytes(void) {
  static char bytes[65536];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), it;

  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  tell(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
  tell(listen(listener, 128), "listen");
  while (count < 300 && (it = connected_to(PORT)) >= 0) {
    sockets[count++] = it;
    struct pollfd ready = {listener, POLLIN, 0};
    poll(&ready, 1, 1000);
    if ((it = accept(listener, NULL, NULL)) >= 0) sockets[count++] = it;
  }
  printf("%d sockets\n", count);
  long total = 0, n;
  for (int round = 0; round < 5; round++)
    for (int i = 0; i < count; i++)
      if ((n = send(sockets[i], bytes, sizeof bytes, MSG_DONTWAIT | MSG_NOSIGNAL)) > 0) total += n;
  printf("%s\n", total > 1000000 ? "many bytes" : "few bytes");
  close_all();
  close(listener);
}

static void check_server(void) {
  int it;
  while ((it = connected_to(80)) >= 0) {
    sockets[count++] = it;
    if (send(it, "GET / HT", 8, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) continue;
  }
  printf("%s connections to the server\n", count > 900 ? "many" : "few");
  poll(NULL, 0, 300); /* so that the server has all of them at once */
  close_all();
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  topic("many");
  for (int round = 0; round < 2; round++) {
    check_numbers(SOCK_STREAM);
    check_numbers(SOCK_DGRAM);
    check_bytes();
    check_server();
  }
  char line[16] = "";
  int it = connected_to(80);
  poll(&(struct pollfd){it, POLLOUT, 0}, 1, 2000);
  tell(send(it, "GET / HTTP/1.0\r\n\r\n", 18, 0), "send");
  poll(&(struct pollfd){it, POLLIN, 0}, 1, 2000);
  tell(recv(it, line, 12, 0), "recv");
  printf("%s\n", line + 9);
  return 0;
}
