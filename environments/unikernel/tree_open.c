/* Opening the files of the tree. */
#include "file.h"
#include "inotify.h"
#include "memory.h"
#include "sample.h"
#include "syscall.h"
#include "tree.h"

static s32 open_node(struct node *node, u32 flags) {
  struct file *file = file_new(node->operations ? node->operations : &node_operations, flags);
  if (!file) return -ENOMEM;
  file->node = node_get(node);
  s32 number = file_number(file, 0);
  if (number < 0) file_put(file);
  else inotify_tell(node, IN_OPEN);
  return number;
}

static s32 open_path(u32 folder, u32 path, u32 flags, u32 mode) {
  bool writes = (flags & O_ACCMODE) != O_RDONLY, only_new = (flags & O_CREAT) && (flags & O_EXCL);
  struct place place;
  s32 error = tree_walk(folder, path, !(flags & O_NOFOLLOW) && !only_new, &place);
  if (error) return error;
  if (place.node && only_new) return -EEXIST;
  if (!place.node) {
    if (!(flags & O_CREAT)) return -ENOENT;
    if (place.slash) return -EISDIR;
    if (place_is_sealed(&place)) return -ENOENT;
    struct node *node = node_new(S_IFREG | (mode & 07777 & ~tree_umask()));
    error = tree_add(&place, node);
    return error ? error : open_node(node, flags);
  }
  struct node *node = place.node;
  if (node->target) return -ELOOP;
  if (node_is(node, S_IFDIR) && (writes || flags & O_CREAT)) return -EISDIR;
  if (!node_is(node, S_IFDIR) && flags & O_DIRECTORY) return -ENOTDIR;
  if (writes && node == sample_node()) return -ETXTBSY;
  if (flags & O_TRUNC && node_is(node, S_IFREG)) node_resize(node, 0);
  return open_node(node, flags);
}

SYSCALL(open) { return open_path(AT_FDCWD, a[0], a[1], a[2]); }
SYSCALL(openat) { return open_path(a[0], a[1], a[2], a[3]); }
SYSCALL(creat) { return open_path(AT_FDCWD, a[0], O_CREAT | O_WRONLY | O_TRUNC, a[1]); }

SYSCALL(memfd_create) {
  enum { LONGEST_NAME = 249, KNOWN = 3 /* close-on-exec, sealing */ };
  s32 error;
  if (a[1] & ~KNOWN) return -EINVAL;
  if (!user_text(a[0], LONGEST_NAME + 1, &error)) return error == -ENAMETOOLONG ? -EINVAL : error;
  struct node *node = node_new(S_IFREG | 0777);
  if (!node) return -ENOMEM;
  s32 number = open_node(node, O_RDWR | O_LARGEFILE | (a[1] & 1 ? O_CLOEXEC : 0));
  node_put(node);
  return number;
}
