#include "unsupported.h"

#include <string.h>

#include "console.h"
#include "kernel.h"
#include "run.h"
#include "syscall.h"

enum { ROWS = 512, SO_FAR = 32 * 1024 - FRAME_HEADER };

static struct {
  u32 call, count;
  s32 error;
  char detail[LONGEST_DETAIL + 1];
} rows[ROWS];
static u32 row_count;

u32 unsupported_list(char *text, u32 size) {
  u32 length = 0;
  for (u32 i = 0; i < row_count; i++) {
    char line[sizeof rows[i].detail + 64], name[32];
    u32 n = (u32)format(line, sizeof line, "%s%s%s %s %u\n",
                        syscall_name(rows[i].call, name, sizeof name),
                        *rows[i].detail ? ":" : "", rows[i].detail, error_name(rows[i].error),
                        rows[i].count);
    if (length + n > size) break;
    memcpy(text + length, line, n);
    length += n;
  }
  return length;
}

/* A guest that goes down does not tell the end. So each row is told when it is new, with all before
   it, if there is room just now, and takes the place of what was told. */
static void tell_so_far(void) {
  static char text[SO_FAR];
  u32 length = unsupported_list(text, sizeof text);
  if (run_has_room(length)) run_tell(EV_UNSUPPORTED, text, length);
}

void unsupported_add(u32 call, const char *detail, s32 error) {
  u32 i = 0;
  while (i < row_count && (rows[i].call != call || rows[i].error != error ||
                           strcmp(rows[i].detail, detail) != 0))
    i++;
  if (i == ROWS) return;
  rows[i].count++;
  if (i < row_count) return;
  rows[i].call = call;
  rows[i].error = error;
  strcpy(rows[i].detail, detail);
  row_count++;
  tell_so_far();
}
