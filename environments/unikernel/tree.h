/*
 * Files by their paths. A path comes as its address in the sample's memory, with the number of the
 * open folder that it begins from, or AT_FDCWD.
 */
#ifndef TREE_H
#define TREE_H

#include "types.h"
#include "vfs.h"

struct file;
struct stat64;

enum { PATH_LIMIT = 4096 };

extern const struct file_operations node_operations;

/* The sample begins in that folder. */
void tree_start(struct node *folder);
struct node *tree_folder(void);

/* The rights that a new file does not get: umask(2). */
u32 tree_umask(void);

/* Where the path leads. Returns 0 or an error. */
s32 tree_walk(u32 number, u32 address, bool follow, struct place *place);

/* The node there; with AT_EMPTY_PATH, an empty path is the open file itself. Of the flags, only
   that and AT_SYMLINK_NOFOLLOW count. Returns 0 or an error. */
s32 tree_node(u32 number, u32 address, u32 flags, struct node **node);

/* Gives a new node its name, and takes its reference over; without a node, there was no memory. */
s32 tree_add(const struct place *place, struct node *node);

static inline bool place_is_sealed(const struct place *place) {
  return place->folder && place->folder->sealed;
}

/* Cuts a file, or adds zeros to it. Returns 0 or an error. */
s32 node_resize(struct node *node, u64 size);

/* What stat(2) tells of a node, or of an open file. */
void node_status(const struct node *node, struct stat64 *status);
void file_status(struct file *file, struct stat64 *status);

#endif
