@ A program of the OABI, as toolchains made them until about 2008: the number of a system call is in
@ the svc instruction, 64 bits take any two registers, structures are not aligned to 8 bytes.
@ Prints the results in hexadecimal, a line each.
    .syntax unified
    .arm
    .section .rodata
digits: .ascii  "0123456789abcdef"
path:   .asciz  "/tmp/oabi-file"
link:   .asciz  "/tmp/oabi-link"
hello:  .ascii  "written by the OABI\n"
hello_end:

    .bss
    .balign 8
buffer: .space  256
line:   .space  16

    .text
.macro oabi number
    svc     0x900000 + \number
.endm

@ r0: prints it; keeps r4 to r11
say:
    push    {r4, lr}
    ldr     r1, =line
    ldr     r2, =digits
    mov     r3, #8
1:  lsr     r4, r0, #28
    ldrb    r4, [r2, r4]
    strb    r4, [r1], #1
    lsl     r0, r0, #4
    subs    r3, r3, #1
    bne     1b
    mov     r4, #'\n'
    strb    r4, [r1]
    mov     r0, #1
    ldr     r1, =line
    mov     r2, #9
    oabi    4
    pop     {r4, pc}

@ a word of the buffer
.macro tell_word offset
    ldr     r0, =buffer + \offset
    ldr     r0, [r0]
    bl      say
.endm

    .global _start
_start:
    mov     r0, #1
    ldr     r1, =hello
    mov     r2, #(hello_end - hello)
    oabi    4                       @ write
    bl      say

    ldr     r0, =path
    ldr     r1, =01102              @ O_RDWR | O_CREAT | O_TRUNC
    ldr     r2, =0640
    oabi    5                       @ open
    mov     r5, r0
    bl      say
    mov     r0, r5
    ldr     r1, =hello
    mov     r2, #20
    mov     r3, #0x10               @ the offset, in r3 and r4
    mov     r4, #0
    oabi    181                     @ pwrite64
    bl      say
    mov     r0, r5
    ldr     r1, =buffer
    mov     r2, #4
    mov     r3, #0x18
    mov     r4, #0
    oabi    180                     @ pread64
    bl      say
    tell_word 0
    mov     r0, r5
    mov     r1, #1000               @ the size, in r1 and r2
    mov     r2, #0
    oabi    194                     @ ftruncate64
    bl      say
    mov     r0, r5
    ldr     r1, =buffer
    oabi    197                     @ fstat64: 96 bytes
    bl      say
    tell_word 16                    @ mode
    tell_word 20                    @ links
    tell_word 44                    @ size, where the OABI has it
    tell_word 48
    tell_word 52                    @ the size of a block
    tell_word 56                    @ blocks
    ldr     r0, =path
    ldr     r1, =buffer
    oabi    106                     @ stat
    bl      say
    tell_word 8                     @ mode and links
    tell_word 20                    @ size
    ldr     r0, =path
    mov     r1, #10
    mov     r2, #0
    oabi    193                     @ truncate64
    bl      say
    mov     r0, r5
    mov     r1, #0
    mov     r2, #2
    oabi    19                      @ lseek
    bl      say
    ldr     r0, =path
    ldr     r1, =link
    oabi    83                      @ symlink
    bl      say
    ldr     r0, =link
    ldr     r1, =buffer
    oabi    196                     @ lstat64
    bl      say
    tell_word 16
    tell_word 44
    ldr     r0, =link
    oabi    10                      @ unlink
    bl      say
    mov     r0, #19                 @ lseek, by its number
    mov     r1, r5
    mov     r2, #3
    mov     r3, #0
    oabi    113                     @ syscall
    bl      say

    ldr     r1, =buffer             @ mmap with its arguments in memory
    mov     r0, #0
    mov     r2, #4096
    mov     r3, #1                  @ PROT_READ
    mov     r4, #2                  @ MAP_PRIVATE
    stm     r1, {r0, r2, r3, r4, r5}
    str     r0, [r1, #20]
    mov     r0, r1
    oabi    90
    ldrb    r0, [r0, #5]
    bl      say
    mov     r0, #0
    oabi    13                      @ time: of this century
    cmp     r0, #0x50000000
    movhi   r0, #1
    bl      say
    oabi    24                      @ getuid
    bl      say
    mov     r0, #100
    oabi    27                      @ alarm
    bl      say
    mov     r0, #0
    oabi    27
    bl      say
    ldr     r0, =buffer
    mov     r1, #0
    oabi    78                      @ gettimeofday
    bl      say
    mov     r0, #7
    ldr     r1, =buffer
    oabi    76                      @ getrlimit
    bl      say
    oabi    999                     @ none
    bl      say
    mov     r0, #77
    mov     r7, #13                 @ which the EABI has not
    svc     0
    bl      say

    adr     r1, handler             @ a handler, with what the library puts there for returning
    ldr     r2, =buffer
    mov     r3, #0
    ldr     r4, =0x04000000         @ SA_RESTORER
    adr     r6, restorer
    stm     r2, {r1, r3, r4, r6}
    mov     r0, #10
    mov     r1, r2
    mov     r2, #0
    oabi    67                      @ sigaction
    bl      say
    oabi    20
    mov     r1, #10
    oabi    37                      @ kill
    bl      say
    ldr     r2, =buffer             @ and without
    mov     r4, #0
    str     r4, [r2, #8]
    mov     r0, #10
    mov     r1, r2
    mov     r2, #0
    oabi    67
    oabi    20
    mov     r1, #10
    oabi    37
    bl      say
    mov     r0, #42
    oabi    1                       @ exit

handler:
    push    {r4, lr}
    bl      say
    pop     {r4, pc}
restorer:
    oabi    119                     @ sigreturn
