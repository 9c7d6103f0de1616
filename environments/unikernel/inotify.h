/* Events of the files that the sample watches by inotify(7). */
#ifndef INOTIFY_H
#define INOTIFY_H

#include "vfs.h"

enum {
  IN_ACCESS = 1, IN_MODIFY = 2, IN_ATTRIB = 4, IN_CLOSE_WRITE = 8, IN_CLOSE_NOWRITE = 0x10,
  IN_OPEN = 0x20, IN_MOVED_FROM = 0x40, IN_MOVED_TO = 0x80, IN_CREATE = 0x100, IN_DELETE = 0x200,
  IN_DELETE_SELF = 0x400, IN_MOVE_SELF = 0x800
};

/* Tells the watchers of the node, and those of its folder together with its name. */
void inotify_tell(const struct node *node, u32 event);

/* Tells the watchers of the node itself. */
void inotify_tell_self(const struct node *node, u32 event);

/* Tells the watchers of the place's folder about the node's name. Both names of a move have the
   same cookie. */
void inotify_tell_name(const struct place *place, const struct node *node, u32 event, u32 cookie);

#endif
