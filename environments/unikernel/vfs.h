/* The tree of files, all in memory: what the guest begins with, and what the sample makes of it. */
#ifndef VFS_H
#define VFS_H

#include "blob.h"
#include "types.h"

struct file_operations;

/* A file, folder, link or device. */
struct node {
  u32 mode; /* kind and rights, as stat(2) tells them */
  u32 inode;
  u32 references; /* one of each name, open file and mapping */
  u32 links;      /* as stat(2) tells them; none: it was removed */
  u32 uid, gid, special;
  u64 accessed, modified, changed; /* ns since 1970 */
  struct blob blob;
  char *target; /* of a symbolic link */
  struct node *leads_to;                /* where such a link leads, whatever it says; or NULL */
  void (*refresh)(struct node *folder); /* of a folder: called before it is looked into; or NULL */
  void (*gone)(const struct node *node); /* called before it goes; or NULL */
  const struct file_operations *operations; /* what open(2) makes of it; NULL: the blob's bytes */
  bool sealed;                              /* a folder in which nothing is made or removed */
  struct node *parent;                      /* of a folder, also when it was removed */
  struct entry *entries;                    /* of a folder, the newest first */
};

/* A name in a folder. */
struct entry {
  struct entry *next;
  struct node *node;
  u32 cookie; /* grows along the list: where reading a folder goes on, whatever has gone since */
  char name[];
};

/* Where a path leads. */
struct place {
  struct node *node;   /* NULL: the last name is not there, but could be made in the folder */
  struct node *folder; /* in which the name is; NULL for the root, "." and ".." */
  const char *name;    /* in the path, of that length */
  u32 length;
  bool slash; /* follows, so it must be a folder */
};

#define PAGE_FILE "/var/www/html/index.html"

/* Makes the tree that every guest begins with. */
void vfs_init(void);

/* The node at an absolute path, links followed, or NULL. */
struct node *vfs_find(const char *path);

/* A new file or folder at an absolute path, with the folders above it; what was there goes. NULL
   when there is no memory or the path leads through a file. */
struct node *vfs_make(const char *path, u32 mode);

/* Walks a path from a folder, or from the root; follow: also when its end is a symbolic link.
   Returns 0 or an error. */
s32 vfs_walk(struct node *from, const char *path, bool follow, struct place *place);

/* A new node that has no name yet, with one reference; NULL without memory. */
struct node *node_new(u32 mode);

/* Gives the node a name at a place where there is none. Returns 0 or an error. */
s32 vfs_add(const struct place *place, struct node *node);

/* Takes the name out of the tree; the node stays for those who hold it. */
void vfs_remove(const struct place *place);

/* Takes all names out of a folder that has no folders in it. */
void vfs_empty(struct node *folder);

/* The path of a node, by one of its names; with none left, the path ends so. */
void vfs_path(const struct node *node, char *to, u32 size);

/* Sets what a symbolic link says; false without memory. */
bool node_set_target(struct node *link, const char *target);

bool node_is(const struct node *node, u32 kind);

/* Notes that its bytes or its entries were changed. */
void node_touch(struct node *node);

struct node *vfs_root(void);
struct entry *vfs_entry(const struct node *folder, const char *name, u32 length);

struct node *node_get(struct node *node);
void node_put(struct node *node);

#endif
