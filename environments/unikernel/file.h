/* Open files: what the numbers stand for that a sample reads from and writes to. */
#ifndef FILE_H
#define FILE_H

#include "abi.h"
#include "types.h"
#include "vfs.h"

struct file;

/* What a kind of file can do. An operation that is NULL is one that it cannot. Addresses have been
   checked; who waits (thread.h) checks anew. */
struct file_operations {
  s32 (*read)(struct file *file, void *to, u32 length);
  s32 (*write)(struct file *file, const void *from, u32 length);
  s32 (*ioctl)(struct file *file, u32 request, u32 argument); /* without: ENOTTY */
  u32 (*ready)(struct file *file); /* POLLIN and so on; without: always readable and writable */
  u64 (*ready_at)(struct file *file); /* when it will be so by itself; without: NEVER */
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

extern const struct file_operations node_operations; /* of the tree's files, tree.c */

/* Standard input, which is empty, output and error. False without memory. */
bool files_init(void);

/* NULL when nothing is open under the number. */
struct file *file_at(u32 number);

/* A new open file with one reference; NULL without memory. */
struct file *file_new(const struct file_operations *operations, u32 flags);
void file_put(struct file *file);

/* What setrlimit(2) allows: bytes of a file, and numbers of files. */
u64 file_size_limit(void);
u32 file_number_limit(void);

/* The sample begins in that folder. */
void tree_start(struct node *folder);
struct node *tree_folder(void);

/* The node at the path that is at that address of the sample's. Returns 0 or an error. */
s32 tree_find(u32 path, bool follow, struct node **node);

/* Makes /dev; false without memory. */
bool devices_init(void);

/* What stat(2) tells of a node, or of an open file. */
void node_status(const struct node *node, struct stat64 *status);
void file_status(struct file *file, struct stat64 *status);

/* The lowest free number, from `from` on, or -EMFILE; takes the reference over. */
s32 file_number(struct file *file, u32 from);

/* A new open file under the lowest number. An error has closed it. */
s32 file_open(const struct file_operations *operations, u32 flags, void *state);

s32 file_close(u32 number);

/* The sample has ended: all files are closed, also those that one of its threads still held. */
void files_end(void);

/* The file is closed: no epoll looks at it any more (poll.c). */
void poll_forget(const struct file *file);

#endif
