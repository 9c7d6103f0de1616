@ The first instructions, and the page with the exception vectors.
#include "layout.h"

    .arch armv7-a
    .arch_extension virt
    .fpu neon-vfpv4
    .syntax unified
    .arm

#define SECTION_NORMAL 0x140e   /* write-back cached, privileged read and write, executable */
#define SECTION_DEVICE 0x0416   /* device, privileged read and write, never executable */

@ ---- start: QEMU jumps here as to a Linux kernel: no MMU, r2 = the device tree -------------------
    .section .text.start, "ax"
    .global _start
_start:
    cpsid   aif, #MODE_SVC
    mov     r11, r2

    @ Zero the variables (addresses are physical until the MMU is on).
    ldr     r4, =bss_start - PHYSICAL_TO_KERNEL
    ldr     r5, =bss_end - PHYSICAL_TO_KERNEL
    mov     r6, #0
    mov     r7, #0
    mov     r8, #0
    mov     r9, #0
1:  cmp     r4, r5
    stmialo r4!, {r6-r9}
    blo     1b

    @ The sections: all memory, the devices, and, until the jump below, this very code where it is.
    ldr     r4, =sections - PHYSICAL_TO_KERNEL
    ldr     r5, =RAM_BASE + SECTION_NORMAL
    add     r6, r4, #(RAM_BASE >> 20) * 4
    str     r5, [r6]
    add     r6, r4, #(KERNEL_BASE >> 20) * 4
    mov     r7, #(RAM_MAX >> 20)
1:  str     r5, [r6], #4
    add     r5, r5, #SECTION
    subs    r7, r7, #1
    bne     1b
    ldr     r5, =DEVICES_BASE + SECTION_DEVICE
    ldr     r6, =sections - PHYSICAL_TO_KERNEL + (DEVICE(DEVICES_BASE) >> 20) * 4
    mov     r7, #(DEVICES_SIZE >> 20)
1:  str     r5, [r6], #4
    add     r5, r5, #SECTION
    subs    r7, r7, #1
    bne     1b

    mov     r0, #0
    mcr     p15, 0, r0, c8, c7, 0       @ forget all translations
    mcr     p15, 0, r0, c7, c5, 0       @ and instructions
    mcr     p15, 0, r0, c7, c5, 6       @ and branches
    mcr     p15, 0, r0, c2, c0, 2       @ TTBCR: one table for all
    orr     r4, r4, #0x48               @ the walks are cached, too
    mcr     p15, 0, r4, c2, c0, 0       @ TTBR0
    mov     r0, #1
    mcr     p15, 0, r0, c3, c0, 0       @ DACR: domain 0 as the tables say
    mcr     p15, 0, r11, c13, c0, 4     @ TPIDRPRW carries the device tree's address over
    dsb
    isb
    mrc     p15, 0, r0, c1, c0, 0
    ldr     r1, =0x00003c05             @ MMU, data cache, SWP, prediction, code cache, high vectors
    ldr     r2, =0x70000002             @ no alignment checks, TEX remap, access flag; ARM code
    orr     r0, r0, r1
    bic     r0, r0, r2
    mcr     p15, 0, r0, c1, c0, 0
    isb
    ldr     pc, =1f

1:  ldr     sp, =boot_stack + KERNEL_STACK
    cps     #0x17                       @ abort
    ldr     sp, =panic_stack + 1024
    cps     #0x1b                       @ undefined
    ldr     sp, =panic_stack + 1024
    cps     #MODE_SVC

    mrc     p15, 0, r0, c1, c0, 2       @ CPACR: the sample may use VFP and NEON
    orr     r0, r0, #0xf << 20
    mcr     p15, 0, r0, c1, c0, 2
    isb
    mov     r0, #1 << 30
    vmsr    fpexc, r0

    mrc     p15, 0, r0, c13, c0, 4
    add     r0, r0, #PHYSICAL_TO_KERNEL
    ldr     r3, =kernel_main
    blx     r3
1:  b       1b

    .bss
    .balign 16384
    .global sections
sections:
    .space 16384
    .balign 8
    .global boot_stack
boot_stack:
    .space KERNEL_STACK
panic_stack:
    .space 1024

@ ---- exceptions ----------------------------------------------------------------------------------
@ Without entry.S there is no sample. Then each exception is one in kernel code: a bug of ours.
    .text
.irp vector, svc_vector, undefined_vector, prefetch_vector, data_vector, irq_vector
    .weak   \vector
    .set    \vector, kernel_exception
.endr

    .global kernel_exception
    .type kernel_exception, %function
kernel_exception:                       @ lr and spsr tell where
    mov     r1, lr
    mrs     r0, spsr
    ldr     r3, =kernel_exception_entry
    blx     r3
    .ltorg

@ ---- the page at 0xffff0000 ----------------------------------------------------------------------
@ Vectors, and at its end the helpers that Linux gives to programs for processors that may lack the
@ instructions (Documentation/arch/arm/kernel_user_helpers.rst); armel programs call them.
    .balign 4096
    .global vectors_page
vectors_page:
    b       .                           @ reset
    ldr     pc, 1f
    ldr     pc, 2f
    ldr     pc, 3f
    ldr     pc, 4f
    nop
    ldr     pc, 5f
    b       .                           @ FIQ
1:  .word   undefined_vector
2:  .word   svc_vector
3:  .word   prefetch_vector
4:  .word   data_vector
5:  .word   irq_vector

    .org    vectors_page + 0x500        @ where a signal's handler returns to, as on Linux
    .global sigreturn_codes
sigreturn_codes:
    mov     r7, #119                    @ sigreturn
    svc     0x900000 + 119
    .word   0xdf002777                  @ the same in Thumb
    mov     r7, #173                    @ rt_sigreturn
    svc     0x900000 + 173
    .word   0xdf0027ad

    .org    vectors_page + 0xf60        @ int cmpxchg64(old *, new *, pointer): 0 if it was done
    push    {r4-r7}
    ldrd    r4, r5, [r0]
    ldrd    r6, r7, [r1]
    dmb
1:  ldrexd  r0, r1, [r2]
    eors    r3, r0, r4
    eorseq  r3, r1, r5
    strexdeq r3, r6, r7, [r2]
    teqeq   r3, #1
    beq     1b
    dmb
    rsbs    r0, r3, #0
    pop     {r4-r7}
    bx      lr

    .org    vectors_page + 0xfa0        @ void memory_barrier(void)
    dmb
    bx      lr

    .org    vectors_page + 0xfc0        @ int cmpxchg(old, new, pointer): 0 and carry if it was done
    dmb
1:  ldrex   r3, [r2]
    subs    r3, r3, r0
    strexeq r3, r1, [r2]
    teqeq   r3, #1
    beq     1b
    rsbs    r0, r3, #0
    b       2f

    .org    vectors_page + 0xfe0        @ void *get_tls(void)
    mrc     p15, 0, r0, c13, c0, 3
    bx      lr
2:  dmb
    bx      lr
    .org    vectors_page + 0xffc
    .word   5                           @ how many helpers there are
