/*
 * Loads three words at an odd address by one instruction. No ARM processor does that; Linux does it
 * in its place. Exits 0 when the words are right, else 1.
 */
    .syntax unified
    .arm
    .global _start
_start:
    ldr     r1, =bytes + 1
    ldmia   r1, {r2-r4}
    mov     r0, #1
    ldr     r1, =0x0d0c0b0a
    cmp     r4, r1
    moveq   r0, #0
    mov     r7, #1
    svc     0

    .data
    .balign 4
bytes:
    .byte   1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    .section .note.GNU-stack, "", %progbits
