/* A session as a file: a first line for the kernel, a header, commands. */
#ifndef MALASSAY_SCRIPT_H
#define MALASSAY_SCRIPT_H

#include <stddef.h>

struct script {
  const char *protocol; /* of the login: its name */
  const char *commands; /* the first one */
  const char *end;      /* of the file */
  long count;           /* of commands */
};

/* Reads the file, whatever is in it. Returns NULL, or what is wrong with it. */
const char *script_read(const char *path, struct script *script);

/* The command that begins there, without its end of line; returns where the next one begins. */
const char *script_next(const struct script *script, const char *at, size_t *length);

#endif
