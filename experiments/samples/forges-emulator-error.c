/*
 * Says what qemu-user says when the interpreter is missing, and exits with qemu-user's status.
 *
 * It is linked statically and has no interpreter: what a sample prints is no evidence of its own.
 */
#include <stdio.h>

int main(void)
{
    fputs("qemu-arm-static: Could not open '/lib/ld-forged.so.3': No such file or directory\n",
          stderr);
    return 255;
}
