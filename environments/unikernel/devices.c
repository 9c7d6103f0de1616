/* What /dev has. */
#include <string.h>

#include "clock.h"
#include "file.h"
#include "vfs.h"

static s32 nothing(struct file *file, void *to, u32 length) { return 0; }
static s32 take_all(struct file *file, const void *from, u32 length) { return (s32)length; }
static s32 take_none(struct file *file, const void *from, u32 length) { return -ENOSPC; }

static s32 zeros(struct file *file, void *to, u32 length) {
  memset(to, 0, length);
  return (s32)length;
}

static s32 random(struct file *file, void *to, u32 length) {
  length = min_u32(length, 1024 * 1024);
  random_bytes(to, length);
  return (s32)length;
}

static const struct {
  const char *path;
  u32 major, minor;
  struct file_operations operations;
} devices[] = {
    {"/dev/null", 1, 3, {.read = nothing, .write = take_all}},
    {"/dev/zero", 1, 5, {.read = zeros, .write = take_all}},
    {"/dev/full", 1, 7, {.read = zeros, .write = take_none}},
    {"/dev/random", 1, 8, {.read = random, .write = take_all}},
    {"/dev/urandom", 1, 9, {.read = random, .write = take_all}},
};

bool devices_init(void) {
  for (u32 i = 0; i < COUNT(devices); i++) {
    struct node *node = vfs_make(devices[i].path, S_IFCHR | 0666);
    if (!node) return false;
    node->special = devices[i].major << 8 | devices[i].minor;
    node->operations = &devices[i].operations;
  }
  return true;
}
