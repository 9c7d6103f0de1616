/*
 * Ways around what a defence forbids a remote login, each tried for real and without harm: it acts in
 * a folder of its own, and what it gets to run does nothing but end with a status, or tell what it may
 * do (proof.c). One is open when its effect was seen, and never because nothing failed. It is closed
 * when something was refused, and never because nothing came of it: that is not told.
 */
#ifndef MALASSAY_BYPASS_H
#define MALASSAY_BYPASS_H

#include <stddef.h>
#include <sys/types.h>
#include <time.h>

enum outcome { OPEN, CLOSED, NOT_APPLICABLE, NOT_TOLD };

struct bypass {
  const char *name; /* of lower-case letters, digits and hyphens; NULL ends a table */
  const char *what;
  enum outcome (*attempt)(void);
};

extern const struct bypass PERMISSIONS[], CONTENTS[], SHELLS[], MEMBERSHIPS[], GUARDS[];

#define PLACE "/usr/local/lib/malassay/"
#define SELF PLACE "bypass"
/* Not in /tmp, of which services may have one of their own. */
#define OWN "/var/lib/malassay-bypass/"
#define PROOF OWN "proof"
#define TARGETS PLACE "targets/" /* executables that do nothing, for who can write to them */
#define BYSTANDER_ID "/run/malassay-bystander.pid"

enum { PATIENCE = 30 /* seconds, for what others are to do */ };
extern struct timespec began; /* the attempt, by the clock that the journal goes by */

enum { SEVEN = 7 }; /* how the payload ends, and every shell that is told to */
#define SAY_SEVEN "exit $((3+4))"

/* ---- effect.c ---- */

/* As this step failed with errno: closed where that is a refusal; not applicable where what it goes by
 * is not there; else nothing is told of it. */
enum outcome failed(const char *step);
enum outcome closed(const char *why);
enum outcome absent(const char *what);
enum outcome not_told(const char *why);

/* As a program, the last that was run, ended so and not with its effect: closed where it says that
 * something was refused. */
enum outcome ended(const char *program, int status);

/* The line of what the last program said that has this text; NULL: none. */
const char *said(const char *text);

/* The line by which it said that it was refused to load this file; NULL: none. A file that it takes
 * for damaged, or that is not there, is no refusal. */
const char *said_of_loading(const char *path);

/* A line, so that nobody takes this silence for the end. */
void wait_a_moment(void);
const char *reason(void);

extern const unsigned char payload[], preload[];
extern const size_t payload_size, preload_size;

/* 0, or -1 with the reason in errno. */
int write_file(const char *path, const void *bytes, size_t size, int flags, mode_t mode);
int write_text(const char *path, const char *text);
int write_payload(const char *path, mode_t mode);
ssize_t read_text(const char *path, char *text, size_t room);

/* Its exit status, 128 and the signal that ended it, or -1 with the reason in errno. What it says is
 * kept (said). */
int run(const char *const *words);

/* The same, but its complaints are not kept, only what it puts out. */
int run_for_output(const char *const *words);

/* How the child ended, as waitpid tells it: 0 where there is none. */
int await(pid_t child);

/* Open when the file is executed and does what the payload does. */
enum outcome runs(const char *path);

/* Open when a shell was told by these words to say seven, and did. */
enum outcome says_seven(const char *const *words);

/* ---- proof.c ---- */

/* Tells in PROOF what the calling process may do. Returns an exit status. */
int prove(void);

/* Open when whoever was made to prove by then may do all that a login guard forbids; when nobody was,
 * nothing is told. */
enum outcome proven(int seconds);

/* Open when the calling process may. */
enum outcome proven_here(void);

/* Whether anything has proven at all. */
int has_proof(int seconds);

/* Does nothing, until somebody writes into its memory that it should prove (membership.c). */
int stand_by(void);

#endif
