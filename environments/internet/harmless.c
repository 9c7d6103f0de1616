/*
 * What the simulated Internet gives out for a program, whatever name it is asked for by: one that
 * says who it is, and ends. It needs no library, so that one compiler makes it for a family.
 */
static const char words[] = "A harmless program, given out by Malassay's simulated Internet.\n";

enum { LENGTH = sizeof words - 1 };

#if defined __aarch64__
enum { WRITE = 64, EXIT = 93 };
static void call(long number, long first, const void *second, long third) {
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = first, x2 __asm__("x2") = third;
  register const void *x1 __asm__("x1") = second;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
}
#elif defined __arm__
enum { WRITE = 4, EXIT = 1 };
static void call(long number, long first, const void *second, long third) {
  register long r7 __asm__("r7") = number, r0 __asm__("r0") = first, r2 __asm__("r2") = third;
  register const void *r1 __asm__("r1") = second;
  __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2) : "memory");
}
#elif defined __mips__
enum { WRITE = 4004, EXIT = 4001 };
static void call(long number, long first, const void *second, long third) {
  register long v0 __asm__("$2") = number, a0 __asm__("$4") = first, a2 __asm__("$6") = third;
  register const void *a1 __asm__("$5") = second;
  register long a3 __asm__("$7");
  __asm__ volatile("syscall" : "+r"(v0), "=r"(a3) : "r"(a0), "r"(a1), "r"(a2) : "memory");
}
#elif defined __x86_64__
enum { WRITE = 1, EXIT = 60 };
static void call(long number, long first, const void *second, long third) {
  __asm__ volatile("syscall"
                   : "+a"(number)
                   : "D"(first), "S"(second), "d"(third)
                   : "rcx", "r11", "memory");
}
#elif defined __i386__
enum { WRITE = 4, EXIT = 1 };
static void call(long number, long first, const void *second, long third) {
  __asm__ volatile("int $0x80" : "+a"(number) : "b"(first), "c"(second), "d"(third) : "memory");
}
#else
#error "nobody has said how this architecture calls its kernel"
#endif

void _start(void) {
  call(WRITE, 1, words, LENGTH);
  call(EXIT, 0, 0, 0);
  for (;;) continue;
}
