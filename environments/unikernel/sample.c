#include "sample.h"

#include <string.h>

#include "abi.h"
#include "arch.h"
#include "clock.h"
#include "elf.h"
#include "file.h"
#include "kernel.h"
#include "memory.h"
#include "page.h"
#include "proc.h"
#include "recorded_call.h"
#include "recording.h"
#include "thread.h"
#include "tree.h"
#include "vfs.h"

/* The capabilities of a Cortex-A7 or A15 as Linux tells them to programs
   (arch/arm/include/uapi/asm/hwcap.h). */
enum {
  SWP = 1 << 0, HALF = 1 << 1, THUMB = 1 << 2, FAST_MULT = 1 << 4, VFP = 1 << 6, EDSP = 1 << 7,
  NEON = 1 << 12, VFPV3 = 1 << 13, TLS = 1 << 15, VFPV4 = 1 << 16, IDIVA = 1 << 17,
  IDIVT = 1 << 18, VFPD32 = 1 << 19, LPAE = 1 << 20,
  HWCAP = SWP | HALF | THUMB | FAST_MULT | VFP | EDSP | NEON | VFPV3 | TLS | VFPV4 | IDIVA | IDIVT |
          VFPD32 | LPAE
};

enum {
  AT_NULL = 0, AT_PHDR = 3, AT_PHENT = 4, AT_PHNUM = 5, AT_PAGESZ = 6, AT_BASE = 7, AT_FLAGS = 8,
  AT_ENTRY = 9, AT_UID = 11, AT_EUID = 12, AT_GID = 13, AT_EGID = 14, AT_PLATFORM = 15,
  AT_HWCAP = 16, AT_CLKTCK = 17, AT_SECURE = 23, AT_RANDOM = 25, AT_HWCAP2 = 26, AT_EXECFN = 31
};

enum { WORDS = 1024, PROGRAM_HEADER = 32 };

static char path_kept[128];

static struct node *node_kept;
static u32 stack_kept;
static u64 started;

const char *sample_path(void) { return path_kept; }
struct node *sample_node(void) { return node_kept; }
u32 sample_stack(void) { return stack_kept; }
u64 sample_started(void) { return started; }

/* The sample begins in its own folder, under its own name. */
static void settle(const char *path, struct thread *thread) {
  char folder[sizeof path_kept] = "/";
  const char *name = strrchr(path, '/') + 1;
  memcpy(folder, path, (u32)(name - path));
  tree_start(vfs_find(folder));
  memcpy(thread->name, name, min_u32(strlen(name), sizeof thread->name - 1));
}

/* The stack is filled from its top; what does not fit ends in -E2BIG. */
struct stack {
  u32 sp;
  bool failed;
};

static u32 push(struct stack *stack, const void *bytes, u32 length) {
  stack->sp -= length;
  if (!user_store(stack->sp, bytes, length)) stack->failed = true;
  return stack->sp;
}

static u32 push_text(struct stack *stack, const char *text) {
  return push(stack, text, strlen(text) + 1);
}

static s32 make_stack(const struct program *program, const char *path, const char *arguments,
                      u32 length, u32 *sp) {
  static u32 words[WORDS]; /* what sp will point to: argc, argv, environment, auxiliary vector */
  u32 n = 0;
  u32 protection = PROT_READ | PROT_WRITE | (program->executable_stack ? PROT_EXEC : 0);
  s32 at = memory_map(USER_END - STACK_SIZE, STACK_SIZE, protection, MAP_FIXED_NOREPLACE, NULL, 0);
  if ((u32)at != USER_END - STACK_SIZE) return -ENOMEM;

  struct stack stack = {USER_END - 4, false};
  u8 random[16];
  random_bytes(random, sizeof random);
  u32 name = push_text(&stack, path), platform = push_text(&stack, "v7l");
  u32 random_at = push(&stack, random, sizeof random);

  words[n++] = 0;
  words[n++] = name;
  for (u32 done = 0; done < length; done += strlen(arguments + done) + 1) {
    if (n > WORDS - 64) return -E2BIG;
    words[n++] = push_text(&stack, arguments + done);
  }
  words[0] = n - 1;
  words[n++] = 0;
  words[n++] =
      push_text(&stack, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  words[n++] = 0;

  const u32 auxiliary[][2] = {
      {AT_HWCAP, HWCAP}, {AT_PAGESZ, PAGE}, {AT_CLKTCK, 100}, {AT_PHDR, program->headers},
      {AT_PHENT, PROGRAM_HEADER}, {AT_PHNUM, program->header_count}, {AT_BASE, 0}, {AT_FLAGS, 0},
      {AT_ENTRY, program->entry}, {AT_UID, 0}, {AT_EUID, 0}, {AT_GID, 0}, {AT_EGID, 0},
      {AT_SECURE, 0}, {AT_RANDOM, random_at}, {AT_HWCAP2, 0}, {AT_EXECFN, name},
      {AT_PLATFORM, platform}, {AT_NULL, 0}};
  memcpy(&words[n], auxiliary, sizeof auxiliary);
  n += sizeof auxiliary / sizeof(u32);

  stack.sp = ROUND_DOWN(stack.sp - n * sizeof(u32), 16) + n * sizeof(u32);
  *sp = push(&stack, words, n * sizeof(u32));
  return stack.failed ? -ENOMEM : 0;
}

s32 sample_start(const char *path, const char *arguments, u32 length) {
  struct node *file = vfs_find(path);
  if (!file) return -ENOENT;
  struct program program;
  s32 error = elf_load(file, &program); /* or a signal */
  if (error) return error;
  struct frame frame = {0};
  error = make_stack(&program, path, arguments, length, &frame.sp);
  if (error) return error == -E2BIG ? -E2BIG : -ENOMEM;
  memory_set_heap(program.end);
  stack_kept = frame.sp;
  started = now();
  memcpy(path_kept, path, min_u32(strlen(path), sizeof path_kept - 1));
  bool thumb = program.entry & 1;
  frame.pc = program.entry & ~1u;
  frame.psr = MODE_SYS | (thumb ? PSR_THUMB : 0);
  node_kept = node_get(file);
  struct thread *thread =
      streams_init() && devices_init() && proc_init() ? thread_new(&frame) : NULL;
  if (!thread) return -ENOMEM;
  settle(path, thread);
  return 0;
}

u64 sample_end(void) {
  u64 cpu = threads_cpu_time();
  if (recording) recorded_interrupt();
  threads_end(PROCESS);
  return cpu;
}
