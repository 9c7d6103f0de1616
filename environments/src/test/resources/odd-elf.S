@ A program with many beginnings, 128 bytes one after the other: each does one thing, and exits with
@ 7 when it worked. OddElf.java knows them by their order.
    .syntax unified
    .arch   armv7-a
    .fpu    neon
    .arm

    .macro  exit status
    mov     r0, #\status
    mov     r7, #1
    svc     0
    .endm
    .macro  block
    .ltorg
    .balign 128
    .endm
    .macro  call number
    mov     r7, #\number
    svc     0
    .endm
    .macro  map_page                    @ of nothing, to be read and written
    mov     r0, #0
    mov     r1, #4096
    mov     r2, #3
    mov     r3, #0x22
    mvn     r4, #0
    mov     r5, #0
    call    192
    mov     r4, r0
    .endm

    .balign 256
    .global _start
_start:                                 @ exits
    exit    7
    block                               @ data
    ldr     pc, =in_data
    block                               @ heap
    mov     r0, #0
    call    45
    mov     r4, r0
    add     r0, r0, #4096
    call    45
    b       copy
    block                               @ stack
    sub     r4, sp, #64
    b       copy
    block                               @ mapping
    map_page
    b       copy
    block                               @ mapping read only
    map_page
    ldr     r0, =_start
    ldmia   r0, {r1-r3}
    stmia   r4, {r1-r3}
    mov     r0, r4
    mov     r1, #4096
    mov     r2, #1
    call    125
    bx      r4
    block                               @ ldm
    ldr     r1, =words + 1
    ldmia   r1!, {r2-r4}
    b       compare
    block                               @ ldmdb
    ldr     r1, =words + 13
    ldmdb   r1, {r2-r4}
    b       compare
    block                               @ stm
    bl      load
    ldr     r5, =room + 3
    stmia   r5!, {r2-r4}
    ldr     r2, [r5, #-12]
    ldr     r3, [r5, #-8]
    ldr     r4, [r5, #-4]
    b       compare
    block                               @ ldrd
    ldr     r1, =words + 1
    ldrd    r2, r3, [r1], #8
    ldr     r4, [r1]
    b       compare
    block                               @ strd
    bl      load
    ldr     r5, =room + 1
    strd    r2, r3, [r5]
    ldr     r2, [r5]
    ldr     r3, [r5, #4]
    b       compare
    block                               @ push and pop
    bl      load
    sub     sp, sp, #63
    push    {r2-r4}
    mov     r2, #0
    pop     {r2-r4}
    b       compare
    block                               @ thumb
    ldr     r0, =thumb + 1
    bx      r0
    block                               @ ldr
    b       unaligned
    block                               @ vldm
    ldr     r1, =words + 1
    vldmia  r1, {d0, d1}
    exit    7
    block                               @ ldrex
    ldr     r1, =words + 1
    ldrex   r2, [r1]
    exit    7
    block                               @ swp
    ldr     r1, =words + 1
    .inst   0xe1012092                  @ swp r2, r2, [r1]
    exit    7
    block                               @ ldm nowhere
    mov     r1, #0x13
    ldmia   r1, {r2, r3}
    exit    7
    block                               @ stm to code
    ldr     r1, =_start + 1
    stmia   r1, {r2, r3}
    exit    7
    block                               @ raises SIGBUS
    call    20
    mov     r1, #7
    call    37
    exit    7
    block                               @ raises SIGSEGV
    call    20
    mov     r1, #11
    call    37
    exit    7
    block

copy:                                   @ to r4, and there
    ldr     r0, =_start
    ldmia   r0, {r1-r3}
    stmia   r4, {r1-r3}
    mov     r0, r4
    add     r1, r4, #16
    mov     r2, #0
    ldr     r7, =0xf0002                @ cacheflush
    svc     0
    bx      r4
load:
    ldr     r2, =0x05040302
    ldr     r3, =0x09080706
    ldr     r4, =0x0d0c0b0a
    bx      lr
unaligned:
    ldr     r1, =words + 1
    ldr     r2, [r1]
    ldr     r3, [r1, #4]
    ldr     r4, [r1, #8]
compare:
    ldr     r0, =0x05040302
    cmp     r2, r0
    ldreq   r0, =0x09080706
    cmpeq   r3, r0
    ldreq   r0, =0x0d0c0b0a
    cmpeq   r4, r0
    moveq   r0, #7
    movne   r0, #8
    call    1
    .ltorg

    .thumb
    .balign 4
thumb:                                  @ short and wide
    ldr     r1, =words + 1
    ldmia   r1!, {r2-r4}
    ldr     r5, =room + 3
    stmia   r5!, {r2-r4}
    subs    r5, #12
    ldmia.w r5, {r2, r3, r8}
    mov     r4, r8
    stmdb   r5!, {r2, r3}
    ldrd    r2, r3, [r5], #8
    sub     sp, #3
    push    {r2-r4}
    cmp     r4, r4
    itt     eq                          @ what comes next must still be of the block
    popeq   {r2-r4}
    ldreq   r0, =compare
    bx      r0
    .ltorg
    .space  2048

    .data
    .balign 64
in_data:
    .word   0xe3a00007, 0xe3a07001, 0xef000000
words:
    .byte   1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
room:
    .space  64
    .bss
    .space  8192
    .section .note.GNU-stack, "", %progbits
