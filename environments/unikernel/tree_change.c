/* The rights, the owner and the times of a file. The sample is root, and root may do anything:
   rights are kept and told, and forbid nothing. */
#include "clock.h"
#include "file.h"
#include "inotify.h"
#include "memory.h"
#include "syscall.h"
#include "tree.h"

static s32 set_mode(struct node *node, u32 mode) {
  node->mode = (node->mode & S_IFMT) | (mode & 07777);
  node->changed = now() + time_of_day_offset();
  inotify_tell(node, IN_ATTRIB);
  return 0;
}

static s32 set_owner(struct node *node, u32 uid, u32 gid) {
  if (uid != (u32)-1) node->uid = uid;
  if (gid != (u32)-1) node->gid = gid;
  /* A change of the owner clears the set-user-ID and set-group-ID bits. */
  if (!node_is(node, S_IFDIR)) node->mode &= ~(u32)(04000 | (node->mode & 010 ? 02000 : 0));
  node->changed = now() + time_of_day_offset();
  inotify_tell(node, IN_ATTRIB);
  return 0;
}

static s32 mode_at(u32 folder, u32 path, u32 mode) {
  struct node *node;
  s32 error = tree_node(folder, path, 0, &node);
  return error ? error : set_mode(node, mode);
}

static s32 owner_at(u32 folder, u32 path, u32 uid, u32 gid, u32 flags) {
  struct node *node;
  s32 error = tree_node(folder, path, flags, &node);
  return error ? error : set_owner(node, uid, gid);
}

/* The -1 of 16 bits is 0xffff. */
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
    s32 error = tree_node(folder, path, flags, &node);
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

/* Reads two timespecs or, with 1000 ns a unit, two timevals. Without an address, both are now. */
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
