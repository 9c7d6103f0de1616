/*
 * The web server that is the first process, and the only program, of its machine. Its kernel has
 * just enough of Linux for it and for what is put into it.
 *
 *   GET  /, /index.html          the page
 *   POST /debug/sample/NAME      the body becomes the file /tmp/NAME
 *   POST /debug/run              runs that file; the answer is the agent's frames (agent.c), and
 *                                ends when they do. The body is the agent's command to run it.
 *
 * The two debug endpoints stand in for the remote code execution that an attacker would have found.
 *
 * No connection makes another one wait: nothing here blocks, a connection that does not get on is
 * closed, and when all places are taken the oldest one goes. No memory is allocated.
 *
 * When this process ends, the kernel panics, and so the guest ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agent.h"

#define PAGE "/var/www/html/index.html"
#define SAMPLES "/tmp/"

enum {
  PORT = 80,
  CONNECTIONS = 256, /* of the 1024 descriptors that select(2) knows */
  BACKLOG = 256,
  TEXT_SIZE = 4096,
  NAME_LIMIT = 100,
  CHUNK = 64 * 1024
};

static const long long PATIENCE_NS = 10000000000LL;

struct connection {
  int socket; /* -1: a free place */
  enum {
    READ_HEAD,
    READ_SAMPLE,
    READ_RUN,
    WRITE_TEXT,
    WRITE_PAGE,
    LINGER /* a close with unread bytes would take the answer back */
  } state;
  bool runs;            /* goes to the agent after the text */
  char text[TEXT_SIZE]; /* the request's head, then the answer's */
  size_t length, sent;
  uint64_t left; /* of a body, or of the page */
  int page;      /* -1: none */
  long long since, deadline;
};

static int listener = -1;
static struct connection connections[CONNECTIONS];

/* One sample a guest. */
static struct {
  char path[sizeof SAMPLES + NAME_LIMIT];
  int file;
  bool complete;
  struct connection *from;
} sample = {.file = -1};

static struct {
  unsigned char payload[64 * 1024];
  size_t length;
  bool taken; /* from then on nobody else may ask */
  struct connection *from;
} run;

/* ---- connections ---- */

static void end(struct connection *c) {
  close(c->socket);
  if (c->page >= 0) close(c->page);
  if (sample.from == c) { /* half a sample is none */
    close(sample.file);
    unlink(sample.path);
    sample.from = NULL;
  }
  if (run.from == c) { /* it was not there to see the sample start */
    run.from = NULL;
    run.taken = false;
  }
  c->socket = -1;
}

static struct connection *place(void) {
  struct connection *oldest = connections;
  for (struct connection *c = connections; c < connections + CONNECTIONS; c++) {
    if (c->socket < 0) return c;
    if (c->since < oldest->since) oldest = c;
  }
  end(oldest);
  return oldest;
}

static void gets_on(struct connection *c) { c->deadline = now() + PATIENCE_NS; }

static void welcome(void) {
  for (int i = 0; i < BACKLOG; i++) {
    int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return;
    struct connection *c = place();
    c->socket = socket;
    c->state = READ_HEAD;
    c->runs = false;
    c->length = c->sent = 0;
    c->page = -1;
    c->since = now();
    gets_on(c);
  }
}

/* ---- answers ---- */

static void answer_with_page(struct connection *c, const char *status, const char *type,
                             uint64_t length) {
  c->length = (size_t)snprintf(c->text, sizeof c->text,
                               "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %llu\r\n"
                               "Connection: close\r\n\r\n",
                               status, type, (unsigned long long)length);
  c->sent = 0;
  c->state = WRITE_TEXT;
  gets_on(c);
}

/* With a status and a reason, which is the body too. */
static void answer(struct connection *c, const char *status) {
  answer_with_page(c, status, "text/plain", strlen(status) + 1);
  c->length += (size_t)snprintf(c->text + c->length, sizeof c->text - c->length, "%s\n", status);
}

static void answer_page(struct connection *c, bool head_only) {
  int page = open(PAGE, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat facts;
  if (page < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    answer(c, "404 Not Found");
  } else if (page < 0 || fstat(page, &facts) < 0 || !S_ISREG(facts.st_mode)) {
    if (page >= 0) close(page);
    answer(c, "500 Internal Server Error");
  } else {
    c->page = page;
    c->left = head_only ? 0 : (uint64_t)facts.st_size;
    answer_with_page(c, "200 OK", "text/html", (uint64_t)facts.st_size);
  }
}

static void write_text(struct connection *c) {
  ssize_t n = send(c->socket, c->text + c->sent, c->length - c->sent, c->page >= 0 ? MSG_MORE : 0);
  if (n < 0) {
    if (errno != EAGAIN) end(c);
    return;
  }
  gets_on(c);
  c->sent += (size_t)n;
  if (c->sent < c->length) return;
  if (c->runs) {
    agent_run(sample.path, run.payload, run.length, c->socket);
    c->socket = -1;
    run.from = NULL;
  } else if (c->page >= 0) {
    c->state = WRITE_PAGE;
  } else {
    shutdown(c->socket, SHUT_WR);
    c->state = LINGER;
  }
}

static void write_page(struct connection *c) {
  if (c->left > 0) {
    ssize_t n = sendfile(c->socket, c->page, NULL, c->left < CHUNK ? c->left : CHUNK);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) { /* gone, or the page has shrunk meanwhile */
      end(c);
      return;
    }
    c->left -= (uint64_t)n;
    gets_on(c);
  }
  if (c->left == 0) {
    close(c->page);
    c->page = -1;
    shutdown(c->socket, SHUT_WR);
    c->state = LINGER;
  }
}

/* ---- requests ---- */

/* The value of a header, to the end of its line; NULL when there is none. */
static const char *header(const char *lines, const char *name) {
  size_t length = strlen(name);
  while (lines && !(strncasecmp(lines, name, length) == 0 && lines[length] == ':')) {
    lines = strstr(lines, "\r\n");
    if (lines) lines += 2;
  }
  return lines ? lines + length + 1 + strspn(lines + length + 1, " \t") : NULL;
}

/* False when it is no number of at most 18 digits. */
static bool parse_length(const char *text, uint64_t *length) {
  size_t digits = strspn(text, "0123456789"), blanks = strspn(text + digits, " \t");
  if (digits == 0 || digits > 18 || text[digits + blanks] != '\r') return false;
  *length = strtoull(text, NULL, 10);
  return true;
}

static bool is_name(const char *name) {
  size_t length = strlen(name);
  return length >= 1 && length <= NAME_LIMIT && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
         strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-") ==
             length;
}

static void end_sample(struct connection *c) {
  close(sample.file);
  sample.from = NULL;
  sample.complete = true;
  answer(c, "200 OK");
}

static void take_sample(struct connection *c, const char *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t n = write(sample.file, bytes + done, length - done);
    if (n < 0) {
      close(sample.file);
      unlink(sample.path);
      sample.from = NULL;
      answer(c, errno == ENOSPC ? "413 Content Too Large" : "500 Internal Server Error");
      return;
    }
    done += (size_t)n;
  }
  c->left -= length;
  if (c->left == 0) end_sample(c);
}

static void start_sample(struct connection *c, const char *name) {
  struct statvfs space;
  if (!is_name(name)) {
    answer(c, "400 Bad Request: no safe file name");
  } else if (sample.from || sample.complete) {
    answer(c, "409 Conflict: one sample a guest");
  } else if (statvfs(SAMPLES, &space) == 0 && c->left > (uint64_t)space.f_bavail * space.f_bsize) {
    answer(c, "413 Content Too Large");
  } else {
    snprintf(sample.path, sizeof sample.path, SAMPLES "%s", name);
    sample.file = open(sample.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    if (sample.file < 0) {
      answer(c, "500 Internal Server Error");
      return;
    }
    sample.from = c;
    c->state = READ_SAMPLE;
    if (c->left == 0) end_sample(c);
  }
}

static void take_run(struct connection *c, const char *bytes, size_t length) {
  memcpy(run.payload + run.length, bytes, length);
  run.length += length;
  c->left -= length;
  if (c->left > 0) return;
  if (!agent_understands(run.payload, run.length)) {
    run.from = NULL;
    answer(c, "400 Bad Request: not the agent's command");
    return;
  }
  run.taken = true;
  c->runs = true;
  c->length = (size_t)snprintf(c->text, sizeof c->text,
                               "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                               "Connection: close\r\n\r\n");
  c->sent = 0;
  c->state = WRITE_TEXT;
}

static void start_run(struct connection *c) {
  if (!sample.complete) {
    answer(c, "409 Conflict: no sample yet");
  } else if (run.from || run.taken) {
    answer(c, "409 Conflict: one sample a guest");
  } else if (c->left > sizeof run.payload) {
    answer(c, "413 Content Too Large");
  } else {
    run.from = c;
    run.length = 0;
    c->state = READ_RUN;
    if (c->left == 0) take_run(c, "", 0);
  }
}

static void take_body(struct connection *c, const char *bytes, size_t length) {
  if (length > c->left) length = c->left;
  if (c->state == READ_SAMPLE) {
    take_sample(c, bytes, length);
  } else if (c->state == READ_RUN) {
    take_run(c, bytes, length);
  }
}

/* The head is there, blank line included, and as much of the body as came with it. */
static void obey(struct connection *c, size_t head_length) {
  bool is_text = strlen(c->text) >= head_length;
  char *lines = strstr(c->text, "\r\n"), *body = c->text + head_length;
  size_t body_length = c->length - head_length;
  if (is_text) *lines = 0;
  char *target = is_text ? strchr(c->text, ' ') : NULL;
  char *version = target ? strchr(target + 1, ' ') : NULL;
  if (!version || strncmp(version, " HTTP/1.", 8) != 0) {
    answer(c, "400 Bad Request");
    return;
  }
  body[-2] = 0; /* ends the lines of the head */
  lines += 2;
  *target++ = *version = 0;
  target[strcspn(target, "?")] = 0;

  static const char sample_prefix[] = "/debug/sample/";
  bool head_only = strcmp(c->text, "HEAD") == 0, get = strcmp(c->text, "GET") == 0;
  bool post = strcmp(c->text, "POST") == 0;
  bool page = strcmp(target, "/") == 0 || strcmp(target, "/index.html") == 0;
  bool to_sample = strncmp(target, sample_prefix, strlen(sample_prefix)) == 0;
  bool to_run = strcmp(target, "/debug/run") == 0;
  const char *length = header(lines, "Content-Length"), *expects = header(lines, "Expect");

  if (!page && !to_sample && !to_run) {
    answer(c, "404 Not Found");
  } else if (page ? !get && !head_only : !post) {
    answer(c, "405 Method Not Allowed");
  } else if (page) {
    answer_page(c, head_only);
  } else if (!length || header(lines, "Transfer-Encoding")) {
    answer(c, "411 Length Required");
  } else if (!parse_length(length, &c->left)) {
    answer(c, "400 Bad Request: Content-Length");
  } else {
    static const char go_ahead[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (expects && body_length < c->left)
      (void)!send(c->socket, go_ahead, strlen(go_ahead), 0);
    if (to_sample) {
      start_sample(c, target + strlen(sample_prefix));
    } else {
      start_run(c);
    }
    take_body(c, body, body_length);
  }
}

static void read_head(struct connection *c) {
  ssize_t n = recv(c->socket, c->text + c->length, sizeof c->text - 1 - c->length, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    end(c);
    return;
  }
  c->length += (size_t)n;
  c->text[c->length] = 0;
  char *blank_line = memmem(c->text, c->length, "\r\n\r\n", 4);
  if (blank_line) {
    obey(c, (size_t)(blank_line + 4 - c->text));
  } else if (c->length == sizeof c->text - 1) {
    answer(c, "431 Request Header Fields Too Large");
  }
}

/* Of a body, or of what nobody waits for. */
static void read_on(struct connection *c) {
  static char bytes[CHUNK];
  ssize_t n = recv(c->socket, bytes, sizeof bytes, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    end(c);
  } else if (c->state != LINGER) {
    gets_on(c);
    take_body(c, bytes, (size_t)n);
  }
}

/* ---- the loop ---- */

static bool reads(const struct connection *c) {
  return c->state != WRITE_TEXT && c->state != WRITE_PAGE;
}

static void go_on(struct connection *c) {
  if (c->state == READ_HEAD) {
    read_head(c);
  } else if (reads(c)) {
    read_on(c);
  }
  /* Most answers are written at once. */
  if (c->socket >= 0 && c->state == WRITE_TEXT) write_text(c);
  if (c->socket >= 0 && c->state == WRITE_PAGE) write_page(c);
}

__attribute__((noreturn)) static void serve(void) {
  for (;;) {
    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    int highest = -1;
    long long deadline = agent_watch(&readable, &writable, &highest);
    watch(listener, &readable, &highest);
    for (struct connection *c = connections; c < connections + CONNECTIONS; c++) {
      if (c->socket < 0) continue;
      watch(c->socket, reads(c) ? &readable : &writable, &highest);
      deadline = earliest(deadline, c->deadline);
    }
    wait_until(deadline, &readable, &writable, highest);
    agent_go_on(&readable, &writable);
    for (struct connection *c = connections; c < connections + CONNECTIONS; c++) {
      if (is_ready(c->socket, reads(c) ? &readable : &writable)) go_on(c);
      if (c->socket >= 0 && now() >= c->deadline) end(c);
    }
    if (is_ready(listener, &readable)) welcome();
  }
}

/* ---- the first process ---- */

__attribute__((noreturn)) static void fail(const char *what) {
  fprintf(stderr, "init: %s: %s\n", what, strerrorname_np(errno));
  _exit(1);
}

static void mount_all(void) {
  static const struct {
    const char *type, *at, *options;
  } mounts[] = {{"proc", "/proc", NULL},
                {"sysfs", "/sys", NULL},
                {"devtmpfs", "/dev", NULL},
                {"devpts", "/dev/pts", "mode=620,ptmxmode=666"},
                {"tmpfs", "/dev/shm", "mode=1777"}};
  for (size_t i = 0; i < sizeof mounts / sizeof *mounts; i++) {
    mkdir(mounts[i].at, 0755);
    if (mount(mounts[i].type, mounts[i].at, mounts[i].type, 0, mounts[i].options) < 0)
      fail(mounts[i].at);
  }
}

static void start_listening(void) {
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
      listen(listener, BACKLOG) < 0)
    fail("port 80");
}

int main(void) {
  chmod("/", 0755); /* a tmpfs lets everybody write */
  mount_all();
  /* What a sample gets; the kernel's own HOME and TERM would tell it where it is. */
  clearenv();
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  for (int i = 0; i < CONNECTIONS; i++) connections[i].socket = connections[i].page = -1;
  agent_open();
  start_listening();
  /* The server answers, and the agent keeps the time, whatever else wants the processor. */
  struct sched_param highest = {.sched_priority = sched_get_priority_max(SCHED_FIFO)};
  if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &highest) < 0) fail("SCHED_FIFO");
  serve();
}
