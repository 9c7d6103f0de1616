/* Open files, which the sample knows by their numbers. */
#ifndef FILE_H
#define FILE_H

#include "abi.h"
#include "types.h"
#include "vfs.h"

struct file;

/* The operations of a kind of file; NULL stands for one that it does not have. Addresses have been
   checked; an operation that waits (thread.h) checks them again. */
struct file_operations {
  s32 (*read)(struct file *file, void *to, u32 length);
  s32 (*write)(struct file *file, const void *from, u32 length);
  /* readv(2) and writev(2), where the pieces are one message; without: one piece at a time */
  s32 (*pieces)(struct file *file, u32 pieces, u32 count, bool reads);
  s32 (*ioctl)(struct file *file, u32 request, u32 argument); /* without: ENOTTY */
  u32 (*ready)(struct file *file); /* POLLIN and so on; without: always readable and writable */
  u64 (*ready_at)(struct file *file); /* when it becomes so by itself; without: NEVER */
  void (*status)(struct file *file, struct stat64 *status);
  void (*close)(struct file *file); /* nobody has it open any more */
  const char *name; /* of one that is in no tree, for /proc */
};

struct file {
  const struct file_operations *operations;
  u32 references, flags; /* O_* */
  u64 position;
  struct node *node; /* or NULL */
  void *state;       /* of its kind */
  u32 changes;       /* how often something may have made it ready: for EPOLLET */
};

enum { FILES = 1024 };

/* NULL when nothing is open under the number. */
struct file *file_at(u32 number);

/* A new open file with one reference; NULL without memory. */
struct file *file_new(const struct file_operations *operations, u32 flags);
void file_put(struct file *file);

/* The limits of setrlimit(2): on the bytes of a file, and on the numbers of open files. */
u64 file_size_limit(void);
u32 file_number_limit(void);

/* Opens standard input, which is empty, output and error (streams.c). False without memory. */
bool streams_init(void);

/* Makes /dev; false without memory. */
bool devices_init(void);

/* The lowest free number, from `from` on, or -EMFILE; takes the reference over. */
s32 file_number(struct file *file, u32 from);

/* A new open file under the lowest number. An error has closed it. */
s32 file_open(const struct file_operations *operations, u32 flags, void *state);

s32 file_close(u32 number);

/* Closes all files when the sample has ended, also those that one of its threads still held. */
void files_end(void);

/* Takes a file that is closed out of every epoll (poll.c). */
void poll_forget(const struct file *file);

#endif
