/*
 * A static-pie: position independent, without an interpreter, and therefore neither "static" nor
 * "dynamic" to a careless reader of its headers. Exits 0.
 *
 * Without the C library, because not every ARM toolchain has the start files for a static-pie.
 */
#include <sys/syscall.h>

void _start(void)
{
    register long number __asm__("r7") = SYS_exit;
    register long status __asm__("r0") = 0;

    __asm__ volatile("svc 0" : : "r"(number), "r"(status));
    __builtin_unreachable();
}
