#include "file.h"

#include <string.h>

#include "clock.h"
#include "memory.h"
#include "page.h"
#include "run.h"
#include "sample.h"
#include "signal.h"
#include "socket.h"
#include "syscall.h"
#include "thread.h"

enum { PATH_LIMIT = 4096, SEEK_SET = 0, SEEK_CUR = 1, SEEK_END = 2 };

static struct file *files[FILES];

struct file *file_at(u32 number) { return number < FILES ? files[number] : NULL; }

struct file *file_new(const struct file_operations *operations, u32 flags) {
  struct file *file = kalloc(sizeof *file);
  if (!file) return NULL;
  file->operations = operations;
  file->flags = flags;
  file->references = 1;
  return file;
}

void file_put(struct file *file) {
  if (--file->references) return;
  poll_forget(file);
  if (file->operations->close) file->operations->close(file);
  if (file->node) node_put(file->node);
  kfree(file);
}

s32 file_number(struct file *file, u32 from) {
  for (u32 i = from; i < FILES; i++)
    if (!files[i]) {
      files[i] = file;
      return (s32)i;
    }
  return -EMFILE;
}

s32 file_close(u32 number) {
  struct file *file = file_at(number);
  if (!file) return -EBADF;
  files[number] = NULL;
  file_put(file);
  return 0;
}

s32 file_open(const struct file_operations *operations, u32 flags, void *state) {
  struct file *file = file_new(operations, flags);
  if (!file) return -ENOMEM;
  file->state = state;
  s32 number = file_number(file, 0);
  if (number < 0) file_put(file);
  return number;
}

void files_end(void) {
  for (u32 i = 0; i < FILES; i++)
    if (files[i]) files[i]->references = 0;
  for (u32 i = 0; i < FILES; i++)
    if (files[i]) files[i]->references++;
  for (u32 i = 0; i < FILES; i++) {
    struct file *file = files[i];
    files[i] = NULL;
    if (file) file_put(file);
  }
}

/* ---- standard input, output, error ---- */

static s32 null_read(struct file *file, void *to, u32 length) { return 0; }

static s32 null_write(struct file *file, const void *from, u32 length) { return (s32)length; }

static void null_status(struct file *file, struct stat64 *status) {
  status->mode = S_IFCHR | 0666;
  status->special = 0x103; /* /dev/null */
}

static const struct file_operations null_operations = {
    .read = null_read, .write = null_write, .status = null_status};

static s32 output_write(struct file *file, const void *from, u32 length) {
  return run_output((int)file->state, from, length);
}

/* As in the other environments, where the agent reads from pipes. */
static void output_status(struct file *file, struct stat64 *status) {
  status->mode = S_IFIFO | 0600;
}

static const struct file_operations output_operations = {.write = output_write,
                                                         .status = output_status};

bool files_init(void) {
  for (u32 i = 0; i < 3; i++) {
    struct file *file = file_new(i ? &output_operations : &null_operations, i ? O_WRONLY : O_RDONLY);
    if (!file) return false;
    file->state = (void *)i;
    file_number(file, i);
  }
  return true;
}

/* ---- files of the tree ---- */

static s32 node_read(struct file *file, void *to, u32 length) {
  if ((file->node->mode & S_IFMT) == S_IFDIR) return -EISDIR;
  u32 n = blob_read(&file->node->blob, file->position, to, length);
  file->position += n;
  return (s32)n;
}

static s32 node_write(struct file *file, const void *from, u32 length) {
  struct node *node = file->node;
  if (file->flags & O_APPEND) file->position = node->blob.size;
  u64 limit = run_limits()->file_size;
  if (length && file->position >= limit) {
    signal_send(current, SIGXFSZ);
    return -EFBIG;
  }
  s32 n = blob_write(&node->blob, file->position, from, (u32)min_u64(length, limit - file->position));
  if (n > 0) file->position += (u32)n;
  node->modified = now() + time_of_day_offset();
  return n;
}

static void node_status(struct file *file, struct stat64 *status) {
  const struct node *node = file->node;
  status->device = 1;
  status->mode = node->mode;
  status->links = node->parent ? 1 : 0;
  status->size = node->blob.size;
  status->blocks = node->blob.pages * (PAGE / 512);
  status->inode = node->inode;
  status->old_inode = node->inode;
  u32 seconds = (u32)(node->modified / NS_PER_S), ns = (u32)(node->modified % NS_PER_S);
  status->accessed = status->modified = status->changed = seconds;
  status->accessed_ns = status->modified_ns = status->changed_ns = ns;
}

static const struct file_operations node_operations = {
    .read = node_read, .write = node_write, .status = node_status};

/* Relative paths begin at the root, where the sample is. */
static s32 open_path(u32 path_address, u32 flags, u32 mode) {
  s32 error;
  const char *path = user_text(path_address, PATH_LIMIT, &error);
  if (!path) return error;
  bool writes = (flags & O_ACCMODE) != O_RDONLY;
  struct node *node = vfs_find(path);
  if (node && flags & O_CREAT && flags & O_EXCL) return -EEXIST;
  if (!node && !(flags & O_CREAT)) return -ENOENT;
  if (!node) node = vfs_make(path, S_IFREG | (mode & 07777));
  if (!node) return -ENOENT;
  bool folder = (node->mode & S_IFMT) == S_IFDIR;
  if (folder && writes) return -EISDIR;
  if (!folder && flags & O_DIRECTORY) return -ENOTDIR;
  if (flags & O_TRUNC && writes) blob_resize(&node->blob, 0);
  struct file *file = file_new(&node_operations, flags);
  if (!file) return -ENOMEM;
  file->node = node_get(node);
  s32 number = file_number(file, 0);
  if (number < 0) file_put(file);
  return number;
}

/* ---- system calls ---- */

SYSCALL(open) { return open_path(a[0], a[1], a[2]); }
SYSCALL(openat) { return open_path(a[1], a[2], a[3]); }

SYSCALL(close) { return file_close(a[0]); }

static s32 transfer(u32 number, u32 address, u32 length, bool writes) {
  struct file *file = file_at(number);
  if (!file || (file->flags & O_ACCMODE) == (writes ? O_RDONLY : O_WRONLY)) return -EBADF;
  if (length > 0x7ffff000) length = 0x7ffff000;
  if (writes ? !user_readable(address, length) : !user_writable(address, length)) return -EFAULT;
  if (writes ? !file->operations->write : !file->operations->read) return -EINVAL;
  file->references++; /* another thread may close it meanwhile */
  s32 result = writes ? file->operations->write(file, (const void *)address, length)
                      : file->operations->read(file, (void *)address, length);
  file_put(file);
  return result;
}

SYSCALL(read) { return transfer(a[0], a[1], a[2], false); }
SYSCALL(write) { return transfer(a[0], a[1], a[2], true); }

static s32 transfer_all(const u32 *a, bool writes) {
  s32 total = 0;
  if (a[2] > 1024) return -EINVAL;
  struct file *file = file_at(a[0]);
  if (file && file_is_socket(file)) return socket_transfer_pieces(file, a[1], a[2], !writes);
  for (u32 i = 0; i < a[2]; i++) {
    struct iovec piece;
    if (!user_load(&piece, a[1] + i * sizeof piece, sizeof piece)) return -EFAULT;
    if (piece.length == 0) continue;
    s32 n = transfer(a[0], piece.base, piece.length, writes);
    if (n < 0) return total ? total : n;
    total += n;
    if ((u32)n < piece.length) break;
  }
  return total;
}

SYSCALL(readv) { return transfer_all(a, false); }
SYSCALL(writev) { return transfer_all(a, true); }

SYSCALL(ioctl) {
  enum { FIONCLEX = 0x5450, FIOCLEX = 0x5451, FIONBIO = 0x5421 };
  struct file *file = file_at(a[0]);
  if (!file) return -EBADF;
  if (a[1] == FIOCLEX || a[1] == FIONCLEX) return 0; /* there is no exec */
  if (a[1] == FIONBIO) {
    u32 on;
    if (!user_load(&on, a[2], sizeof on)) return -EFAULT;
    file->flags = on ? file->flags | O_NONBLOCK : file->flags & ~O_NONBLOCK;
    return 0;
  }
  return file->operations->ioctl ? file->operations->ioctl(file, a[1], a[2]) : -ENOTTY;
}

static s32 seek(u32 number, s64 offset, u32 whence, s64 *result) {
  struct file *file = file_at(number);
  if (!file) return -EBADF;
  if (!file->node) return -ESPIPE;
  s64 base = whence == SEEK_CUR ? file->position : whence == SEEK_END ? file->node->blob.size : 0;
  *result = base + offset;
  if (whence > SEEK_END || *result < 0 || *result > 0x7fffffff) return -EINVAL;
  file->position = (u32)*result;
  return 0;
}

SYSCALL(lseek) {
  s64 result = 0;
  s32 error = seek(a[0], (s32)a[1], a[2], &result);
  return error ? error : (s32)result;
}

SYSCALL(_llseek) {
  s64 result;
  s32 error = seek(a[0], (s64)((u64)a[1] << 32 | a[2]), a[4], &result);
  if (error) return error;
  return user_store(a[3], &result, sizeof result) ? 0 : -EFAULT;
}

SYSCALL(fstat64) {
  struct file *file = file_at(a[0]);
  struct stat64 status = {.links = 1, .block_size = PAGE};
  if (!file) return -EBADF;
  if (file->operations->status) file->operations->status(file, &status);
  return user_store(a[1], &status, sizeof status) ? 0 : -EFAULT;
}

/* The only link there is: the program, which also goes by this name. */
static s32 read_link(u32 path_address, u32 to, u32 length) {
  s32 error;
  const char *path = user_text(path_address, PATH_LIMIT, &error);
  if (!path) return error;
  if ((s32)length <= 0) return -EINVAL;
  if (strcmp(path, "/proc/self/exe") != 0) return vfs_find(path) ? -EINVAL : -ENOENT;
  const char *target = sample_path();
  length = min_u32(length, strlen(target));
  return user_store(to, target, length) ? (s32)length : -EFAULT;
}

SYSCALL(readlink) { return read_link(a[0], a[1], a[2]); }
SYSCALL(readlinkat) { return read_link(a[1], a[2], a[3]); }

SYSCALL(mmap2) {
  u32 protection = a[2], flags = a[3];
  if ((flags & MAP_TYPE) != MAP_PRIVATE && (flags & MAP_TYPE) != MAP_SHARED) return -EINVAL;
  if (flags & MAP_ANONYMOUS) return memory_map(a[0], a[1], protection, flags, NULL, 0);
  struct file *file = file_at(a[4]);
  if (!file) return -EBADF;
  if (!file->node || (file->node->mode & S_IFMT) != S_IFREG) return -ENODEV;
  if (a[5] > 0x7ffff) return -EINVAL;
  return memory_map(a[0], a[1], protection, flags, file->node, a[5] * PAGE);
}
