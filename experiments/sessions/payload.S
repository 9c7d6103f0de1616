@ What a session of ours leaves on a device: says "dropped", and ends with status 7.
        .syntax unified
        .arm
        .section .rodata
text:   .ascii  "dropped\n"
        .text
        .global _start
_start: mov     r0, #1
        ldr     r1, =text
        mov     r2, #8
        mov     r7, #4          @ write
        svc     #0
        mov     r0, #7
        mov     r7, #1          @ exit
        svc     #0
