/* What a terminal shows: only as much of it as tells whether it stands at a prompt. */
#ifndef MALASSAY_SCREEN_H
#define MALASSAY_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

enum { COLUMNS = 80, ROWS = 24 };

/* Takes what is shown next. Returns how many times it was asked where the cursor is. */
int screen_take(const char *bytes, size_t length);

/* What a terminal answers to that; returns its length. */
size_t screen_cursor(char *answer, size_t room);

/* Does it end as a shell's prompt does: in $, # or > and a space, after which the shell may have
   asked where the cursor is? */
bool screen_is_at_prompt(void);

/* Does it end in these words, but for the spaces after them? */
bool screen_ends_in(const char *words);

/* Its last line that says something, for an error. */
const char *screen_last_line(void);

#endif
