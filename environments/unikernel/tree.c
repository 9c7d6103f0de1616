/* Files by their paths: opening, naming, and what stat(2) tells. The sample is root, and root may
   do anything: rights are kept and told, and forbid nothing. */
#include <string.h>

#include "clock.h"
#include "file.h"
#include "inotify.h"
#include "memory.h"
#include "page.h"
#include "run.h"
#include "sample.h"
#include "signal.h"
#include "syscall.h"
#include "thread.h"

enum { PATH_LIMIT = 4096, LONGEST_FILE = 0x7fffffff };

static struct node *cwd; /* NULL: the root */
static u32 umask = 022;

/* ---- bytes ---- */

static s32 node_read(struct file *file, void *to, u32 length) {
  struct node *node = file->node;
  if (node_is(node, S_IFDIR)) return -EISDIR;
  if (file->position >= node->blob.size) return 0;
  u32 n = blob_read(&node->blob, (u32)file->position, to, length);
  file->position += n;
  /* As mounted by default on Linux (relatime). */
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

static s32 resize(struct node *node, u64 size) {
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

/* ---- paths ---- */

static struct node *current_folder(void) { return cwd ? cwd : vfs_root(); }

struct node *tree_folder(void) { return current_folder(); }

void tree_start(struct node *folder) { cwd = node_get(folder); }

static s32 folder_of(u32 number, struct node **folder) {
  *folder = current_folder();
  if ((s32)number == AT_FDCWD) return 0;
  struct file *file = file_at(number);
  if (!file) return -EBADF;
  if (!file->node || !node_is(file->node, S_IFDIR)) return -ENOTDIR;
  *folder = file->node;
  return 0;
}

/* Where the path at that address leads, from the folder that is open under the number. */
static s32 find(u32 number, u32 address, bool follow, struct place *place) {
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

/* The node there. With AT_EMPTY_PATH, an empty path is the open file itself. */
static s32 find_node(u32 number, u32 address, u32 flags, struct node **node) {
  s32 error;
  const char *path = user_text(address, PATH_LIMIT, &error);
  *node = NULL;
  if (!path) return error;
  if (!*path && flags & AT_EMPTY_PATH) {
    struct file *file = file_at(number);
    *node = (s32)number == AT_FDCWD ? current_folder() : file ? file->node : NULL;
    return *node ? 0 : file ? -EINVAL : -EBADF;
  }
  struct place place;
  error = find(number, address, !(flags & AT_SYMLINK_NOFOLLOW), &place);
  *node = place.node;
  return error ? error : place.node ? 0 : -ENOENT;
}

s32 tree_find(u32 path, bool follow, struct node **node) {
  return find_node(AT_FDCWD, path, follow ? 0 : AT_SYMLINK_NOFOLLOW, node);
}

static bool is_sealed(const struct place *place) { return place->folder && place->folder->sealed; }

/* A place for something new. */
static s32 find_free(u32 number, u32 address, struct place *place) {
  s32 error = find(number, address, false, place);
  return error ? error : place->node ? -EEXIST : is_sealed(place) ? -ENOENT : 0;
}

static s32 add(const struct place *place, struct node *node) {
  if (!node) return -ENOSPC;
  s32 error = vfs_add(place, node);
  if (!error) inotify_tell_name(place, node, IN_CREATE, 0);
  node_put(node);
  return error;
}

/* The name goes, and with the last one the node, unless somebody has it open. */
static void remove_name(const struct place *place) {
  struct node *node = node_get(place->node);
  if (!node_is(node, S_IFDIR)) inotify_tell_self(node, IN_ATTRIB);
  vfs_remove(place);
  if (node->references == 1) inotify_tell_self(node, IN_DELETE_SELF);
  inotify_tell_name(place, node, IN_DELETE, 0);
  node_put(node);
}

/* ---- opening ---- */

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
  s32 error = find(folder, path, !(flags & O_NOFOLLOW) && !only_new, &place);
  if (error) return error;
  if (place.node && only_new) return -EEXIST;
  if (!place.node) {
    if (!(flags & O_CREAT)) return -ENOENT;
    if (place.slash) return -EISDIR;
    if (is_sealed(&place)) return -ENOENT;
    struct node *node = node_new(S_IFREG | (mode & 07777 & ~umask));
    error = add(&place, node);
    return error ? error : open_node(node, flags);
  }
  struct node *node = place.node;
  if (node->target) return -ELOOP;
  if (node_is(node, S_IFDIR) && (writes || flags & O_CREAT)) return -EISDIR;
  if (!node_is(node, S_IFDIR) && flags & O_DIRECTORY) return -ENOTDIR;
  if (writes && node == sample_node()) return -ETXTBSY;
  if (flags & O_TRUNC && node_is(node, S_IFREG)) resize(node, 0);
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

/* ---- naming ---- */

static s32 make_node(u32 folder, u32 path, u32 mode) {
  struct place place;
  s32 error = find_free(folder, path, &place);
  if (error) return error;
  if (place.slash && !(mode & S_IFDIR)) return -ENOENT;
  return add(&place, node_new(mode & ~umask));
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
  s32 error = find(folder, path, false, &place);
  if (error) return error;
  if (!place.node) return -ENOENT;
  if (is_sealed(&place)) return -EPERM;
  if (node_is(place.node, S_IFDIR)) return -EISDIR;
  remove_name(&place);
  return 0;
}

static s32 remove_folder(u32 folder, u32 path) {
  struct place place;
  s32 error = find(folder, path, false, &place);
  if (error) return error;
  if (!place.node) return -ENOENT;
  if (!node_is(place.node, S_IFDIR)) return -ENOTDIR;
  if (!place.folder) return !place.length ? -EBUSY : ends_in_dot(&place) ? -EINVAL : -ENOTEMPTY;
  if (is_sealed(&place)) return -EPERM;
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

/* What is there under the new name goes first, and leaves as much memory as that name takes. */
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
  s32 error = find(from_folder, from, false, &old);
  if (error) return error;
  error = find(to_folder, to, false, &new);
  if (error) return error;
  if (!old.folder || !new.folder) return -EBUSY;
  if (!old.node) return -ENOENT;
  if (is_sealed(&old) != is_sealed(&new)) return -EXDEV;
  if (is_sealed(&old)) return -EPERM;
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
  s32 error = find_node(from_folder, from, how, &node);
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
  return add(&place, node);
}

SYSCALL(symlink) { return make_link(a[0], AT_FDCWD, a[1]); }
SYSCALL(symlinkat) { return make_link(a[0], a[1], a[2]); }

static s32 read_link(u32 folder, u32 path, u32 to, u32 length) {
  if ((s32)length <= 0) return -EINVAL;
  struct node *node;
  s32 error = find_node(folder, path, AT_SYMLINK_NOFOLLOW, &node);
  if (error) return error;
  if (!node->target) return -EINVAL;
  length = min_u32(length, strlen(node->target));
  return user_store(to, node->target, length) ? (s32)length : -EFAULT;
}

SYSCALL(readlink) { return read_link(AT_FDCWD, a[0], a[1], a[2]); }
SYSCALL(readlinkat) { return read_link(a[0], a[1], a[2], a[3]); }

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
  s32 error = find_node(AT_FDCWD, a[0], 0, &node);
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
  s32 length = path_of(current_folder(), path, sizeof path);
  if (length < 0) return length;
  if ((u32)length > a[1]) return -ERANGE;
  return user_store(a[0], path, (u32)length) ? length : -EFAULT;
}

SYSCALL(umask) {
  u32 before = umask;
  umask = a[0] & 0777;
  return (s32)before;
}

/* ---- what a folder has in it ---- */

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

/* The size of what was stored; 0: it does not fit, or, in *error, -EFAULT. */
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

/* The position is that of the last one told: 0 none, 1 ".", 2 "..", or its cookie. */
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

/* ---- what is known of a file ---- */

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

/* struct stat, of before files had 64 bits; and stat64 of the OABI, which does not align by 8. */
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
  error = find_node(folder, path, flags, &node);
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
  s32 error = find_node(folder, path, flags, &node);
  if (error) return error;
  return wanted & EXECUTE && !node_is(node, S_IFDIR) && !(node->mode & 0111) ? -EACCES : 0;
}

SYSCALL(access) { return access_at(AT_FDCWD, a[0], a[1], 0); }
SYSCALL(faccessat) { return access_at(a[0], a[1], a[2], 0); }
SYSCALL(faccessat2) { return access_at(a[0], a[1], a[2], a[3]); }

/* ---- and what can be changed of that ---- */

static s32 set_mode(struct node *node, u32 mode) {
  node->mode = (node->mode & S_IFMT) | (mode & 07777);
  node->changed = now() + time_of_day_offset();
  inotify_tell(node, IN_ATTRIB);
  return 0;
}

static s32 set_owner(struct node *node, u32 uid, u32 gid) {
  if (uid != (u32)-1) node->uid = uid;
  if (gid != (u32)-1) node->gid = gid;
  /* Who owns a program no longer lends it to others. */
  if (!node_is(node, S_IFDIR)) node->mode &= ~(u32)(04000 | (node->mode & 010 ? 02000 : 0));
  node->changed = now() + time_of_day_offset();
  inotify_tell(node, IN_ATTRIB);
  return 0;
}

static s32 mode_at(u32 folder, u32 path, u32 mode) {
  struct node *node;
  s32 error = find_node(folder, path, 0, &node);
  return error ? error : set_mode(node, mode);
}

static s32 owner_at(u32 folder, u32 path, u32 uid, u32 gid, u32 flags) {
  struct node *node;
  s32 error = find_node(folder, path, flags, &node);
  return error ? error : set_owner(node, uid, gid);
}

/* Of 16 bits, -1 is the highest number. */
static u32 wide(u32 id) { return (u16)id == 0xffff ? (u32)-1 : (u16)id; }

SYSCALL(chmod) { return mode_at(AT_FDCWD, a[0], a[1]); }
SYSCALL(fchmodat) { return mode_at(a[0], a[1], a[2]); }
SYSCALL(fchmod) {
  struct file *file = file_at(a[0]);
  return !file ? -EBADF : file->node ? set_mode(file->node, a[1]) : 0;
}
SYSCALL(chown) { return owner_at(AT_FDCWD, a[0], wide(a[1]), wide(a[2]), 0); }
SYSCALL(lchown) { return owner_at(AT_FDCWD, a[0], wide(a[1]), wide(a[2]), AT_SYMLINK_NOFOLLOW); }
SYSCALL(chown32) { return owner_at(AT_FDCWD, a[0], a[1], a[2], 0); }
SYSCALL(lchown32) { return owner_at(AT_FDCWD, a[0], a[1], a[2], AT_SYMLINK_NOFOLLOW); }
SYSCALL(fchownat) { return owner_at(a[0], a[1], a[2], a[3], a[4]); }
SYSCALL(fchown32) {
  struct file *file = file_at(a[0]);
  return !file ? -EBADF : file->node ? set_owner(file->node, a[1], a[2]) : 0;
}
SYSCALL(fchown) { return sys_fchown32((u32[]){a[0], wide(a[1]), wide(a[2])}); }

/* Two times: of the last reading and of the last change. */
struct times {
  s64 seconds[2], ns[2];
};
enum { TIME_NOW = 0x3fffffff, TIME_KEPT = 0x3ffffffe };

static bool is_file_time(s64 ns) {
  return ns == TIME_NOW || ns == TIME_KEPT || (ns >= 0 && ns < (s64)NS_PER_S);
}

static s32 set_times(u32 folder, u32 path, u32 flags, const struct times *times) {
  struct node *node;
  for (u32 i = 0; i < 2; i++)
    if (!is_file_time(times->ns[i])) return -EINVAL;
  if (path) {
    s32 error = find_node(folder, path, flags, &node);
    if (error) return error;
  } else {
    struct file *file = file_at(folder);
    if (!file) return -EBADF;
    if (!file->node) return 0;
    node = file->node;
  }
  node->changed = now() + time_of_day_offset();
  u64 *of_node[] = {&node->accessed, &node->modified};
  for (u32 i = 0; i < 2; i++) {
    if (times->ns[i] == TIME_KEPT) continue;
    *of_node[i] = times->ns[i] == TIME_NOW
                      ? node->changed
                      : to_ns(times->seconds[i] < 0 ? 0 : times->seconds[i], times->ns[i]);
  }
  bool read = times->ns[0] != TIME_KEPT, changed = times->ns[1] != TIME_KEPT;
  if (read || changed)
    inotify_tell(node, !changed ? IN_ACCESS : !read ? IN_MODIFY : IN_ATTRIB);
  return 0;
}

static const struct times both_now = {{0, 0}, {TIME_NOW, TIME_NOW}};

/* Of two timespecs or, in us, timevals; without an address, now. */
static s32 load_times(u32 from, u32 ns_a_unit, struct times *times) {
  s32 given[4];
  *times = both_now;
  if (!from) return 0;
  if (!user_load(given, from, sizeof given)) return -EFAULT;
  for (u32 i = 0; i < 2; i++) {
    times->seconds[i] = given[2 * i];
    times->ns[i] = given[2 * i + 1];
    if (ns_a_unit == 1) continue;
    if (given[2 * i + 1] < 0 || given[2 * i + 1] >= 1000000) return -EINVAL;
    times->ns[i] *= ns_a_unit;
  }
  return 0;
}

SYSCALL(utime) {
  struct times times = both_now;
  s32 given[2];
  if (a[1]) {
    if (!user_load(given, a[1], sizeof given)) return -EFAULT;
    times = (struct times){{given[0], given[1]}, {0, 0}};
  }
  return set_times(AT_FDCWD, a[0], 0, &times);
}

SYSCALL(utimes) {
  struct times times;
  s32 error = load_times(a[1], 1000, &times);
  return error ? error : set_times(AT_FDCWD, a[0], 0, &times);
}

SYSCALL(futimesat) {
  struct times times;
  s32 error = load_times(a[2], 1000, &times);
  return error ? error : set_times(a[0], a[1], 0, &times);
}

SYSCALL(utimensat) {
  struct times times;
  s32 error = load_times(a[2], 1, &times);
  return error ? error : set_times(a[0], a[1], a[3], &times);
}

SYSCALL(utimensat_time64) {
  struct times times = both_now;
  struct timespec64 given[2];
  if (a[2]) {
    if (!user_load(given, a[2], sizeof given)) return -EFAULT;
    for (u32 i = 0; i < 2; i++) {
      times.seconds[i] = given[i].seconds;
      times.ns[i] = (s32)given[i].ns;
    }
  }
  return set_times(a[0], a[1], a[3], &times);
}

static s32 truncate_path(u32 path, u64 size) {
  struct node *node;
  if ((s64)size < 0) return -EINVAL;
  s32 error = find_node(AT_FDCWD, path, 0, &node);
  return error ? error : resize(node, size);
}

static s32 truncate_file(u32 number, u64 size) {
  struct file *file = file_at(number);
  if (!file) return -EBADF;
  if ((s64)size < 0 || !file->node || (file->flags & O_ACCMODE) == O_RDONLY) return -EINVAL;
  s32 error = resize(file->node, size);
  return error == -EISDIR ? -EINVAL : error;
}

/* 64 bits are in an even pair of registers by the EABI. */
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

/* ---- what is known of the file system ---- */

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
  s32 error = find_node(AT_FDCWD, path, 0, &node);
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
  s32 error = find_node(AT_FDCWD, path, flags, &node);
  return error ? error : answer;
}

SYSCALL(getxattr) { return no_attributes(a[0], 0, -EOPNOTSUPP); }
SYSCALL(lgetxattr) { return no_attributes(a[0], AT_SYMLINK_NOFOLLOW, -EOPNOTSUPP); }
SYSCALL(listxattr) { return no_attributes(a[0], 0, 0); }
SYSCALL(llistxattr) { return no_attributes(a[0], AT_SYMLINK_NOFOLLOW, 0); }
SYSCALL(fgetxattr) { return file_at(a[0]) ? -EOPNOTSUPP : -EBADF; }
SYSCALL(flistxattr) { return file_at(a[0]) ? 0 : -EBADF; }
