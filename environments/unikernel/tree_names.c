/* Making, moving and removing names in the tree. */
#include <string.h>

#include "abi.h"
#include "clock.h"
#include "inotify.h"
#include "memory.h"
#include "page.h"
#include "syscall.h"
#include "tree.h"

/* A place for something new. */
static s32 find_free(u32 number, u32 address, struct place *place) {
  s32 error = tree_walk(number, address, false, place);
  return error ? error : place->node ? -EEXIST : place_is_sealed(place) ? -ENOENT : 0;
}

/* Removes a name. The node goes with its last name, unless it is open. */
static void remove_name(const struct place *place) {
  struct node *node = node_get(place->node);
  if (!node_is(node, S_IFDIR)) inotify_tell_self(node, IN_ATTRIB);
  vfs_remove(place);
  if (node->references == 1) inotify_tell_self(node, IN_DELETE_SELF);
  inotify_tell_name(place, node, IN_DELETE, 0);
  node_put(node);
}

static s32 make_node(u32 folder, u32 path, u32 mode) {
  struct place place;
  s32 error = find_free(folder, path, &place);
  if (error) return error;
  if (place.slash && !(mode & S_IFDIR)) return -ENOENT;
  return tree_add(&place, node_new(mode & ~tree_umask()));
}

static s32 make_folder(u32 folder, u32 path, u32 mode) {
  return make_node(folder, path, S_IFDIR | (mode & 01777));
}

/* Devices are those that /dev has. */
static s32 make_other(u32 folder, u32 path, u32 mode) {
  u32 kind = mode & S_IFMT;
  if (kind == S_IFDIR) return -EPERM;
  return kind == 0 || kind == S_IFREG ? make_node(folder, path, S_IFREG | (mode & 07777)) : -EPERM;
}

SYSCALL(mkdir) { return make_folder(AT_FDCWD, a[0], a[1]); }
SYSCALL(mkdirat) { return make_folder(a[0], a[1], a[2]); }
SYSCALL(mknod) { return make_other(AT_FDCWD, a[0], a[1]); }
SYSCALL(mknodat) { return make_other(a[0], a[1], a[2]); }

static bool ends_in_dot(const struct place *place) {
  return place->length == 1 && place->name[0] == '.';
}

static s32 remove_file(u32 folder, u32 path) {
  struct place place;
  s32 error = tree_walk(folder, path, false, &place);
  if (error) return error;
  if (!place.node) return -ENOENT;
  if (place_is_sealed(&place)) return -EPERM;
  if (node_is(place.node, S_IFDIR)) return -EISDIR;
  remove_name(&place);
  return 0;
}

static s32 remove_folder(u32 folder, u32 path) {
  struct place place;
  s32 error = tree_walk(folder, path, false, &place);
  if (error) return error;
  if (!place.node) return -ENOENT;
  if (!node_is(place.node, S_IFDIR)) return -ENOTDIR;
  if (!place.folder) return !place.length ? -EBUSY : ends_in_dot(&place) ? -EINVAL : -ENOTEMPTY;
  if (place_is_sealed(&place)) return -EPERM;
  if (place.node->sealed) return -EBUSY;
  if (place.node->entries) return -ENOTEMPTY;
  remove_name(&place);
  return 0;
}

SYSCALL(unlink) { return remove_file(AT_FDCWD, a[0]); }
SYSCALL(rmdir) { return remove_folder(AT_FDCWD, a[0]); }
SYSCALL(unlinkat) {
  if (a[2] & ~AT_REMOVEDIR) return -EINVAL;
  return a[2] ? remove_folder(a[0], a[1]) : remove_file(a[0], a[1]);
}

static bool is_within(const struct node *node, const struct node *folder) {
  for (; node; node = node->parent != node ? node->parent : NULL)
    if (node == folder) return true;
  return false;
}

/* The node that has the new name loses it first, which frees as much memory as the name takes. */
static s32 move(const struct place *old, const struct place *new) {
  static u32 moves;
  struct node *node = old->node, *replaced = new->node ? node_get(new->node) : NULL;
  if (replaced) vfs_remove(new);
  s32 error = vfs_add(new, node);
  if (error) return error;
  vfs_remove(old);
  moves++;
  inotify_tell_name(old, node, IN_MOVED_FROM, moves);
  inotify_tell_name(new, node, IN_MOVED_TO, moves);
  if (replaced) {
    inotify_tell_self(replaced, IN_ATTRIB);
    node_put(replaced);
  }
  inotify_tell_self(node, IN_MOVE_SELF);
  return 0;
}

static s32 rename_to(u32 from_folder, u32 from, u32 to_folder, u32 to, bool replace) {
  struct place old, new;
  s32 error = tree_walk(from_folder, from, false, &old);
  if (error) return error;
  error = tree_walk(to_folder, to, false, &new);
  if (error) return error;
  if (!old.folder || !new.folder) return -EBUSY;
  if (!old.node) return -ENOENT;
  if (place_is_sealed(&old) != place_is_sealed(&new)) return -EXDEV;
  if (place_is_sealed(&old)) return -EPERM;
  if (old.node->sealed || (new.node && new.node->sealed)) return -EBUSY;
  if (new.node && !replace) return -EEXIST;
  if (new.node == old.node) return 0;
  bool folder = node_is(old.node, S_IFDIR);
  if (!folder && new.slash) return -ENOTDIR;
  if (folder && is_within(new.folder, old.node)) return -EINVAL;
  if (new.node) {
    bool replaced = node_is(new.node, S_IFDIR);
    if (folder && !replaced) return -ENOTDIR;
    if (!folder && replaced) return is_within(old.folder, new.node) ? -ENOTEMPTY : -EISDIR;
    if (new.node->entries) return -ENOTEMPTY;
  }
  return move(&old, &new);
}

SYSCALL(rename) { return rename_to(AT_FDCWD, a[0], AT_FDCWD, a[1], true); }
SYSCALL(renameat) { return rename_to(a[0], a[1], a[2], a[3], true); }
SYSCALL(renameat2) {
  enum { NOREPLACE = 1 };
  return a[4] & ~NOREPLACE ? -EINVAL : rename_to(a[0], a[1], a[2], a[3], !a[4]);
}

static s32 link_to(u32 from_folder, u32 from, u32 to_folder, u32 to, u32 flags) {
  struct node *node;
  struct place place;
  if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) return -EINVAL;
  u32 how = (flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW) | (flags & AT_EMPTY_PATH);
  s32 error = tree_node(from_folder, from, how, &node);
  if (error) return error;
  error = find_free(to_folder, to, &place);
  if (error) return error;
  if (node_is(node, S_IFDIR)) return -EPERM;
  if (!node->links || place.slash) return -ENOENT;
  error = vfs_add(&place, node);
  if (error) return error;
  node->changed = now() + time_of_day_offset();
  inotify_tell_self(node, IN_ATTRIB);
  inotify_tell_name(&place, node, IN_CREATE, 0);
  return 0;
}

SYSCALL(link) { return link_to(AT_FDCWD, a[0], AT_FDCWD, a[1], 0); }
SYSCALL(linkat) { return link_to(a[0], a[1], a[2], a[3], a[4]); }

static s32 make_link(u32 target_address, u32 folder, u32 path) {
  s32 error;
  const char *target = user_text(target_address, KALLOC_MAX, &error);
  if (!target) return error;
  if (!*target) return -ENOENT;
  struct place place;
  error = find_free(folder, path, &place);
  if (error) return error;
  if (place.slash) return -ENOENT;
  struct node *node = node_new(S_IFLNK | 0777);
  if (!node) return -ENOSPC;
  node->target = kalloc(strlen(target) + 1);
  if (!node->target) {
    node_put(node);
    return -ENOSPC;
  }
  strcpy(node->target, target);
  return tree_add(&place, node);
}

SYSCALL(symlink) { return make_link(a[0], AT_FDCWD, a[1]); }
SYSCALL(symlinkat) { return make_link(a[0], a[1], a[2]); }

static s32 read_link(u32 folder, u32 path, u32 to, u32 length) {
  if ((s32)length <= 0) return -EINVAL;
  struct node *node;
  s32 error = tree_node(folder, path, AT_SYMLINK_NOFOLLOW, &node);
  if (error) return error;
  if (!node->target) return -EINVAL;
  length = min_u32(length, strlen(node->target));
  return user_store(to, node->target, length) ? (s32)length : -EFAULT;
}

SYSCALL(readlink) { return read_link(AT_FDCWD, a[0], a[1], a[2]); }
SYSCALL(readlinkat) { return read_link(a[0], a[1], a[2], a[3]); }
