/* Bytes that wait to be read, in pages of the sample's memory: what has arrived for a socket, what
   a pipe holds. */
#ifndef QUEUE_H
#define QUEUE_H

#include "types.h"

struct chunk;

struct queue {
  struct chunk *first, *last;
  u32 length; /* bytes */
};

/* Makes room for so many bytes, which queue_put() then takes; false when memory is used up. */
bool queue_reserve(struct queue *queue, u32 length);
void queue_put(struct queue *queue, const void *from, u32 length);

/* Copies bytes from the offset on without taking them out. Returns how many there were. */
u32 queue_peek(const struct queue *queue, u32 offset, void *to, u32 length);
void queue_drop(struct queue *queue, u32 length);

/* Puts in text that is formatted as by format() (console.h): at most a line. Without memory it is
   lost. */
__attribute__((format(printf, 2, 3))) void queue_say(struct queue *queue, const char *format, ...);

/* Drops all bytes, and frees their memory. */
void queue_free(struct queue *queue);

#endif
