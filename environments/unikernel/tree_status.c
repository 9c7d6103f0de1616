/* The system calls that tell about a file, or about the file system. */
#include <string.h>

#include "file.h"
#include "memory.h"
#include "page.h"
#include "syscall.h"
#include "thread.h"
#include "tree.h"

/* ---- a file ---- */

enum { FOLDER_ENTRY = 20 /* bytes, as tmpfs counts */ };

static u32 size_of(const struct node *node) {
  if (node->target) return strlen(node->target);
  if (!node_is(node, S_IFDIR)) return node->blob.size;
  u32 count = 2;
  for (const struct entry *entry = node->entries; entry; entry = entry->next) count++;
  return count * FOLDER_ENTRY;
}

void node_status(const struct node *node, struct stat64 *status) {
  *status = (struct stat64){
      .device = 1, .mode = node->mode, .links = node->links, .uid = node->uid, .gid = node->gid,
      .special = node->special, .size = size_of(node), .blocks = node->blob.pages * (PAGE / 512),
      .inode = node->inode, .old_inode = node->inode, .block_size = PAGE,
      .accessed = (u32)(node->accessed / NS_PER_S), .accessed_ns = (u32)(node->accessed % NS_PER_S),
      .modified = (u32)(node->modified / NS_PER_S), .modified_ns = (u32)(node->modified % NS_PER_S),
      .changed = (u32)(node->changed / NS_PER_S), .changed_ns = (u32)(node->changed % NS_PER_S)};
}

void file_status(struct file *file, struct stat64 *status) {
  *status = (struct stat64){.links = 1, .block_size = PAGE};
  if (file->operations->status) {
    file->operations->status(file, status);
  } else if (file->node) {
    node_status(file->node, status);
  } else {
    status->mode = 0600; /* of no kind */
  }
}

/* The struct stat from before sizes had 64 bits, and the OABI's stat64, which is not aligned to 8.
   */
struct old_stat {
  u32 device, inode;
  u16 mode, links, uid, gid;
  u32 special, size, block_size, blocks;
  u32 accessed, accessed_ns, modified, modified_ns, changed, changed_ns, unused[2];
};
struct oabi_stat64 {
  u64 device;
  u32 pad0, old_inode, mode, links, uid, gid;
  u64 special;
  u32 pad1;
  s64 size;
  u32 block_size;
  u64 blocks;
  u32 times[6];
  u64 inode;
} __attribute__((packed, aligned(4)));
_Static_assert(sizeof(struct old_stat) == 64 && sizeof(struct oabi_stat64) == 96,
               "Linux has it so");

static s32 tell(u32 to, const struct stat64 *status, bool old) {
  if (old) {
    struct old_stat told = {
        (u32)status->device, (u32)status->inode, (u16)status->mode, (u16)status->links,
        (u16)status->uid, (u16)status->gid, (u32)status->special, (u32)status->size,
        status->block_size, (u32)status->blocks, status->accessed, status->accessed_ns,
        status->modified, status->modified_ns, status->changed, status->changed_ns, {0}};
    return user_store(to, &told, sizeof told) ? 0 : -EFAULT;
  }
  if (current->old_abi) {
    struct oabi_stat64 told = {
        .device = status->device, .old_inode = status->old_inode, .mode = status->mode,
        .links = status->links, .uid = status->uid, .gid = status->gid, .special = status->special,
        .size = status->size, .block_size = status->block_size, .blocks = status->blocks,
        .times = {status->accessed, status->accessed_ns, status->modified, status->modified_ns,
                  status->changed, status->changed_ns},
        .inode = status->inode};
    return user_store(to, &told, sizeof told) ? 0 : -EFAULT;
  }
  return user_store(to, status, sizeof *status) ? 0 : -EFAULT;
}

static s32 status_at(u32 folder, u32 path, u32 flags, struct stat64 *status) {
  s32 error;
  const char *text = user_text(path, PATH_LIMIT, &error);
  struct file *file = file_at(folder);
  if (text && !*text && flags & AT_EMPTY_PATH && file) {
    file_status(file, status);
    return 0;
  }
  struct node *node;
  error = tree_node(folder, path, flags, &node);
  if (!error) node_status(node, status);
  return error;
}

static s32 stat_at(u32 folder, u32 path, u32 flags, u32 to, bool old) {
  struct stat64 status;
  s32 error = status_at(folder, path, flags, &status);
  return error ? error : tell(to, &status, old);
}

static s32 stat_file(u32 number, u32 to, bool old) {
  struct file *file = file_at(number);
  struct stat64 status;
  if (!file) return -EBADF;
  file_status(file, &status);
  return tell(to, &status, old);
}

SYSCALL(stat64) { return stat_at(AT_FDCWD, a[0], 0, a[1], false); }
SYSCALL(lstat64) { return stat_at(AT_FDCWD, a[0], AT_SYMLINK_NOFOLLOW, a[1], false); }
SYSCALL(fstat64) { return stat_file(a[0], a[1], false); }
SYSCALL(fstatat64) { return stat_at(a[0], a[1], a[3], a[2], false); }
SYSCALL(stat) { return stat_at(AT_FDCWD, a[0], 0, a[1], true); }
SYSCALL(lstat) { return stat_at(AT_FDCWD, a[0], AT_SYMLINK_NOFOLLOW, a[1], true); }
SYSCALL(fstat) { return stat_file(a[0], a[1], true); }

struct statx_time {
  s64 seconds;
  u32 ns, pad;
};

SYSCALL(statx) {
  enum { BASIC = 0x7ff };
  struct stat64 status;
  s32 error = status_at(a[0], a[1], a[2], &status);
  if (error) return error;
  struct {
    u32 mask, block_size;
    u64 attributes;
    u32 links, uid, gid;
    u16 mode, pad;
    u64 inode, size, blocks, attributes_mask;
    struct statx_time accessed, born, changed, modified;
    u32 special[2], device[2];
    u64 rest[14];
  } told = {.mask = BASIC, .block_size = PAGE, .links = status.links, .uid = status.uid,
            .gid = status.gid, .mode = (u16)status.mode, .inode = status.inode,
            .size = (u64)status.size, .blocks = status.blocks,
            .accessed = {status.accessed, status.accessed_ns, 0},
            .changed = {status.changed, status.changed_ns, 0},
            .modified = {status.modified, status.modified_ns, 0},
            .special = {(u32)status.special >> 8, (u32)status.special & 0xff},
            .device = {0, (u32)status.device}};
  _Static_assert(sizeof told == 256, "Linux has it so");
  return user_store(a[4], &told, sizeof told) ? 0 : -EFAULT;
}

/* Root may read and write everything, and run what anybody may run. */
static s32 access_at(u32 folder, u32 path, u32 wanted, u32 flags) {
  enum { EXECUTE = 1, ALL = 7 };
  struct node *node;
  if (wanted & ~ALL) return -EINVAL;
  s32 error = tree_node(folder, path, flags, &node);
  if (error) return error;
  return wanted & EXECUTE && !node_is(node, S_IFDIR) && !(node->mode & 0111) ? -EACCES : 0;
}

SYSCALL(access) { return access_at(AT_FDCWD, a[0], a[1], 0); }
SYSCALL(faccessat) { return access_at(a[0], a[1], a[2], 0); }
SYSCALL(faccessat2) { return access_at(a[0], a[1], a[2], a[3]); }

/* ---- the file system ---- */

struct statfs {
  u32 type, block_size, blocks, free, available, files, files_free, id[2], name_length, fragment,
      flags, spare[4];
};
struct statfs64 {
  u32 type, block_size;
  u64 blocks, free, available, files, files_free;
  u32 id[2], name_length, fragment, flags, spare[4];
} __attribute__((packed, aligned(4)));
_Static_assert(sizeof(struct statfs) == 64 && sizeof(struct statfs64) == 84, "Linux has it so");

enum { TMPFS = 0x01021994 };

static s32 tell_system(u32 to, bool wide) {
  u32 total = blob_pages_limit(), left = min_u32(total - blob_pages_used(), pages_left());
  struct statfs narrow = {TMPFS, PAGE, total, left, left, total, left, {0}, 255, PAGE, 0, {0}};
  struct statfs64 told = {TMPFS, PAGE, total, left, left, total, left, {0}, 255, PAGE, 0, {0}};
  return user_store(to, wide ? (void *)&told : &narrow, wide ? sizeof told : sizeof narrow) ? 0
                                                                                         : -EFAULT;
}

static bool is_size(u32 size) { return size == sizeof(struct statfs64) || size == 88; }

static s32 system_at(u32 path, u32 to, bool wide) {
  struct node *node;
  s32 error = tree_node(AT_FDCWD, path, 0, &node);
  return error ? error : tell_system(to, wide);
}

SYSCALL(statfs) { return system_at(a[0], a[1], false); }
SYSCALL(statfs64) { return is_size(a[1]) ? system_at(a[0], a[2], true) : -EINVAL; }
SYSCALL(fstatfs) { return file_at(a[0]) ? tell_system(a[1], false) : -EBADF; }
SYSCALL(fstatfs64) {
  return !is_size(a[1]) ? -EINVAL : file_at(a[0]) ? tell_system(a[2], true) : -EBADF;
}

/* ---- extended attributes, of which the file system has none ---- */

static s32 no_attributes(u32 path, u32 flags, s32 answer) {
  struct node *node;
  s32 error = tree_node(AT_FDCWD, path, flags, &node);
  return error ? error : answer;
}

SYSCALL(getxattr) { return no_attributes(a[0], 0, -EOPNOTSUPP); }
SYSCALL(lgetxattr) { return no_attributes(a[0], AT_SYMLINK_NOFOLLOW, -EOPNOTSUPP); }
SYSCALL(listxattr) { return no_attributes(a[0], 0, 0); }
SYSCALL(llistxattr) { return no_attributes(a[0], AT_SYMLINK_NOFOLLOW, 0); }
SYSCALL(fgetxattr) { return file_at(a[0]) ? -EOPNOTSUPP : -EBADF; }
SYSCALL(flistxattr) { return file_at(a[0]) ? 0 : -EBADF; }
