/* Asking the service for its page: whether it is up, and whenever the host wants to know. */
#define _GNU_SOURCE
#include "agent.h"
#include "parts.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_LIMIT = 1024 * 1024 + 16 * 1024 }; /* a page and its headers */

static const long long READINESS_PROBE_NS = 2000000000LL, READINESS_PAUSE_NS = 2000000LL;

int port;
static bool service_up;

static struct {
  int socket;
  bool sent, readiness;
  long long since, deadline;
  size_t received;
} probe = {.socket = -1};
static long long next_readiness;

static void end_probe(int error) {
  close(probe.socket);
  probe.socket = -1;
  if (probe.readiness) {
    if (error == 0 && probe.received > 0) {
      emit(EV_SERVICE_UP, "", 0);
      service_up = true;
    }
    next_readiness = now() + READINESS_PAUSE_NS;
    return;
  }
  unsigned char payload[64];
  unsigned char *end = put(payload, (uint64_t)(now() - probe.since), 8);
  const char *name = error ? error_name(error) : "";
  memcpy(end, name, strlen(name));
  emit(EV_PROBE, payload, 8 + strlen(name));
}

static void start_probe(bool readiness, long long timeout) {
  probe.sent = false;
  probe.readiness = readiness;
  probe.received = 0;
  probe.since = now();
  probe.deadline = probe.since + timeout;
  probe.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe.socket < 0 || probe.socket >= FD_SETSIZE) {
    end_probe(probe.socket < 0 ? errno : EMFILE);
    return;
  }
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(probe.socket, (struct sockaddr *)&address, sizeof address) < 0 &&
      errno != EINPROGRESS)
    end_probe(errno);
}

static void go_on_with_probe(bool writable, bool readable) {
  if (writable && !probe.sent) {
    static const char request[] =
        "GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: malassay\r\n\r\n";
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(probe.socket, SOL_SOCKET, SO_ERROR, &error, &length);
    if (!error &&
        send(probe.socket, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1)
      error = errno;
    if (error) end_probe(error);
    probe.sent = true;
  } else if (readable && probe.sent) {
    static char chunk[CHUNK];
    ssize_t n = read(probe.socket, chunk, sizeof chunk);
    if (n > 0) {
      probe.received += (size_t)n;
      if (!probe.readiness) emit(EV_PROBE_BYTES, chunk, (size_t)n);
      if (probe.received >= ANSWER_LIMIT) end_probe(0);
    } else if (n == 0) {
      end_probe(0);
    } else if (errno != EAGAIN && errno != EINTR) {
      end_probe(errno);
    }
  }
}

void ask(long long timeout) {
  if (probe.socket >= 0) fail("one probe at a time");
  start_probe(false, timeout);
}

static bool is_readiness_due_next(void) { return !service_up && service > 0 && probe.socket < 0; }

long long probe_watch(fd_set *readable, fd_set *writable, int *highest) {
  if (!probe.sent) {
    watch(probe.socket, writable, highest);
  } else if (room_for_chunk()) {
    watch(probe.socket, readable, highest);
  }
  if (is_readiness_due_next()) return next_readiness;
  return probe.socket >= 0 ? probe.deadline : LLONG_MAX;
}

void probe_go_on(fd_set *readable, fd_set *writable) {
  if (probe.socket >= 0 && room_for_chunk())
    go_on_with_probe(is_ready(probe.socket, writable), is_ready(probe.socket, readable));
  if (probe.socket >= 0 && now() >= probe.deadline) end_probe(ETIMEDOUT);
  if (is_readiness_due_next() && now() >= next_readiness) start_probe(true, READINESS_PROBE_NS);
}
