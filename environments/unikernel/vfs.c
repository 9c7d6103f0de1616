#include "vfs.h"

#include <string.h>

#include "abi.h"
#include "clock.h"
#include "console.h"
#include "page.h"

/* made by build-image.sh from the page that all environments serve */
extern const u8 page_bytes[];
extern const u32 page_length;

static struct node *root;
static u32 inodes;

struct node *node_get(struct node *node) {
  node->references++;
  return node;
}

void node_put(struct node *node) {
  if (--node->references) return;
  blob_resize(&node->blob, 0);
  kfree(node);
}

static struct node *node_new(const char *name, u32 length, u32 mode) {
  if (length > 255) return NULL;
  struct node *node = kalloc(sizeof *node + length + 1);
  if (!node) return NULL;
  memcpy(node->name, name, length);
  node->mode = mode;
  node->inode = ++inodes;
  node->references = 1;
  node->modified = now() + time_of_day_offset();
  return node;
}

static struct node *child(const struct node *folder, const char *name, u32 length) {
  for (struct node *node = folder->children; node; node = node->sibling)
    if (strlen(node->name) == length && memcmp(node->name, name, length) == 0) return node;
  return NULL;
}

static struct node *add(struct node *folder, struct node *node) {
  if (!node) return NULL;
  node->parent = folder;
  node->sibling = folder->children;
  folder->children = node;
  return node;
}

void vfs_remove(struct node *node) {
  for (struct node **at = &node->parent->children; *at; at = &(*at)->sibling)
    if (*at == node) {
      *at = node->sibling;
      break;
    }
  node->parent = NULL;
  node_put(node);
}

/* The next name of a path and its length; the length is 0 at the end. */
static u32 next_name(const char **at) {
  while (**at == '/') ++*at;
  return (u32)strcspn(*at, "/");
}

struct node *vfs_find(const char *path) {
  struct node *node = root;
  for (u32 n; node && (n = next_name(&path)); path += n) {
    if ((node->mode & S_IFMT) != S_IFDIR) return NULL;
    if (n == 1 && path[0] == '.') continue;
    node = n == 2 && memcmp(path, "..", 2) == 0 ? node->parent ? node->parent : root
                                                : child(node, path, n);
  }
  return node;
}

struct node *vfs_make(const char *path, u32 mode) {
  struct node *folder = root;
  for (u32 n; folder && (n = next_name(&path)); path += n) {
    if ((folder->mode & S_IFMT) != S_IFDIR) return NULL;
    const char *rest = path + n;
    struct node *node = child(folder, path, n);
    if (next_name(&rest)) {
      folder = node ? node : add(folder, node_new(path, n, S_IFDIR | 0755));
    } else {
      if (node) vfs_remove(node);
      return add(folder, node_new(path, n, mode));
    }
  }
  return NULL;
}

static void make_file(const char *path, const void *bytes, u32 length) {
  struct node *node = vfs_make(path, S_IFREG | 0644);
  if (!node || blob_write(&node->blob, 0, bytes, length) != (s32)length)
    panic("no memory for %s", path);
}

void vfs_init(void) {
  static const char marker[] = "Everything in this guest of Malassay may be destroyed.\n";
  static const char hosts[] = "127.0.0.1 localhost malassay-guest\n";
  root = node_new("", 0, S_IFDIR | 0755);
  make_file(PAGE_FILE, page_bytes, page_length);
  make_file("/etc/malassay-guest", marker, sizeof marker - 1);
  make_file("/etc/hostname", "malassay-guest\n", 15);
  make_file("/etc/hosts", hosts, sizeof hosts - 1);
  vfs_make("/tmp", S_IFDIR | 01777);
}
