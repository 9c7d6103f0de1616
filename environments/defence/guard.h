/* What the guard's two parts agree on. */
#ifndef GUARD_H
#define GUARD_H

#include <linux/types.h>

/* The rules, bits of a mask. */
enum rule {
  RULE_WRITE = 1,      /* no writing to executables */
  RULE_SHELL = 2,      /* no starting a shell */
  RULE_PERMISSION = 4, /* no giving execute permission */
  RULE_DETOUR = 8,     /* none of the ways around these three, nor out of membership */
};

/* What a file or folder is to the guard, bits of a mask. */
enum kind {
  KIND_GATE = 1,   /* who executes it becomes a member */
  KIND_SHELL = 2,  /* a shell, by whatever name */
  KIND_NAMES = 4,  /* a program of many names, some of which are shells */
  KIND_DEPUTY = 8, /* says what others run: neither it nor anything in it is changed by members */
  KIND_ANCHOR = 16, /* a folder above one of those: it keeps its name */
  KIND_STARTER = 32, /* by which systemd starts a unit's program: it still does systemd's work */
  KIND_PROGRAMS = 64 /* a folder of programs: members neither write to nor make anything in it */
};

/* A file: its number and its device as the kernel has it. */
struct file_id {
  __u64 inode;
  __u32 device, nothing;
};

/* A file that a member wrote: numbers are given anew, with another generation. */
struct written_id {
  __u64 inode;
  __u32 device, generation;
};

enum { REASON_WORDS = 64, UNIT_NAME = 64, MOST_FILES = 1024, MOST_UNITS = 4096, MOST_WRITTEN = 16384 };

/* A unit of systemd; of a template, up to and with its @. The rest is zero. */
struct unit_name {
  char letters[UNIT_NAME];
};

/* What is said of a unit by its files, bits of a mask. */
enum unit {
  UNIT_IS = 1,       /* it has a file, or runs */
  UNIT_LACKS = 2,    /* a program of its is not there, or cannot be told */
  UNIT_SHELL = 4,    /* a program of its is a shell */
  UNIT_TERMINAL = 8, /* it reads a terminal, on which anybody may type */
};

/* What it starts does what it was meant to do, and nothing that a member tells it. */
static inline int is_known(__u32 unit) {
  return (unit & (UNIT_IS | UNIT_LACKS)) == UNIT_IS &&
         (unit & (UNIT_SHELL | UNIT_TERMINAL)) != (UNIT_SHELL | UNIT_TERMINAL);
}

/* Why something was refused, with the words for it. */
#define REASONS(R)                                                \
  R(SHELL, "shell started")                                       \
  R(APPLET, "shell started by one of busybox's names")            \
  R(SHELL_MAPPED, "shell started by the dynamic linker")          \
  R(WRITE_OPEN, "executable opened for writing")                  \
  R(WRITE, "executable written through an open descriptor")       \
  R(WRITE_MAPPED, "executable mapped for writing")                \
  R(TRUNCATE, "executable truncated")                             \
  R(CHMOD, "execute permission given")                            \
  R(CREATE, "file created with execute permission")               \
  R(ACL, "execute permission given by an access list")            \
  R(WRITTEN_RUN, "file executed that a remote login wrote")       \
  R(WRITTEN_MAPPED, "code mapped that a remote login wrote")      \
  R(DEPUTY, "change of what says what others run")                \
  R(UNIT, "what a remote login wrote, read by systemd")           \
  R(NAMELESS, "code run or mapped of a file without a name")      \
  R(DISK, "disk or memory opened for writing")                    \
  R(MOUNT, "file system mounted, moved or unmounted")             \
  R(TRACE, "process of others traced")                            \
  R(BPF, "call of bpf, or a change of what it keeps")             \
  R(MODULE, "kernel's code loaded")                               \
  R(FULL, "file written when no more could be marked as written")

#define REASON_NAME(name, words) REASON_##name,
enum reason { REASONS(REASON_NAME) REASON_COUNT };
#undef REASON_NAME

#endif
