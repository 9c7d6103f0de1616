/*
 * Makes known calls of every kind that the shim tells, which shows before a sample runs whether it
 * tells them. It does no harm anywhere. KnownCalls.java knows what must be seen of it, in this
 * order; recorder/check.c is the same for Linux, where it starts a process of its own, too.
 *
 *   known-calls known "a word"     that; exit status 7
 *
 * By system calls alone, as there is no C library for programs of Linux where the kernel is built.
 */
enum { EXIT = 1, FORK = 2, WRITE = 4, OPEN = 5, CLOSE = 6, UNLINK = 10, CHMOD = 15, RENAME = 38 };
enum { CLONE = 120, PRCTL = 172, EXIT_GROUP = 248, SOCKET = 281, CONNECT = 283, YIELD = 158 };

#define ABSENT "/malassay-check-absent"

static int call(int number, int a, int b, int c) {
  register int r7 __asm__("r7") = number, r0 __asm__("r0") = a, r1 __asm__("r1") = b,
                                 r2 __asm__("r2") = c;
  __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
  return r0;
}

static char stack[4096] __attribute__((aligned(8)));
static volatile int is_through;

__attribute__((used, noreturn)) static void thread(void) {
  call(UNLINK, (int)ABSENT "/by-thread", 0, 0);
  is_through = 1;
  for (;;) call(EXIT, 0, 0, 0);
}

static void start_thread(void) {
  register int r7 __asm__("r7") = CLONE, r0 __asm__("r0") = 0x10f00; /* VM, ..., THREAD */
  register char *r1 __asm__("r1") = stack + sizeof stack;
  register int r2 __asm__("r2") = 0, r3 __asm__("r3") = 0, r4 __asm__("r4") = 0;
  __asm__ volatile("svc 0\n cmp r0, #0\n bne 1f\n bl thread\n1:"
                   : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)
                   : "r"(r7), "r"(r4)
                   : "memory", "cc", "r12", "lr");
}

static void connect_to_nobody(void) {
  static const unsigned char nobody[16] = {2, 0, 0, 9, 127, 0, 0, 1}; /* AF_INET, port, address */
  int s = call(SOCKET, 2, 1 | 02000000, 0);
  call(CONNECT, s, (int)nobody, sizeof nobody);
  call(CLOSE, s, 0, 0);
}

void _start(void) {
  int file = call(OPEN, (int)"/dev/null", 1 | 02000000, 0);
  call(WRITE, file, (int)"known", 5);
  call(CLOSE, file, 0, 0);
  call(OPEN, (int)ABSENT "/file", 1 | 0100 | 01000, 0644);
  call(CHMOD, (int)ABSENT "/file", 0755, 0);
  call(RENAME, (int)ABSENT "/file", (int)ABSENT "/other", 0);
  call(PRCTL, 15, (int)"malassay-known", 0);
  connect_to_nobody();
  start_thread();
  while (!is_through) call(YIELD, 0, 0, 0);
  call(FORK, 0, 0, 0);
  for (;;) call(EXIT_GROUP, 7, 0, 0);
}
