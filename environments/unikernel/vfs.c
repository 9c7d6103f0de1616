#include "vfs.h"

#include <string.h>

#include "abi.h"
#include "clock.h"
#include "console.h"
#include "page.h"

/* made by build-image.sh from the page that all environments serve */
extern const u8 page_bytes[];
extern const u32 page_length;

enum { NAME_LIMIT = 255, LINKS_LIMIT = 20, FIRST_COOKIE = 0x7fffffff };

static struct node *root;
static u32 inodes;

struct node *vfs_root(void) { return root; }

bool node_is(const struct node *node, u32 kind) { return (node->mode & S_IFMT) == kind; }

void node_touch(struct node *node) {
  node->modified = node->changed = now() + time_of_day_offset();
}

struct node *node_get(struct node *node) {
  node->references++;
  return node;
}

void node_put(struct node *node) {
  if (--node->references) return;
  if (node->gone) node->gone(node);
  if (node->parent) node_put(node->parent);
  blob_resize(&node->blob, 0);
  kfree(node->target);
  kfree(node);
}

struct node *node_new(u32 mode) {
  struct node *node = kalloc(sizeof *node);
  if (!node) return NULL;
  node->mode = mode;
  node->inode = ++inodes;
  node->references = 1;
  node_touch(node);
  node->accessed = node->modified;
  return node;
}

struct entry *vfs_entry(const struct node *folder, const char *name, u32 length) {
  for (struct entry *entry = folder->entries; entry; entry = entry->next)
    if (strlen(entry->name) == length && memcmp(entry->name, name, length) == 0) return entry;
  return NULL;
}

s32 vfs_add(const struct place *place, struct node *node) {
  struct node *folder = place->folder;
  if (!folder->links) return -ENOENT; /* it was removed while somebody was in it */
  struct entry *entry = kalloc(sizeof *entry + place->length + 1);
  if (!entry) return -ENOSPC;
  memcpy(entry->name, place->name, place->length);
  entry->node = node_get(node);
  entry->cookie = (folder->entries ? folder->entries->cookie : FIRST_COOKIE) - 1;
  entry->next = folder->entries;
  folder->entries = entry;
  node->links++;
  if (node_is(node, S_IFDIR)) {
    node_get(folder);
    if (node->parent) node_put(node->parent);
    node->parent = folder;
    node->links++;
    folder->links++;
  }
  node_touch(folder);
  return 0;
}

void vfs_remove(const struct place *place) {
  struct node *folder = place->folder, *node = place->node;
  struct entry **at = &folder->entries;
  while (*at != vfs_entry(folder, place->name, place->length)) at = &(*at)->next;
  struct entry *entry = *at;
  *at = entry->next;
  kfree(entry);
  node->links--;
  if (node_is(node, S_IFDIR)) {
    node->links--;
    folder->links--;
  }
  node_touch(folder);
  node->changed = folder->changed;
  node_put(node);
}

void vfs_empty(struct node *folder) {
  while (folder->entries) {
    struct entry *entry = folder->entries;
    folder->entries = entry->next;
    entry->node->links--;
    node_put(entry->node);
    kfree(entry);
  }
}

bool node_set_target(struct node *link, const char *target) {
  u32 length = min_u32(strlen(target), KALLOC_MAX - 1);
  char *copy = kalloc(length + 1);
  if (!copy) return false;
  memcpy(copy, target, length);
  kfree(link->target);
  link->target = copy;
  return true;
}

/* Looks for the node below the folder, and appends the names to the folder's path, which has that
   length. */
static bool find_name(const struct node *folder, const struct node *node, char *to, u32 size,
                      u32 length) {
  for (const struct entry *entry = folder->entries; entry; entry = entry->next) {
    u32 more = (u32)format(to + length, size - length, "/%s", entry->name);
    if (length + more >= size) continue;
    if (entry->node == node) return true;
    if (node_is(entry->node, S_IFDIR) && find_name(entry->node, node, to, size, length + more))
      return true;
  }
  return false;
}

void vfs_path(const struct node *node, char *to, u32 size) {
  if (node == root) format(to, size, "/");
  else if (!node->links || !find_name(root, node, to, size, 0)) format(to, size, "/ (deleted)");
}

/* The next name of a path and its length; the length is 0 at the end. */
static u32 next_name(const char **at) {
  while (**at == '/') ++*at;
  return (u32)strcspn(*at, "/");
}

static s32 walk(struct node *node, const char *path, bool follow, struct place *place, u32 *links) {
  if (!*path) return -ENOENT;
  if (*path == '/') node = root;
  struct node *folder = NULL;
  place->folder = NULL;
  place->slash = false;
  for (u32 n; (n = next_name(&path)); path += n) {
    if (!node_is(node, S_IFDIR)) return -ENOTDIR;
    if (n > NAME_LIMIT) return -ENAMETOOLONG;
    const char *rest = path + n;
    bool last = !next_name(&rest);
    *place = (struct place){.name = path, .length = n, .slash = last && path[n]};
    if (n == 1 && path[0] == '.') continue;
    if (n == 2 && memcmp(path, "..", 2) == 0) {
      if (node->parent) node = node->parent;
      continue;
    }
    folder = node;
    if (folder->refresh) folder->refresh(folder);
    struct entry *entry = vfs_entry(folder, path, n);
    if (!entry && !last) return -ENOENT;
    place->folder = folder;
    if (!entry) return 0;
    node = entry->node;
    if (node->target && (!last || follow || place->slash)) {
      if (++*links > LINKS_LIMIT) return -ELOOP;
      if (node->leads_to) {
        node = node->leads_to;
        continue;
      }
      struct place there;
      s32 error = walk(folder, node->target, true, &there, links);
      if (error) return error;
      if (!there.node && !last) return -ENOENT;
      there.slash |= place->slash;
      *place = there;
      if (!there.node) return 0;
      node = there.node;
    }
  }
  if (place->slash && !node_is(node, S_IFDIR)) return -ENOTDIR;
  place->node = node;
  return 0;
}

s32 vfs_walk(struct node *from, const char *path, bool follow, struct place *place) {
  u32 links = 0;
  *place = (struct place){0};
  return walk(from, path, follow, place, &links);
}

struct node *vfs_find(const char *path) {
  struct place place;
  return vfs_walk(root, path, true, &place) ? NULL : place.node;
}

struct node *vfs_make(const char *path, u32 mode) {
  struct node *folder = root;
  for (u32 n; (n = next_name(&path)); path += n) {
    if (!node_is(folder, S_IFDIR)) return NULL;
    const char *rest = path + n;
    bool last = !next_name(&rest);
    struct entry *entry = vfs_entry(folder, path, n);
    struct place place = {entry ? entry->node : NULL, folder, path, n, false};
    if (entry && last) vfs_remove(&place);
    struct node *node = entry && !last ? entry->node : node_new(last ? mode : S_IFDIR | 0755);
    if (!node) return NULL;
    if (!entry || last) {
      s32 error = vfs_add(&place, node);
      node_put(node);
      if (error) return NULL;
    }
    folder = node;
  }
  return folder;
}

static void make_file(const char *path, const void *bytes, u32 length) {
  struct node *node = vfs_make(path, S_IFREG | 0644);
  if (!node || blob_write(&node->blob, 0, bytes, length) != (s32)length)
    panic("no memory for %s", path);
}

static void make_text(const char *path, const char *text) { make_file(path, text, strlen(text)); }

void vfs_init(void) {
  root = node_new(S_IFDIR | 0755);
  if (!root) panic("no memory for files");
  root->parent = root;
  root->links = 2;
  vfs_make("/tmp", S_IFDIR | 01777);
  vfs_make("/root", S_IFDIR | 0700);
  make_text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
  make_text("/etc/group", "root:x:0:\n");
  make_text("/etc/hosts", "127.0.0.1 localhost malassay-guest\n");
  make_text("/etc/resolv.conf", "nameserver 10.0.2.3\n");
  make_text("/etc/hostname", "malassay-guest\n");
  make_text("/etc/malassay-guest", "Everything in this guest of Malassay may be destroyed.\n");
  make_file(PAGE_FILE, page_bytes, page_length);
}
