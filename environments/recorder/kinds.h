/* The two parts of the recorder share this: the sizes of maps, and what is read of calls. */
#ifndef MALASSAY_KINDS_H
#define MALASSAY_KINDS_H

#include "record.h"

/* The way in which an argument is read: four bits for each of the six. */
enum piece_kind {
  NOTHING,
  STRING,    /* of the program: a path */
  PROGRAM,   /* a string, which an emulator has replaced where it stands for itself */
  SENT,      /* bytes, as many as the next argument says */
  TO,        /* a socket's address, as long as the next argument says */
  MESSAGE,   /* the address in a struct msghdr */
  NAME,      /* a string, if the first argument is PR_SET_NAME */
  FROM,      /* a socket's address, once the call has succeeded */
  PAIR,      /* two descriptors, likewise */
  BUFFER     /* nothing, but its address tells whose it is */
};

#define OF_ARGUMENTS 0x00ffffffu

/* Properties of the call. */
#define COUNT_ONLY 0x80000000u
#define CHANGES_DESCRIPTORS 0x40000000u /* what is known of these is lost with it */
#define OF_SOCKET 0x20000000u           /* the first argument is one, whose port is told */
#define ASKS 0x10000000u                /* whether a path is there, as an emulator does all the time */

#define OF_TERMINAL 0x02000000u         /* one byte at the login's terminal is only counted */

/* What its arguments add up to: the loader says it, so that no call has to look at each. */
#define COMES_BACK 0x08000000u /* FROM or PAIR: read when the call returns */
#define EXECUTES 0x04000000u   /* PROGRAM */

static inline __u32 with_sums(__u32 kind) {
  for (int i = 0; i < 6; i++) {
    __u32 of = kind >> (4 * i) & 15;
    if (of == FROM || of == PAIR) kind |= COMES_BACK;
    if (of == PROGRAM) kind |= EXECUTES;
  }
  return kind;
}

/* The number under which a call is told and counted. */
static inline __u16 known_number(__u64 number) {
  if (number < NUMBERS - 16) return (__u16)number;
  if (number >= 0xf0000 && number < 0xf000f) return (__u16)(NUMBERS - 16 + (number - 0xf0000));
  return OTHER_NUMBER;
}

/* How much is told of a guest. */
struct bounds {
  __u64 share;                /* calls of one number */
  __u64 rate, burst;          /* bytes a second, and at once */
  __u64 calls, processes;     /* records in all */
};

/* A file, whatever its name. */
struct file_key {
  __u64 device, inode;
};

/* Guests lie in slots, as many as the loader says; a call finds its counts without a search. */
enum { COUNTS_OF_SLOT = 2 * NUMBERS };

/* A guest while it lives. Kinds of records have a bucket of bytes each, so that a flood of calls
   does not hide the processes. */
struct bucket {
  __s64 bytes;
  __u64 filled;
};

enum { OF_CALLS, OF_PROCESSES, BUCKETS };

struct guest {
  __u64 id; /* its cookie; 0 where there is none */
  struct bucket bucket[BUCKETS];
  struct account account;
  __u64 processes_told;
  __s64 tasks;
  __u32 lost; /* see struct record */
  __u32 level; /* of its pid namespace */
  struct file_key terminal; /* of the login that the guest has; zeros without one */
};

struct count {
  __u64 calls, failed;
  __u64 keys; /* of the calls, those for one byte at the login's terminal: none of them is told */
};

#endif
