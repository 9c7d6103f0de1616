#include "file.h"

#include "inotify.h"
#include "memory.h"
#include "page.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"

enum { SEEK_SET = 0, SEEK_CUR = 1, SEEK_END = 2, LONGEST_TRANSFER = 0x7ffff000 };

static struct file *files[FILES];
static u32 close_on_exec[FILES / 32]; /* without effect, as there is no exec; kept for fcntl(2) */

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
  if (file->node)
    inotify_tell(file->node,
                 (file->flags & O_ACCMODE) == O_RDONLY ? IN_CLOSE_NOWRITE : IN_CLOSE_WRITE);
  if (file->operations->close) file->operations->close(file);
  if (file->node) node_put(file->node);
  kfree(file);
}

static void set_close_on_exec(u32 number, bool on) {
  u32 bit = 1u << number % 32, *word = &close_on_exec[number / 32];
  *word = on ? *word | bit : *word & ~bit;
}

static bool is_close_on_exec(u32 number) { return close_on_exec[number / 32] >> number % 32 & 1; }

s32 file_number(struct file *file, u32 from) {
  for (u32 i = from; i < FILES && i < file_number_limit(); i++)
    if (!files[i]) {
      files[i] = file;
      set_close_on_exec(i, file->flags & O_CLOEXEC);
      file->flags &= ~(u32)O_CLOEXEC;
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

/* ---- system calls ---- */

SYSCALL(close) { return file_close(a[0]); }

SYSCALL(close_range) {
  enum { UNSHARE = 2, CLOEXEC = 4 };
  if (a[0] > a[1] || a[2] & ~(UNSHARE | CLOEXEC)) return -EINVAL;
  for (u32 i = a[0]; i <= a[1] && i < FILES; i++) {
    if (a[2] & CLOEXEC) {
      set_close_on_exec(i, true);
    } else {
      file_close(i);
    }
  }
  return 0;
}

static s32 duplicate(u32 number, u32 from, bool on_exec) {
  struct file *file = file_at(number);
  if (!file) return -EBADF;
  s32 result = file_number(file, from);
  if (result < 0) return result;
  file->references++;
  set_close_on_exec((u32)result, on_exec);
  return result;
}

static s32 duplicate_to(u32 number, u32 to, bool on_exec) {
  struct file *file = file_at(number);
  if (!file || to >= FILES || to >= file_number_limit()) return -EBADF;
  if (number == to) return (s32)to;
  file->references++;
  file_close(to);
  files[to] = file;
  set_close_on_exec(to, on_exec);
  return (s32)to;
}

SYSCALL(dup) { return duplicate(a[0], 0, false); }
SYSCALL(dup2) { return duplicate_to(a[0], a[1], false); }
SYSCALL(dup3) {
  return a[0] == a[1] || a[2] & ~O_CLOEXEC ? -EINVAL : duplicate_to(a[0], a[1], a[2] & O_CLOEXEC);
}

/* Tells that the lock at the address (struct flock or flock64) is free: nobody else is here to hold
   it. */
static s32 tell_unlocked(u32 address) {
  enum { UNLOCKED = 2, HIGHEST = 2 };
  u16 kind;
  if (!user_load(&kind, address, sizeof kind)) return -EFAULT;
  if (kind > HIGHEST) return -EINVAL;
  kind = UNLOCKED;
  return user_store(address, &kind, sizeof kind) ? 0 : -EFAULT;
}

static s32 take_lock(u32 address) {
  u16 kind;
  return !user_load(&kind, address, sizeof kind) ? -EFAULT : kind > 2 ? -EINVAL : 0;
}

static s32 control(u32 number, u32 command, u32 argument) {
  enum {
    DUPFD, GETFD, SETFD, GETFL, SETFL, GETLK, SETLK, SETLKW, SETOWN, GETOWN, SETSIG, GETSIG,
    GETLK64, SETLK64, SETLKW64, OFD_GETLK = 36, OFD_SETLK, OFD_SETLKW, DUPFD_CLOEXEC = 1030,
    CHANGEABLE = O_APPEND | O_NONBLOCK | 0x2000 /* FASYNC */ | 0200000 /* O_DIRECT */ | 01000000
  };
  struct file *file = file_at(number);
  if (!file) return -EBADF;
  switch (command) {
    case DUPFD:
    case DUPFD_CLOEXEC:
      if (argument >= FILES || argument >= file_number_limit()) return -EINVAL;
      return duplicate(number, argument, command == DUPFD_CLOEXEC);
    case GETFD: return is_close_on_exec(number);
    case SETFD: set_close_on_exec(number, argument & 1); return 0;
    case GETFL: return (s32)(file->flags & ~(u32)(O_CREAT | O_EXCL | O_TRUNC));
    case SETFL: file->flags = (file->flags & ~(u32)CHANGEABLE) | (argument & CHANGEABLE); return 0;
    case GETLK:
    case GETLK64:
    case OFD_GETLK: return tell_unlocked(argument);
    case SETLK:
    case SETLKW:
    case SETLK64:
    case SETLKW64:
    case OFD_SETLK:
    case OFD_SETLKW: return take_lock(argument);
    case SETOWN:
    case SETSIG:
    case GETOWN:
    case GETSIG: return 0;
    default: return -EINVAL;
  }
}

SYSCALL(fcntl) { return control(a[0], a[1], a[2]); }

SYSCALL(flock) {
  enum { SHARED = 1, EXCLUSIVE = 2, NONBLOCKING = 4, UNLOCK = 8 };
  u32 kind = a[1] & ~(u32)NONBLOCKING;
  if (!file_at(a[0])) return -EBADF;
  return kind == SHARED || kind == EXCLUSIVE || kind == UNLOCK ? 0 : -EINVAL;
}

static s32 no_such_file(u32 number) { return file_at(number) ? 0 : -EBADF; }

/* Files are in memory only: there is no disk to write them to. */
SYSCALL(sync) { return 0; }
SYSCALL(fsync) { return no_such_file(a[0]); }
SYSCALL(readahead) { return no_such_file(a[0]); }

static s32 transfer(u32 number, u32 address, u32 length, bool writes) {
  struct file *file = file_at(number);
  if (!file || (file->flags & O_ACCMODE) == (writes ? O_RDONLY : O_WRONLY)) return -EBADF;
  if (length > LONGEST_TRANSFER) length = LONGEST_TRANSFER;
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
  if (file && file->operations->pieces) return file->operations->pieces(file, a[1], a[2], !writes);
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

/* Reads or writes at another position, and restores the file's own. Files that have a position
   never wait. */
static s32 transfer_at(const u32 *a, u64 offset, s32 (*one)(const u32 *)) {
  struct file *file = file_at(a[0]);
  if ((s64)offset < 0) return -EINVAL;
  if (!file) return -EBADF;
  if (!file->node) return -ESPIPE;
  u64 position = file->position;
  file->references++;
  file->position = offset;
  s32 result = one(a);
  file->position = position;
  file_put(file);
  return result;
}

/* The EABI passes 64 bits in an even pair of registers. */
SYSCALL(pread64) {
  const u32 *pair = a + (current->old_abi ? 3 : 4);
  return transfer_at(a, (u64)pair[1] << 32 | pair[0], sys_read);
}
SYSCALL(pwrite64) {
  const u32 *pair = a + (current->old_abi ? 3 : 4);
  return transfer_at(a, (u64)pair[1] << 32 | pair[0], sys_write);
}
/* preadv2(2) and pwritev2(2) have flags behind the offset, which is -1 for the file's own. */
SYSCALL(preadv) { return transfer_at(a, (u64)a[4] << 32 | a[3], sys_readv); }
SYSCALL(pwritev) { return transfer_at(a, (u64)a[4] << 32 | a[3], sys_writev); }
static bool is_own(const u32 *a) { return (a[3] & a[4]) == (u32)-1; }
SYSCALL(preadv2) { return a[5] ? -EOPNOTSUPP : is_own(a) ? sys_readv(a) : sys_preadv(a); }
SYSCALL(pwritev2) { return a[5] ? -EOPNOTSUPP : is_own(a) ? sys_writev(a) : sys_pwritev(a); }

/* Copies from a file of the tree to any other file, a page at a time. */
static s32 send_file(u32 to, u32 from, u64 *offset, u32 length) {
  struct file *source = file_at(from), *sink = file_at(to);
  if (!source || !sink || (source->flags & O_ACCMODE) == O_WRONLY ||
      (sink->flags & O_ACCMODE) == O_RDONLY)
    return -EBADF;
  if (!source->node || !source->operations->read || !sink->operations->write) return -EINVAL;
  u8 *page = pages_alloc(1);
  if (!page) return -ENOMEM;
  source->references++;
  sink->references++;
  u64 position = source->position;
  if (offset) source->position = *offset;
  s32 done = 0, n = 0;
  length = min_u32(length, LONGEST_TRANSFER);
  while ((u32)done < length) {
    u64 before = source->position;
    s32 got = source->operations->read(source, page, min_u32(PAGE, length - (u32)done));
    n = got > 0 ? sink->operations->write(sink, page, (u32)got) : got;
    if (n > 0) done += n;
    if (n != got) source->position = before + (n > 0 ? (u32)n : 0);
    if (n <= 0 || n < got) break;
  }
  if (offset) {
    *offset = source->position;
    source->position = position;
  }
  pages_free(page, 1);
  file_put(source);
  file_put(sink);
  return done ? done : n;
}

SYSCALL(sendfile64) {
  u64 offset;
  if (!a[2]) return send_file(a[0], a[1], NULL, a[3]);
  if (!user_load(&offset, a[2], sizeof offset)) return -EFAULT;
  s32 result = send_file(a[0], a[1], &offset, a[3]);
  return user_store(a[2], &offset, sizeof offset) ? result : -EFAULT;
}

SYSCALL(sendfile) {
  u32 narrow;
  if (!a[2]) return send_file(a[0], a[1], NULL, a[3]);
  if (!user_load(&narrow, a[2], sizeof narrow)) return -EFAULT;
  u64 offset = narrow;
  s32 result = send_file(a[0], a[1], &offset, a[3]);
  narrow = (u32)offset;
  return user_store(a[2], &narrow, sizeof narrow) ? result : -EFAULT;
}

SYSCALL(ioctl) {
  enum { FIONCLEX = 0x5450, FIOCLEX = 0x5451, FIONBIO = 0x5421 };
  struct file *file = file_at(a[0]);
  if (!file) return -EBADF;
  if (a[1] == FIOCLEX || a[1] == FIONCLEX) {
    set_close_on_exec(a[0], a[1] == FIOCLEX);
    return 0;
  }
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
  if (!file->node) {
    *result = 0;
    return file->operations->name ? 0 : -ESPIPE; /* an eventfd and the like report success */
  }
  s64 base = whence == SEEK_CUR   ? (s64)file->position
             : whence == SEEK_END ? file->node->blob.size
                                  : 0;
  *result = base + offset;
  if (whence > SEEK_END || *result < 0) return -EINVAL;
  file->position = (u64)*result;
  return 0;
}

SYSCALL(lseek) {
  s64 result = 0;
  s32 error = seek(a[0], (s32)a[1], a[2], &result);
  return error ? error : result > 0x7fffffff ? -EOVERFLOW : (s32)result;
}

SYSCALL(_llseek) {
  s64 result;
  s32 error = seek(a[0], (s64)((u64)a[1] << 32 | a[2]), a[4], &result);
  if (error) return error;
  return user_store(a[3], &result, sizeof result) ? 0 : -EFAULT;
}

static s32 map(const u32 *a, u64 offset) {
  u32 protection = a[2], flags = a[3], kind = flags & MAP_TYPE;
  if (kind != MAP_PRIVATE && kind != MAP_SHARED && kind != MAP_SHARED_VALIDATE) return -EINVAL;
  if (flags & MAP_ANONYMOUS) return memory_map(a[0], a[1], protection, flags, NULL, 0);
  struct file *file = file_at(a[4]);
  if (!file) return -EBADF;
  if ((file->flags & O_ACCMODE) == O_WRONLY) return -EACCES;
  if (kind != MAP_PRIVATE && (file->flags & O_ACCMODE) == O_RDONLY) {
    if (protection & PROT_WRITE) return -EACCES;
    flags |= MAP_NEVER_WRITE;
  }
  if (!file->node || !node_is(file->node, S_IFREG) || file->node->operations) return -ENODEV;
  if (offset > 0x7fffffff) return -EOVERFLOW;
  return memory_map(a[0], a[1], protection, flags, file->node, (u32)offset);
}

SYSCALL(mmap2) { return map(a, (u64)a[5] * PAGE); }

/* Its arguments are in memory. */
SYSCALL(mmap) {
  u32 arguments[6];
  if (!user_load(arguments, a[0], sizeof arguments)) return -EFAULT;
  return arguments[5] % PAGE ? -EINVAL : map(arguments, arguments[5]);
}
