/*
 * The recorder's output. A record is this header and `size - sizeof(struct record)` bytes of data:
 * the pieces of a call one after the other, or what the type says. Numbers are little-endian, as
 * both kinds of kernel have them. RecordReader.java reads it.
 */
#ifndef MALASSAY_RECORD_H
#define MALASSAY_RECORD_H

#include <linux/types.h>

enum type {
  /* From the kernel's part, in the order in which things happened. */
  CALL = 1, /* number, result, args; data: the pieces */
  FORK,     /* process, thread: the new one; parent: the process that made it */
  EXEC,     /* pieces: the path as it was executed, the arguments; args: device and inode of the
               program that now runs, which is an interpreter's for what needs one */
  EXIT,     /* result: as wait(2) has it */
  BEGIN,    /* a task has said that it is a guest's sample from here on; parent: who made it */
  END,      /* no task of the guest is left */
  /* From the program that passes these on. */
  HELLO = 16, /* number: of the ABI of its kernel, enum abi; data: the release of its kernel */
  ACCOUNT,    /* after an END, or when asked for; data: struct account */
  COUNTS,     /* after an ACCOUNT; data: struct counted, as many as there are */
  CHECKED,    /* a check ended; result: as wait(2) has it, or the negative number of an error */
  FAILURE     /* data: why it gives up, in one line */
};

enum abi { ABI_ARM, ABI_X86_64, ABI_ARM64, ABI_I386 };

enum flag {
  CUT = 1,      /* the arguments of a program are longer than what is here */
  REFUSED = 2,  /* a call that seccomp refused */
  EMULATED = 4, /* of a process that a user-mode emulator runs: it is a call of the emulator's */
  OWN = 8,      /* and it is about memory of the emulator, not of the program */
  THREAD = 16,  /* FORK: of the same process as its maker */
  SHARED = 32,  /* FORK: has its descriptors in common with its maker */
  LAST = 64,    /* EXIT: no thread of the process is left */
  WHOLE = 128   /* EXIT: the result is that of the process, not just of this thread */
};

enum {
  PIECES = 3,
  PIECE = 256,          /* a string, with its end */
  ADDRESS = 128,        /* a socket's address */
  BYTES = 64,           /* the first of what is written or sent */
  ARGUMENTS = 2048,     /* all arguments of a program */
  UNREADABLE = 0xffff,  /* a piece that is not there: the program gave no address of its own */
  NUMBERS = 512,        /* system calls are below, ARM's private ones (0xf0000...) put at the end */
  OTHER_NUMBER = NUMBERS - 1 /* every number that there is no call of */
};

struct record {
  __u16 size; /* in bytes, of all */
  __u8 type, flags;
  __u16 number, abi;
  __u64 guest;    /* its cookie */
  __u64 from, to; /* nanoseconds since the machine was switched on */
  __u32 process, thread, parent; /* as the guest sees them */
  __u32 lost;     /* calls of the guest that change descriptors or folders and were not told so far */
  __s64 result;
  __u64 args[6];
  __u16 piece[PIECES], port; /* lengths of the pieces; the local port of a socket */
};

struct account {
  __u64 calls;           /* made, refused ones included */
  __u64 told;            /* records of these */
  __u64 own;             /* questions of an emulator's for paths: not among the calls */
  __u64 over_share;      /* calls that were not told: more of one kind than is told of a guest */
  __u64 over_rate;       /* more in one moment */
  __u64 over_total;      /* more in all */
  __u64 no_room;         /* because nobody read them in time */
  __u64 processes_lost;  /* FORK, EXEC and EXIT that were not told */
  __u64 tasks_lost;      /* tasks that could not be followed */
  __u64 missed;          /* how often the kernel skipped the recorder, for all guests */
};

struct counted {
  __u16 number, abi;
  __u32 reserved;
  __u64 calls, failed;
};

/* A task asks to be followed by prctl(MARK, low half, high half of its guest's cookie). The kernel
   refuses the call with EINVAL. The high half is the recorder's own. */
#define MARK 0x4d414c41

/* Requests on its standard input: a letter, and eight bytes for each number. */
enum request {
  CMD_ACCOUNT = 'A', /* cookie: an ACCOUNT and COUNTS now */
  CMD_CHECK = 'C',   /* cookie: runs the program beside it that makes known calls */
  CMD_EMULATOR = 'M' /* device, inode: the program of an emulator */
};

#endif
