/*
 * A static file like a packer's stub: it has the packer's mark behind its headers, looks for the
 * interpreter of the program within it, and exits 127 when there is none. There is no program in
 * this one: with an interpreter, it exits 0.
 *
 * It does without the C library, which a stub does not have.
 */
#include <sys/syscall.h>

static const char mark[] __attribute__((section(".note.packer"), used)) = "UPX!";

static long call(long number, long argument, long other)
{
    register long r7 __asm__("r7") = number;
    register long r0 __asm__("r0") = argument;
    register long r1 __asm__("r1") = other;

    __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1) : "memory");
    return r0;
}

void _start(void)
{
    long file = call(SYS_open, (long)"/lib/ld-linux-armhf.so.3", 0);

    call(SYS_exit, file < 0 ? 127 : 0, 0);
    __builtin_unreachable();
}
