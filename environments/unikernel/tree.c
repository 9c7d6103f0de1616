/* Following paths; the folder that the sample is in. */
#include "tree.h"

#include <string.h>

#include "file.h"
#include "inotify.h"
#include "memory.h"
#include "syscall.h"

static struct node *cwd; /* NULL: the root */
static u32 rights_kept_back = 022;

struct node *tree_folder(void) { return cwd ? cwd : vfs_root(); }

void tree_start(struct node *folder) { cwd = node_get(folder); }

static s32 folder_of(u32 number, struct node **folder) {
  *folder = tree_folder();
  if ((s32)number == AT_FDCWD) return 0;
  struct file *file = file_at(number);
  if (!file) return -EBADF;
  if (!file->node || !node_is(file->node, S_IFDIR)) return -ENOTDIR;
  *folder = file->node;
  return 0;
}

s32 tree_walk(u32 number, u32 address, bool follow, struct place *place) {
  s32 error;
  const char *path = user_text(address, PATH_LIMIT, &error);
  if (!path) return error;
  struct node *folder = vfs_root();
  if (*path != '/') {
    error = folder_of(number, &folder);
    if (error) return error;
  }
  return vfs_walk(folder, path, follow, place);
}

s32 tree_node(u32 number, u32 address, u32 flags, struct node **node) {
  s32 error;
  const char *path = user_text(address, PATH_LIMIT, &error);
  *node = NULL;
  if (!path) return error;
  if (!*path && flags & AT_EMPTY_PATH) {
    struct file *file = file_at(number);
    *node = (s32)number == AT_FDCWD ? tree_folder() : file ? file->node : NULL;
    return *node ? 0 : file ? -EINVAL : -EBADF;
  }
  struct place place;
  error = tree_walk(number, address, !(flags & AT_SYMLINK_NOFOLLOW), &place);
  *node = place.node;
  return error ? error : place.node ? 0 : -ENOENT;
}

s32 tree_add(const struct place *place, struct node *node) {
  if (!node) return -ENOSPC;
  s32 error = vfs_add(place, node);
  if (!error) inotify_tell_name(place, node, IN_CREATE, 0);
  node_put(node);
  return error;
}

/* ---- where the sample is ---- */

static s32 go_to(struct node *folder) {
  if (!node_is(folder, S_IFDIR)) return -ENOTDIR;
  struct node *before = cwd;
  cwd = node_get(folder);
  if (before) node_put(before);
  return 0;
}

SYSCALL(chdir) {
  struct node *node;
  s32 error = tree_node(AT_FDCWD, a[0], 0, &node);
  return error ? error : go_to(node);
}

SYSCALL(fchdir) {
  struct file *file = file_at(a[0]);
  return !file ? -EBADF : !file->node ? -ENOTDIR : go_to(file->node);
}

/* Written from its end. Returns the length with the NUL, or an error. */
static s32 path_of(const struct node *folder, char *to, u32 size) {
  u32 at = size;
  to[--at] = 0;
  if (folder == vfs_root()) to[--at] = '/';
  while (folder != vfs_root()) {
    const struct node *parent = folder->parent;
    if (!folder->links) return -ENOENT;
    const struct entry *entry = parent->entries;
    while (entry->node != folder) entry = entry->next;
    u32 length = strlen(entry->name);
    if (length + 1 > at) return -ENAMETOOLONG;
    at -= length;
    memcpy(to + at, entry->name, length);
    to[--at] = '/';
    folder = parent;
  }
  memmove(to, to + at, size - at);
  return (s32)(size - at);
}

SYSCALL(getcwd) {
  static char path[PATH_LIMIT];
  s32 length = path_of(tree_folder(), path, sizeof path);
  if (length < 0) return length;
  if ((u32)length > a[1]) return -ERANGE;
  return user_store(a[0], path, (u32)length) ? length : -EFAULT;
}

u32 tree_umask(void) { return rights_kept_back; }

SYSCALL(umask) {
  u32 before = rights_kept_back;
  rights_kept_back = a[0] & 0777;
  return (s32)before;
}
