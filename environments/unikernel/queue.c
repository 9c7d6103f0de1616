#include "queue.h"

#include <string.h>

#include "console.h"
#include "page.h"

struct chunk {
  struct chunk *next;
  u32 from, to; /* of the bytes that are taken */
  u8 bytes[PAGE - 3 * sizeof(u32)];
};

enum { CHUNK = sizeof(((struct chunk *)0)->bytes) };

/* Chunks behind the last one with bytes in it are empty. */
bool queue_reserve(struct queue *queue, u32 length) {
  u32 room = 0;
  struct chunk **end = &queue->first;
  for (struct chunk *chunk = queue->last; chunk; chunk = chunk->next) {
    room += CHUNK - chunk->to;
    end = &chunk->next;
  }
  for (; room < length; room += CHUNK) {
    *end = page_for_sample();
    if (!*end) return false;
    if (!queue->last) queue->last = *end;
    end = &(*end)->next;
  }
  return true;
}

void queue_put(struct queue *queue, const void *from, u32 length) {
  queue->length += length;
  for (const u8 *at = from; length;) {
    struct chunk *chunk = queue->last;
    u32 n = min_u32(length, CHUNK - chunk->to);
    memcpy(chunk->bytes + chunk->to, at, n);
    chunk->to += n;
    at += n;
    length -= n;
    if (length) queue->last = chunk->next;
  }
}

u32 queue_peek(const struct queue *queue, u32 offset, void *to, u32 length) {
  u32 done = 0;
  for (const struct chunk *chunk = queue->first; chunk && done < length; chunk = chunk->next) {
    u32 size = chunk->to - chunk->from;
    if (offset >= size) {
      offset -= size;
      continue;
    }
    u32 n = min_u32(length - done, size - offset);
    memcpy((u8 *)to + done, chunk->bytes + chunk->from + offset, n);
    done += n;
    offset = 0;
  }
  return done;
}

void queue_drop(struct queue *queue, u32 length) {
  length = min_u32(length, queue->length);
  queue->length -= length;
  while (length || (queue->first != queue->last && queue->first->from == queue->first->to)) {
    struct chunk *chunk = queue->first;
    u32 n = min_u32(length, chunk->to - chunk->from);
    chunk->from += n;
    length -= n;
    if (chunk->from < chunk->to || chunk == queue->last) break;
    queue->first = chunk->next;
    pages_free(chunk, 1);
  }
  /* One page stays for what comes next. */
  if (queue->length == 0 && queue->last) queue->last->from = queue->last->to = 0;
}

void queue_say(struct queue *queue, const char *format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  u32 length = (u32)format_list(line, sizeof line, format, arguments);
  va_end(arguments);
  length = min_u32(length, sizeof line - 1);
  if (queue_reserve(queue, length)) queue_put(queue, line, length);
}

void queue_free(struct queue *queue) {
  while (queue->first) {
    struct chunk *chunk = queue->first;
    queue->first = chunk->next;
    pages_free(chunk, 1);
  }
  *queue = (struct queue){0};
}
