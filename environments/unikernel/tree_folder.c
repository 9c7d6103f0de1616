/* Reading a folder. */
#include <string.h>

#include "file.h"
#include "inotify.h"
#include "memory.h"
#include "syscall.h"

/* struct linux_dirent, and linux_dirent64 */
struct old_dirent {
  u32 inode, next;
  u16 size;
  char name[];
} __attribute__((packed));
struct dirent64 {
  u64 inode, next;
  u16 size;
  u8 kind;
  char name[];
} __attribute__((packed));

/* Returns the size of the stored entry; 0 when it does not fit, or, with -EFAULT in *error, faults.
   */
static u32 put_entry(u32 to, u32 room, const struct node *node, const char *name, u32 next,
                     bool old, s32 *error) {
  u8 buffer[sizeof(struct dirent64) + 256 + 8] = {0};
  u32 length = strlen(name) + 1, kind = node->mode >> 12, size;
  if (old) {
    size = ROUND_UP(sizeof(struct old_dirent) + length + 1, 4);
    *(struct old_dirent *)buffer = (struct old_dirent){node->inode, next, (u16)size};
    memcpy(buffer + sizeof(struct old_dirent), name, length);
    buffer[size - 1] = (u8)kind;
  } else {
    size = ROUND_UP(sizeof(struct dirent64) + length, 8);
    *(struct dirent64 *)buffer = (struct dirent64){node->inode, next, (u16)size, (u8)kind};
    memcpy(buffer + sizeof(struct dirent64), name, length);
  }
  if (size > room) return 0;
  if (user_store(to, buffer, size)) return size;
  *error = -EFAULT;
  return 0;
}

/* The file's position stands for the last entry that was told: 0 none, 1 ".", 2 "..", or its
   cookie. */
static s32 read_folder(const u32 *a, bool old) {
  struct file *file = file_at(a[0]);
  if (!file) return -EBADF;
  if (!file->node || !node_is(file->node, S_IFDIR)) return -ENOTDIR;
  const struct node *folder = file->node, *parent = folder->parent;
  const struct entry *entry = folder->entries;
  u32 done = 0;
  s32 error = -EINVAL;
  if (folder->refresh && file->position == 0) {
    folder->refresh(file->node);
    entry = folder->entries;
  }
  if (!folder->links) return -ENOENT;
  inotify_tell(folder, IN_ACCESS);
  for (;;) {
    u32 at = (u32)file->position, next = at + 1;
    const struct node *node = at == 0 ? folder : parent;
    const char *name = at == 0 ? "." : "..";
    if (at >= 2) {
      while (entry && entry->cookie <= at) entry = entry->next;
      if (!entry) return (s32)done;
      node = entry->node;
      name = entry->name;
      next = entry->cookie;
    }
    u32 size = put_entry(a[1] + done, a[2] - done, node, name, next, old, &error);
    if (!size) return done ? (s32)done : error;
    done += size;
    file->position = next;
  }
}

SYSCALL(getdents) { return read_folder(a, true); }
SYSCALL(getdents64) { return read_folder(a, false); }
