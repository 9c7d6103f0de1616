/* The loader of static ARM programs, with a fixed address or without. */
#ifndef ELF_H
#define ELF_H

#include "vfs.h"

struct program {
  u32 entry;
  u32 headers, header_count; /* the program headers, as the sample sees them */
  u32 end;                   /* behind the last byte in memory, where the heap begins */
  bool executable_stack;
};

/* Maps the program. Returns 0; or an error, when Linux refuses it: ENOEXEC is malformed or of
   another architecture, EIO ends too early, ELIBACC needs an interpreter; or SIGSEGV, when Linux
   ends it by that before its first instruction. Must not be called twice. */
s32 elf_load(struct node *file, struct program *program);

#endif
