/* What goes out: events, in frames, as fast as somebody takes them; and the agent's own failure. */
#define _GNU_SOURCE
#include "agent.h"
#include "parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  EXIT_FAILURE_OF_AGENT = 70,
  OUT_SIZE = 512 * 1024,
  OUT_RESERVE = 8 * 1024 /* kept free of bulk, for the events that must get out */
};

enum place place;

long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * NS_PER_S + t.tv_nsec;
}

unsigned char *put(unsigned char *at, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; i--) *at++ = (unsigned char)(value >> (8 * i));
  return at;
}

uint64_t get(const unsigned char *at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | at[i];
  return value;
}

const char *error_name(int error) {
  const char *name = strerrorname_np(error);
  return name ? name : "EUNKNOWN";
}

static unsigned char out[OUT_SIZE];
static size_t out_head, out_length;
int output = STDOUT_FILENO; /* -1 when there is nobody to tell */

static void out_bytes(const void *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    size_t at = (out_head + out_length) % OUT_SIZE;
    size_t n = OUT_SIZE - at < length - done ? OUT_SIZE - at : length - done;
    memcpy(out + at, (const char *)bytes + done, n);
    out_length += n;
    done += n;
  }
}

bool room_for_chunk(void) { return OUT_SIZE - out_length >= CHUNK + FRAME_HEADER + OUT_RESERVE; }

void emit(enum event type, const void *payload, size_t length) {
  unsigned char header[FRAME_HEADER];
  if (OUT_SIZE - out_length < length + sizeof header) _exit(EXIT_FAILURE_OF_AGENT);
  header[0] = (unsigned char)type;
  put(header + 1, length, 4);
  out_bytes(header, sizeof header);
  out_bytes(payload, length);
}

void hang_up(void) {
  close(output);
  output = -1;
}

void flush_out(void) {
  if (output < 0) out_length = 0;
  while (out_length > 0) {
    size_t n = OUT_SIZE - out_head < out_length ? OUT_SIZE - out_head : out_length;
    ssize_t written = write(output, out + out_head, n);
    if (written < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      if (place != IN_SERVICE) _exit(0); /* nobody listens any more */
      hang_up();                         /* the service serves on */
      out_length = 0;
      return;
    }
    out_head = (out_head + (size_t)written) % OUT_SIZE;
    out_length -= (size_t)written;
  }
}

/* A port that closes takes with it what has been said last; so it stays open until the other side
   has no more to say. */
static void take_to_the_end(void) {
  static char waste[4096];
  fcntl(STDIN_FILENO, F_SETFL, 0);
  while (read(STDIN_FILENO, waste, sizeof waste) > 0) continue;
}

void fail(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  emit(EV_FAILURE, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
  if (output < 0) dprintf(STDERR_FILENO, "agent: %s\n", text);
  fcntl(output, F_SETFL, 0);
  flush_out();
  if (place == IN_SYSTEM) take_to_the_end();
  _exit(EXIT_FAILURE_OF_AGENT);
}

bool is_all_out(void) { return out_length == 0; }

void prepare_out(void) { memset(out, 1, sizeof out); }
