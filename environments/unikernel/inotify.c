#include "inotify.h"

#include <string.h>

#include "file.h"
#include "memory.h"
#include "page.h"
#include "queue.h"
#include "syscall.h"
#include "thread.h"
#include "tree.h"

enum {
  ALL_EVENTS = 0xfff, OVERFLOW = 0x4000, IGNORED = 0x8000, ONLY_FOLDERS = 0x1000000,
  DONT_FOLLOW = 0x2000000, EXCLUDE_UNLINKED = 0x4000000, ONLY_NEW = 0x10000000,
  ADD = 0x20000000, IS_FOLDER = 0x40000000,
  WAITING_MAX = 16384 /* events, as /proc/sys/fs/inotify has it by default */
};
#define ONCE 0x80000000u

/* struct inotify_event; after it comes the name, filled up with NULs to a multiple of its size. */
struct event {
  s32 watch;
  u32 mask, cookie, length;
};

struct watch {
  struct watch *next;
  const struct node *node;
  u32 mask;
  s32 number;
  bool ended; /* it was told that the node is gone */
};

/* An open file of inotify_init(2). */
struct inotify {
  struct inotify *next;
  struct file *file;
  struct watch *watches;
  s32 last_number;
  struct queue queue;
  u32 waiting; /* events in the queue */
  struct {
    struct event event;
    char name[256];
  } last; /* of the queue */
};

static struct inotify *all;

/* ---- telling ---- */

static void put(struct inotify *inotify, struct event event, const char *name, u32 name_length) {
  static const char nothing[sizeof event];
  event.length = name_length ? ROUND_UP(name_length + 1, sizeof event) : 0;
  if (inotify->waiting && memcmp(&event, &inotify->last.event, sizeof event) == 0 &&
      memcmp(name, inotify->last.name, name_length) == 0)
    return; /* two equal events in a row are one */
  if (inotify->waiting > WAITING_MAX) return;
  if (inotify->waiting == WAITING_MAX) {
    event = (struct event){.watch = -1, .mask = OVERFLOW};
    name_length = 0;
  }
  if (!queue_reserve(&inotify->queue, sizeof event + event.length)) return;
  queue_put(&inotify->queue, &event, sizeof event);
  queue_put(&inotify->queue, name, name_length);
  for (u32 left = event.length - name_length; left; left -= min_u32(left, sizeof nothing))
    queue_put(&inotify->queue, nothing, min_u32(left, sizeof nothing));
  inotify->last.event = event;
  memcpy(inotify->last.name, name, name_length);
  inotify->waiting++;
  inotify->file->changes++;
}

static void remove_watch(struct inotify *inotify, struct watch *watch) {
  struct watch **at = &inotify->watches;
  while (*at != watch) at = &(*at)->next;
  *at = watch->next;
  put(inotify, (struct event){.watch = watch->number, .mask = IGNORED}, "", 0);
  kfree(watch);
}

static void tell(struct inotify *inotify, struct watch *watch, u32 mask, u32 cookie,
                 const char *name, u32 name_length) {
  if (!(watch->mask & mask & ALL_EVENTS)) return;
  if (mask & IN_DELETE_SELF) watch->ended = true;
  put(inotify, (struct event){watch->number, mask, cookie, 0}, name, name_length);
  if (watch->mask & ONCE) remove_watch(inotify, watch);
}

/* The watch of a node, which has at most one. */
static struct watch *watch_of(const struct inotify *inotify, const struct node *node) {
  struct watch *watch = inotify->watches;
  while (watch && watch->node != node) watch = watch->next;
  return watch;
}

static u32 kind_of(const struct node *node) { return node_is(node, S_IFDIR) ? IS_FOLDER : 0; }

static void tell_folders(struct inotify *inotify, const struct node *node, u32 mask) {
  for (struct watch *watch = inotify->watches, *next; watch; watch = next) {
    next = watch->next;
    const struct entry *entry = watch->node->entries;
    while (entry && entry->node != node) entry = entry->next;
    if (entry) tell(inotify, watch, mask, 0, entry->name, strlen(entry->name));
  }
}

void inotify_tell(const struct node *node, u32 event) {
  for (struct inotify *inotify = all; inotify; inotify = inotify->next) {
    tell_folders(inotify, node, event | kind_of(node));
    struct watch *watch = watch_of(inotify, node);
    if (watch) tell(inotify, watch, event | kind_of(node), 0, "", 0);
  }
}

void inotify_tell_self(const struct node *node, u32 event) {
  for (struct inotify *inotify = all; inotify; inotify = inotify->next) {
    struct watch *watch = watch_of(inotify, node);
    if (watch) tell(inotify, watch, event, 0, "", 0);
  }
}

void inotify_tell_name(const struct place *place, const struct node *node, u32 event, u32 cookie) {
  for (struct inotify *inotify = all; inotify; inotify = inotify->next) {
    struct watch *watch = watch_of(inotify, place->folder);
    if (watch) tell(inotify, watch, event | kind_of(node), cookie, place->name, place->length);
  }
}

static void node_gone(const struct node *node) {
  for (struct inotify *inotify = all; inotify; inotify = inotify->next) {
    struct watch *watch = watch_of(inotify, node);
    if (watch && !watch->ended) tell(inotify, watch, IN_DELETE_SELF, 0, "", 0);
    watch = watch_of(inotify, node);
    if (watch) remove_watch(inotify, watch);
  }
}

/* ---- the file ---- */

static bool has_events(void *argument) { return ((struct inotify *)argument)->waiting; }

/* As many whole events as fit. */
static s32 inotify_read(struct file *file, void *to, u32 length) {
  struct inotify *inotify = file->state;
  struct event event;
  u32 done = 0;
  while (!inotify->waiting) {
    if (file->flags & O_NONBLOCK) return -EAGAIN;
    s32 error = wait_for(has_events, inotify, NEVER);
    if (error) return error;
  }
  while (queue_peek(&inotify->queue, 0, &event, sizeof event) == sizeof event) {
    u32 size = sizeof event + event.length;
    if (size > length - done) break;
    if (!user_writable((u32)to + done, size)) return done ? (s32)done : -EFAULT;
    queue_peek(&inotify->queue, 0, (u8 *)to + done, size);
    queue_drop(&inotify->queue, size);
    inotify->waiting--;
    file->changes++;
    done += size;
  }
  return done ? (s32)done : -EINVAL;
}

static s32 inotify_ioctl(struct file *file, u32 request, u32 argument) {
  enum { FIONREAD = 0x541b };
  const struct inotify *inotify = file->state;
  if (request != FIONREAD) return -ENOTTY;
  return user_store(argument, &inotify->queue.length, sizeof(u32)) ? 0 : -EFAULT;
}

static u32 inotify_ready(struct file *file) { return has_events(file->state) ? POLLIN : 0; }

static void inotify_close(struct file *file) {
  struct inotify *inotify = file->state, **at = &all;
  while (*at != inotify) at = &(*at)->next;
  *at = inotify->next;
  while (inotify->watches) {
    struct watch *watch = inotify->watches;
    inotify->watches = watch->next;
    kfree(watch);
  }
  queue_free(&inotify->queue);
  kfree(inotify);
}

static const struct file_operations inotify_operations = {.read = inotify_read,
                                                          .ioctl = inotify_ioctl,
                                                          .ready = inotify_ready,
                                                          .close = inotify_close,
                                                          .name = "inotify"};

/* ---- system calls ---- */

static s32 make(u32 flags) {
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return -EINVAL;
  struct inotify *inotify = kalloc(sizeof *inotify);
  if (!inotify) return -ENOMEM;
  struct file *file = file_new(&inotify_operations, O_RDONLY | flags);
  if (!file) {
    kfree(inotify);
    return -ENOMEM;
  }
  file->state = inotify;
  *inotify = (struct inotify){.next = all, .file = file};
  all = inotify;
  s32 number = file_number(file, 0);
  if (number < 0) file_put(file);
  return number;
}

SYSCALL(inotify_init) {
  (void)a;
  return make(0);
}
SYSCALL(inotify_init1) { return make(a[0]); }

static struct inotify *inotify_at(u32 number, s32 *error) {
  struct file *file = file_at(number);
  *error = !file ? -EBADF : file->operations != &inotify_operations ? -EINVAL : 0;
  return *error ? NULL : file->state;
}

SYSCALL(inotify_add_watch) {
  u32 mask = a[2], kept = mask & (ALL_EVENTS | ONCE);
  struct node *node;
  s32 error;
  if (!(mask & (ALL_EVENTS | OVERFLOW | IGNORED | ONLY_FOLDERS | DONT_FOLLOW | EXCLUDE_UNLINKED |
                ONLY_NEW | ADD | IS_FOLDER | ONCE)))
    return -EINVAL;
  struct inotify *inotify = inotify_at(a[0], &error);
  if (!inotify) return error;
  if (mask & ADD && mask & ONLY_NEW) return -EINVAL;
  error = tree_node(AT_FDCWD, a[1], mask & DONT_FOLLOW ? AT_SYMLINK_NOFOLLOW : 0, &node);
  if (error) return error;
  if (mask & ONLY_FOLDERS && !node_is(node, S_IFDIR)) return -ENOTDIR;
  struct watch *watch = watch_of(inotify, node);
  if (watch) {
    if (mask & ONLY_NEW) return -EEXIST;
    watch->mask = mask & ADD ? watch->mask | kept : kept;
    return watch->number;
  }
  watch = kalloc(sizeof *watch);
  if (!watch) return -ENOMEM;
  *watch = (struct watch){inotify->watches, node, kept, ++inotify->last_number, false};
  inotify->watches = watch;
  node->gone = node_gone;
  return watch->number;
}

SYSCALL(inotify_rm_watch) {
  s32 error;
  struct inotify *inotify = inotify_at(a[0], &error);
  if (!inotify) return error;
  struct watch *watch = inotify->watches;
  while (watch && watch->number != (s32)a[1]) watch = watch->next;
  if (!watch) return -EINVAL;
  remove_watch(inotify, watch);
  return 0;
}
