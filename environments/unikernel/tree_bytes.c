/* Reading, writing and cutting the files of the tree. */
#include "clock.h"
#include "file.h"
#include "inotify.h"
#include "memory.h"
#include "page.h"
#include "sample.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"
#include "tree.h"

enum { LONGEST_FILE = 0x7fffffff };

static s32 node_read(struct file *file, void *to, u32 length) {
  struct node *node = file->node;
  if (node_is(node, S_IFDIR)) return -EISDIR;
  if (file->position >= node->blob.size) return 0;
  u32 n = blob_read(&node->blob, (u32)file->position, to, length);
  file->position += n;
  /* Linux's default (relatime). */
  if (node->accessed <= node->modified) node->accessed = now() + time_of_day_offset();
  if (n) inotify_tell(node, IN_ACCESS);
  return (s32)n;
}

static s32 too_large(void) {
  signal_send(current, SIGXFSZ);
  return -EFBIG;
}

static s32 node_write(struct file *file, const void *from, u32 length) {
  struct node *node = file->node;
  if (file->flags & O_APPEND) file->position = node->blob.size;
  if (length == 0) return 0;
  u64 limit = file_size_limit();
  if (file->position >= limit) return too_large();
  if (file->position >= LONGEST_FILE) return -EFBIG;
  length = (u32)min_u64(length, min_u64(limit, LONGEST_FILE) - file->position);
  s32 n = blob_write(&node->blob, (u32)file->position, from, length);
  if (n > 0) file->position += (u32)n;
  node_touch(node);
  if (n > 0) inotify_tell(node, IN_MODIFY);
  return n;
}

const struct file_operations node_operations = {.read = node_read, .write = node_write};

s32 node_resize(struct node *node, u64 size) {
  if (node_is(node, S_IFDIR)) return -EISDIR;
  if (!node_is(node, S_IFREG)) return -EINVAL;
  if (node == sample_node()) return -ETXTBSY;
  if (size > node->blob.size && size > file_size_limit()) return too_large();
  if (size > LONGEST_FILE) return -EFBIG;
  memory_forget(node, (u32)size);
  blob_resize(&node->blob, (u32)size);
  node_touch(node);
  inotify_tell(node, IN_MODIFY);
  return 0;
}

/* ---- their size ---- */

static s32 truncate_path(u32 path, u64 size) {
  struct node *node;
  if ((s64)size < 0) return -EINVAL;
  s32 error = tree_node(AT_FDCWD, path, 0, &node);
  return error ? error : node_resize(node, size);
}

static s32 truncate_file(u32 number, u64 size) {
  struct file *file = file_at(number);
  if (!file) return -EBADF;
  if ((s64)size < 0 || !file->node || (file->flags & O_ACCMODE) == O_RDONLY) return -EINVAL;
  s32 error = node_resize(file->node, size);
  return error == -EISDIR ? -EINVAL : error;
}

/* The EABI passes 64 bits in an even pair of registers. */
static u64 size_in(const u32 *a) {
  const u32 *pair = a + (current->old_abi ? 1 : 2);
  return (u64)pair[1] << 32 | pair[0];
}

SYSCALL(truncate) { return truncate_path(a[0], (u64)(s64)(s32)a[1]); }
SYSCALL(ftruncate) { return truncate_file(a[0], (u64)(s64)(s32)a[1]); }
SYSCALL(truncate64) { return truncate_path(a[0], size_in(a)); }
SYSCALL(ftruncate64) { return truncate_file(a[0], size_in(a)); }

SYSCALL(fallocate) {
  enum { KEEP_SIZE = 1 };
  struct file *file = file_at(a[0]);
  u64 offset = (u64)a[3] << 32 | a[2], length = (u64)a[5] << 32 | a[4], end = offset + length;
  if (!file || (file->flags & O_ACCMODE) == O_RDONLY) return -EBADF;
  if ((s64)offset < 0 || (s64)length <= 0) return -EINVAL;
  if (a[1] & ~KEEP_SIZE) return -EOPNOTSUPP;
  if (!file->node) return -ESPIPE;
  if (!node_is(file->node, S_IFREG)) return -ENODEV;
  if (end > LONGEST_FILE) return -EFBIG;
  struct blob *blob = &file->node->blob;
  if (end > blob->size && end > file_size_limit()) return too_large();
  for (u64 at = offset; at < end; at += PAGE)
    if (!blob_page(blob, (u32)at)) return -ENOSPC;
  if (!(a[1] & KEEP_SIZE) && end > blob->size) blob->size = (u32)end;
  node_touch(file->node);
  inotify_tell(file->node, IN_MODIFY);
  return 0;
}
