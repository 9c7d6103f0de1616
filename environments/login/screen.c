/* The end of what a terminal has shown, and where its cursor is. */
#include "screen.h"

#include <stdio.h>
#include <string.h>

enum { KEPT = 1024 };

#define WHERE_IS_THE_CURSOR "\033[6n"

static char kept[KEPT + 1];
static size_t length;
static int column; /* from 0 */
static enum { TEXT, ESCAPE, SEQUENCE } state;

static void move_cursor(unsigned char c) {
  if (state == ESCAPE) {
    state = c == '[' ? SEQUENCE : TEXT;
  } else if (state == SEQUENCE) {
    if (c >= 0x40 && c <= 0x7e) state = TEXT; /* ECMA-48, 5.4: the final byte */
  } else if (c == '\033') {
    state = ESCAPE;
  } else if (c == '\r') {
    column = 0;
  } else if (c == '\b') {
    column -= column > 0;
  } else if (c == '\t') {
    column = (column / 8 + 1) * 8;
  } else if (c >= ' ' && c != 0x7f) {
    column = column >= COLUMNS ? 1 : column + 1; /* the one after the last wraps */
  }
  if (column > COLUMNS) column = COLUMNS;
}

static bool ends_in(size_t end, const char *words) {
  size_t n = strlen(words);
  return end >= n && memcmp(kept + end - n, words, n) == 0;
}

int screen_take(const char *bytes, size_t count) {
  int asked = 0;
  for (size_t i = 0; i < count; i++) {
    if (length == KEPT) {
      memmove(kept, kept + KEPT / 2, KEPT / 2);
      length = KEPT / 2;
    }
    kept[length++] = bytes[i] ? bytes[i] : ' '; /* a terminal does not show it */
    kept[length] = 0;
    move_cursor((unsigned char)bytes[i]);
    asked += ends_in(length, WHERE_IS_THE_CURSOR);
  }
  return asked;
}

size_t screen_cursor(char *answer, size_t room) {
  int last = column >= COLUMNS;
  int n = snprintf(answer, room, "\033[%d;%dR", ROWS, last ? COLUMNS : column + 1);
  return n > 0 && (size_t)n < room ? (size_t)n : 0;
}

/* Not by a percent sign, as in the C shell: wget shows its progress by one. */
bool screen_is_at_prompt(void) {
  size_t end = length;
  if (ends_in(end, WHERE_IS_THE_CURSOR)) end -= strlen(WHERE_IS_THE_CURSOR);
  return end >= 2 && kept[end - 1] == ' ' && strchr("$#>", kept[end - 2]) != NULL;
}

bool screen_ends_in(const char *words) {
  size_t end = length;
  while (end > 0 && kept[end - 1] == ' ') end--;
  return ends_in(end, words);
}

const char *screen_last_line(void) {
  static char line[200];
  size_t end = length, start;
  while (end > 0 && (unsigned char)kept[end - 1] <= ' ') end--;
  for (start = end; start > 0 && kept[start - 1] != '\n'; start--) continue;
  size_t n = end - start < sizeof line - 1 ? end - start : sizeof line - 1;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)kept[start + i];
    line[i] = (char)(c >= ' ' && c < 0x7f ? c : ' ');
  }
  line[n] = 0;
  return line;
}
