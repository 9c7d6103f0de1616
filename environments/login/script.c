/* Reads a session: bytes of a hostile author, any of them. */
#define _GNU_SOURCE
#include "script.h"

#include "login.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_LINE "#!" TYPIST
#define HEADER "# "
#define END_OF_HEADER "# commands:" /* after it, any line is a command; else the first without HEADER */

/* The logins that a header may ask for; the first one unless it does. */
static const char *const PROTOCOLS[] = {"telnet", "ssh"};

static const char *read_file(const char *path, const char **start, const char **end) {
  static char error[200];
  struct stat status;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0 || fstat(file, &status) < 0) {
    snprintf(error, sizeof error, "it cannot be read: %s", strerror(errno));
    return error;
  }
  if (!S_ISREG(status.st_mode) || status.st_size == 0) return "it is no file with something in it";
  size_t size = (size_t)status.st_size;
  /* In memory: what is typed may change the file. */
  char *bytes = malloc(size);
  size_t done = 0;
  for (ssize_t n = 1; bytes && done < size && n > 0; done += n > 0 ? (size_t)n : 0)
    n = read(file, bytes + done, size - done);
  close(file);
  if (!bytes || done < size) {
    snprintf(error, sizeof error, "it cannot be read: %s", strerror(errno));
    return error;
  }
  *start = bytes;
  *end = *start + size;
  return NULL;
}

const char *script_next(const struct script *script, const char *at, size_t *length) {
  size_t left = (size_t)(script->end - at);
  const char *newline = memchr(at, '\n', left);
  *length = newline ? (size_t)(newline - at) : left;
  return newline ? newline + 1 : script->end;
}

static bool is(const char *at, size_t length, const char *words) {
  return length == strlen(words) && memcmp(at, words, length) == 0;
}

static bool begins(const char *at, size_t length, const char *words) {
  return length >= strlen(words) && memcmp(at, words, strlen(words)) == 0;
}

/* False when it asks for a login that there is nowhere. */
static bool take_header(struct script *script, const char *at, size_t length) {
  static const char key[] = HEADER "protocol:";
  if (!begins(at, length, key)) return true; /* it is for others */
  at += sizeof key - 1;
  length -= sizeof key - 1;
  for (; length > 0 && *at == ' '; at++) length--;
  for (; length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\r');) length--;
  for (size_t i = 0; i < sizeof PROTOCOLS / sizeof *PROTOCOLS; i++) {
    if (is(at, length, PROTOCOLS[i])) {
      script->protocol = PROTOCOLS[i];
      return true;
    }
  }
  return false;
}

const char *script_read(const char *path, struct script *script) {
  const char *at, *wrong = read_file(path, &at, &script->end);
  if (wrong) return wrong;
  script->protocol = PROTOCOLS[0];
  size_t length;
  const char *next = script_next(script, at, &length);
  if (!is(at, length, FIRST_LINE)) return "its first line is not " FIRST_LINE;
  for (at = next; at < script->end; at = next) {
    next = script_next(script, at, &length);
    bool ends = is(at, length, END_OF_HEADER);
    if (ends) at = next;
    if (ends || !begins(at, length, HEADER)) break;
    if (!take_header(script, at, length)) return "its protocol is neither telnet nor ssh";
  }
  script->commands = at;
  for (script->count = 0; at < script->end; script->count++) at = script_next(script, at, &length);
  return script->count > 0 ? NULL : "it has no command";
}
