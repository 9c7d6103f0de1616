/* Instructions that move several words at once, at addresses that are no multiple of 4. */
#pragma GCC target("arm")
#include "check.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

enum { PAGE = 4096 };
static sigjmp_buf out;
static void ends(int number, siginfo_t *info, void *context) {
  (void)context;
  siglongjmp(out, number * 100 + info->si_code);
}

static unsigned char bytes[256] __attribute__((aligned(8)));
static unsigned r[8];

#define ALL_BUT_PC \
  "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "cc", "memory"

/* What an instruction leaves in r0 to r7, which have known values and the address in r1; or the
   signal and its code. */
#define TRY(text, code, address)                                                  \
  do {                                                                            \
    int signal = sigsetjmp(out, 1);                                               \
    for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)i;      \
    for (unsigned i = 0; i < 8; i++) r[i] = 0x10000001 * (i + 1);                 \
    r[1] = (unsigned)(address);                                                   \
    if (signal) {                                                                 \
      printf("%s: signal %d, code %d\n", text, signal / 100, signal % 100);       \
    } else {                                                                      \
      __asm__ volatile("push {%0}\n ldmia %0, {r0-r7}\n" code                     \
                       "\n pop {r8}\n stmia r8, {r0-r7}" : : "r"(r) : ALL_BUT_PC); \
      tell_all(text, (unsigned)(address));                                        \
    }                                                                             \
  } while (0)

#define THUMB(code)                                                               \
  "adr r9, 1f\n orr r9, r9, #1\n bx r9\n .balign 4\n .thumb\n 1:\n" code          \
  "\n .balign 4\n bx pc\n nop\n .arm\n"
#define OF_BASE(code) "mov r6, r1\n" code "\n mov r5, r1\n mov r1, r6\n movs r6, #0"
#define AS_STACK(code) \
  "mov r6, sp\n mov sp, r1\n" code "\n mov r1, sp\n mov sp, r6\n movs r6, #0"

static void tell_all(const char *text, unsigned address) {
  printf("%s:", text);
  for (unsigned i = 0; i < 8; i++) {
    if (i == 1) printf(" %+d", (int)(r[1] - address));
    else printf(" %x", r[i]);
  }
  for (unsigned i = 0; i < sizeof bytes; i++)
    if (bytes[i] != i) printf(" [%u]=%x", i, bytes[i]);
  printf("\n");
}

int main(void) {
  unsigned char *middle = bytes + 100, *edge;
  struct sigaction action = {.sa_sigaction = ends, .sa_flags = SA_SIGINFO};
  setvbuf(stdout, NULL, _IONBF, 0);
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);

  topic("LDM and STM");
  TRY("ldmia", "ldmia r1, {r2-r4}", middle + 1);
  TRY("ldmia, 2", "ldmia r1, {r2-r4}", middle + 2);
  TRY("ldmia, 3", "ldmia r1, {r2-r4}", middle + 3);
  TRY("ldmia!", "ldmia r1!, {r2, r5}", middle + 1);
  TRY("ldmib", "ldmib r1, {r2-r4}", middle + 1);
  TRY("ldmib!", "ldmib r1!, {r2-r4}", middle + 1);
  TRY("ldmda", "ldmda r1, {r2-r4}", middle + 1);
  TRY("ldmda!", "ldmda r1!, {r2-r4}", middle + 1);
  TRY("ldmdb", "ldmdb r1, {r2-r4}", middle + 1);
  TRY("ldmdb!", "ldmdb r1!, {r2-r4}", middle + 1);
  TRY("ldm of its base", OF_BASE("ldmia r1, {r0, r1, r2}"), middle + 1);
  TRY("ldm of one", "ldmia r1!, {r2}", middle + 1);
  TRY("stmia", "stmia r1, {r2-r4}", middle + 1);
  TRY("stmia!", "stmia r1!, {r2-r4}", middle + 3);
  TRY("stmib!", "stmib r1!, {r2-r4}", middle + 1);
  TRY("stmda!", "stmda r1!, {r2-r4}", middle + 1);
  TRY("stmdb!", "stmdb r1!, {r2-r4}", middle + 2);
  TRY("not done", "cmp r2, r2\n ldmne r1!, {r2-r4}", middle + 1);
  TRY("done", "cmp r2, r2\n ldmeq r1!, {r2-r4}", middle + 1);
  TRY("to pc",
      "adr r2, 2f\n str r2, [r1]\n ldmia r1, {pc}\n mov r3, #1\n"
      "2: mov r4, #2\n mov r2, #0\n str r2, [r1]",
      middle + 1);

  topic("LDRD and STRD");
  TRY("ldrd", "ldrd r2, r3, [r1]", middle + 1);
  TRY("ldrd, offset", "ldrd r2, r3, [r1, #8]", middle + 1);
  TRY("ldrd, negative", "ldrd r2, r3, [r1, #-13]", middle);
  TRY("ldrd!", "ldrd r2, r3, [r1, #17]!", middle);
  TRY("ldrd, after", "ldrd r2, r3, [r1], #-7", middle + 2);
  TRY("ldrd, register", "mov r4, #9\n ldrd r2, r3, [r1, r4]", middle);
  TRY("ldrd, minus register", "mov r4, #9\n ldrd r2, r3, [r1, -r4]!", middle);
  TRY("strd", "strd r2, r3, [r1]", middle + 1);
  TRY("strd!", "strd r2, r3, [r1, #-6]!", middle);
  TRY("strd, after", "strd r2, r3, [r1], #5", middle + 3);

  topic("Thumb");
  TRY("ldmia!", THUMB("ldmia r1!, {r2-r4}"), middle + 1);
  TRY("ldmia of its base", THUMB(OF_BASE("ldmia r1, {r0, r1, r2}")), middle + 1);
  TRY("stmia!", THUMB("stmia r1!, {r2-r4}"), middle + 1);
  TRY("push", THUMB(AS_STACK("push {r2-r4}")), middle + 1);
  TRY("pop", THUMB(AS_STACK("pop {r2-r4}")), middle + 1);
  TRY("ldmia.w!", THUMB("ldmia.w r1!, {r2, r3, r5}"), middle + 1);
  TRY("ldmdb.w!", THUMB("ldmdb r1!, {r2, r3, r5}"), middle + 1);
  TRY("stmia.w", THUMB("stmia.w r1, {r2, r3, r5}"), middle + 1);
  TRY("stmdb.w!", THUMB("stmdb r1!, {r2, r3, r5}"), middle + 1);
  TRY("ldrd", THUMB("ldrd r2, r5, [r1, #8]"), middle + 1);
  TRY("ldrd!", THUMB("ldrd r2, r5, [r1, #-8]!"), middle + 1);
  TRY("ldrd, after", THUMB("ldrd r2, r5, [r1], #12"), middle + 1);
  TRY("strd", THUMB("strd r2, r5, [r1, #-4]"), middle + 3);
  TRY("in a block",
      THUMB("cmp r2, r2\n itete eq\n ldmeq r1!, {r2-r4}\n"
            "movne r5, #1\n moveq r6, #2\n movne r7, #3"),
      middle + 1);
  TRY("not in its block",
      THUMB("cmp r2, r2\n ite ne\n ldmne r1!, {r2-r4}\n moveq r6, #2"), middle + 1);

  topic("What is not mended");
  TRY("ldrex", "ldrex r2, [r1]", middle + 1);
  TRY("strex", "strex r2, r3, [r1]", middle + 1);
  TRY("ldrexd", "ldrexd r2, r3, [r1]", middle);
  TRY("swp", ".inst 0xe1012092", middle + 1);
  TRY("vldr", "vldr s0, [r1]", middle + 1);
  TRY("vldmia", "vldmia r1, {d0, d1}", middle + 1);
  TRY("vstmia", "vstmia r1, {d0, d1}", middle + 2);
  TRY("vld1, of 64 bits", "vld1.8 {d0}, [r1:64]", middle + 1);

  topic("What needs no mending");
  TRY("ldr", "ldr r2, [r1]", middle + 1);
  TRY("str", "str r2, [r1, #3]!", middle);
  TRY("ldrh", "ldrh r2, [r1]", middle + 1);
  TRY("vld1", "vld1.8 {d0}, [r1]", middle + 1);
  TRY("ldm at a word", "ldmia r1, {r2-r4}", middle);

  topic("Addresses");
  edge = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(edge + PAGE, PAGE);
  TRY("ldm nowhere", "ldmia r1, {r2-r4}", 0x13);
  TRY("stm nowhere", "stmia r1, {r2-r4}", 0x13);
  TRY("ldm over the edge", "ldmia r1, {r2-r4}", edge + PAGE - 6);
  TRY("ldrd over the edge", "ldrd r2, r3, [r1]", edge + PAGE - 6);
  TRY("ldm at the edge", "ldmia r1, {r2-r4}", edge + PAGE - 13);
  mprotect(edge, PAGE, PROT_READ);
  TRY("stm to what is read only", "stmia r1, {r2-r4}", edge + 1);
  TRY("ldm of what is read only", "ldmia r1, {r2-r4}", edge + 1);
  return 0;
}
