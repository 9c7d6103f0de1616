/* The tree of files, all in memory: what the guest begins with, and what the sample makes of it. */
#ifndef VFS_H
#define VFS_H

#include "blob.h"
#include "types.h"

struct node {
  u32 mode; /* kind and rights, as stat(2) tells them */
  u32 inode;
  u32 references; /* one of the tree, and one of each open file or mapping */
  u64 modified;   /* ns since 1970 */
  struct blob blob;
  struct node *parent, *children, *sibling;
  char name[];
};

#define PAGE_FILE "/var/www/html/index.html"

/* The tree as every guest has it. */
void vfs_init(void);

/* The node at an absolute path, or NULL. */
struct node *vfs_find(const char *path);

/* A new file or folder at an absolute path, with the folders above it; what was there goes. NULL
   when there is no memory or the path leads through a file. */
struct node *vfs_make(const char *path, u32 mode);

/* Takes the node out of the tree; it stays for those who hold it. */
void vfs_remove(struct node *node);

struct node *node_get(struct node *node);
void node_put(struct node *node);

#endif
