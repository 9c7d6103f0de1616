/*
 * Frames: a byte of type, four bytes of id, four of length, and as many bytes. Numbers are
 * big-endian. Writing never waits: who is not read for long keeps being served until FRAMES_MOST.
 */
#include "internet.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int input = -1, output = -1;

static uint8_t *pending; /* what was not taken yet, from pending_at to pending_end */
static size_t pending_at, pending_end, pending_room, begun;

enum { LARGEST_COMMAND = ENDS + 65536 };
static uint8_t commands[2 * (FRAME_HEADER + LARGEST_COMMAND)];
static size_t commands_length;

uint64_t number(const uint8_t *at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | at[i];
  return value;
}

void frames_open(int in, int out) {
  input = in;
  output = out;
  fcntl(in, F_SETFL, O_NONBLOCK);
  fcntl(out, F_SETFL, O_NONBLOCK);
}

size_t frames_pending(void) { return pending_end - pending_at; }

void frame_bytes(const void *bytes, size_t length) {
  if (pending_end + length > pending_room) {
    memmove(pending, pending + pending_at, pending_end - pending_at);
    begun -= pending_at;
    pending_end -= pending_at;
    pending_at = 0;
  }
  if (pending_end + length > FRAMES_MOST) fail("go on: nobody takes the frames", 0, NULL);
  if (pending_end + length > pending_room) {
    pending_room = 2 * (pending_end + length);
    pending = realloc(pending, pending_room);
    if (!pending) fail("keep the frames", ENOMEM, NULL);
  }
  memcpy(pending + pending_end, bytes, length);
  pending_end += length;
}

void frame_number(uint64_t value, int bytes) {
  uint8_t big_endian[8];
  for (int i = 0; i < bytes; i++) big_endian[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
  frame_bytes(big_endian, (size_t)bytes);
}

void frame_begin(uint8_t type, uint32_t id) {
  begun = pending_end;
  size_t before = pending_at;
  frame_number(type, 1);
  if (pending_at != before) begun = pending_end - 1; /* all moved to the front */
  frame_number(id, 4);
  frame_number(0, 4);
}

void frame_end(void) {
  size_t length = pending_end - begun - FRAME_HEADER;
  for (int i = 0; i < 4; i++) pending[begun + 5 + (size_t)i] = (uint8_t)(length >> (24 - 8 * i));
}

void frames_write(void) {
  while (pending_at < pending_end) {
    ssize_t n = write(output, pending + pending_at, pending_end - pending_at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) exit(NOBODY_LISTENS); /* the other side is gone, and with it the need for a network */
    pending_at += (size_t)n;
  }
  pending_at = pending_end = 0;
}

void frames_wait(int ms) {
  struct pollfd out = {.fd = output, .events = POLLOUT};
  frames_write();
  while (frames_pending() && poll(&out, 1, ms) > 0) frames_write();
}

bool frames_read(command_taker *take) {
  ssize_t n = read(input, commands + commands_length, sizeof commands - commands_length);
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  if (n == 0) return false;
  commands_length += (size_t)n;
  size_t at = 0;
  while (commands_length - at >= FRAME_HEADER) {
    uint8_t *frame = commands + at;
    size_t length = number(frame + 5, 4);
    if (length > LARGEST_COMMAND) fail("go on: a command is too long", 0, NULL);
    if (commands_length - at < FRAME_HEADER + length) break;
    take(frame[0], (uint32_t)number(frame + 1, 4), frame + FRAME_HEADER, length);
    at += FRAME_HEADER + length;
  }
  memmove(commands, commands + at, commands_length - at);
  commands_length -= at;
  return true;
}
