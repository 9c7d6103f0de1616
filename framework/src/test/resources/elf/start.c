/* Exits 0. Without a C library: the file stays small, and there is nothing else in it. */
#if defined(__aarch64__)
#define EXIT "mov x8, #93\n mov x0, #0\n svc #0"
#elif defined(__arm__)
#define EXIT "mov r7, #1\n mov r0, #0\n svc #0"
#elif defined(__mips__)
#define EXIT "li $v0, 4001\n li $a0, 0\n syscall"
#elif defined(__x86_64__)
#define EXIT "mov $60, %eax\n xor %edi, %edi\n syscall"
#endif

__asm__(".text\n .globl _start\n .type _start, %function\n_start:\n " EXIT "\n");
