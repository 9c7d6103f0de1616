/*
 * Says what qemu-user says when it gives up, and aborts as it does then.
 *
 * Nobody can tell the two apart: the verdict is the sample's, with a note.
 */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    fputs("qemu: unhandled CPU exception 0x8 - aborting\n", stderr);
    abort();
}
