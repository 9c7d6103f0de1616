@ The ways from the sample into the kernel and back, and from one thread to another.
#include "layout.h"

    .arch armv7-a
    .arch_extension virt
    .fpu neon-vfpv4
    .syntax unified
    .arm

@ ---- exceptions ----------------------------------------------------------------------------------
@ All end in the same frame on the SVC stack of the thread that was interrupted. The kernel itself
@ runs with interrupts off, so an interrupt always comes from the sample; any other exception in
@ kernel code is a bug of ours or the sample's work, and ends everything.
    .text
.macro save_frame                       @ behind srsdb: pc and cpsr are there already
    sub     sp, sp, #FRAME_SIZE - 8
    str     r0, [sp]                    @ first_r0
    stmib   sp, {r0-r12}
    add     r0, sp, #14 * 4
    stmia   r0, {sp, lr}^               @ those of the sample
    nop
    mov     r0, sp
.endm

.macro check_mode                       @ sp is the panic stack
    push    {r0, r1}
    mrs     r0, spsr
    and     r0, r0, #MODE_MASK
    cmp     r0, #MODE_SYS
    pop     {r0, r1}
    bne     kernel_exception
.endm

    .global svc_vector
    .type svc_vector, %function
svc_vector:
    srsdb   sp!, #MODE_SVC
    save_frame
    ldr     r4, =syscall_entry
    b       call_and_return

    .global undefined_vector
    .type undefined_vector, %function
undefined_vector:
    check_mode
    srsdb   sp!, #MODE_SVC
    cps     #MODE_SVC
    save_frame
    ldr     r4, =undefined_entry
    b       call_and_return

    .global prefetch_vector
    .type prefetch_vector, %function
prefetch_vector:
    sub     lr, lr, #4
    check_mode
    srsdb   sp!, #MODE_SVC
    cps     #MODE_SVC
    save_frame
    ldr     r4, =prefetch_abort_entry
    b       call_and_return

    .global data_vector
    .type data_vector, %function
data_vector:
    sub     lr, lr, #8
    check_mode
    srsdb   sp!, #MODE_SVC
    cps     #MODE_SVC
    save_frame
    ldr     r4, =data_abort_entry
    b       call_and_return

    .global irq_vector
    .type irq_vector, %function
irq_vector:
    sub     lr, lr, #4
    srsdb   sp!, #MODE_SVC
    cps     #MODE_SVC
    save_frame
    ldr     r4, =irq_entry

call_and_return:
    blx     r4

    .global return_to_sample
    .type return_to_sample, %function
return_to_sample:                       @ sp is the frame
    mov     r0, sp
    ldr     r4, =before_return
    blx     r4
    clrex                               @ an exclusive access that was interrupted must fail
    add     r0, sp, #14 * 4
    ldmia   r0, {sp, lr}^
    nop
    ldmib   sp, {r0-r12}
    add     sp, sp, #FRAME_SIZE - 8
    rfeia   sp!
    .ltorg

@ ---- context: void context_switch(u32 **save_sp, u32 *sp, struct vfp *save, struct vfp *load) ----
    .global context_switch
    .type context_switch, %function
context_switch:
    push    {r4-r11, lr}
    str     sp, [r0]
    mov     sp, r1
    mov     r0, r2
    bl      vfp_save
    mov     r0, r3
    bl      vfp_load
    pop     {r4-r11, pc}

@ ---- void vfp_save(struct vfp *to), void vfp_load(const struct vfp *from); they keep r1 to r3 ----
    .global vfp_save
    .type vfp_save, %function
vfp_save:
    vstmia  r0!, {d0-d15}
    vstmia  r0!, {d16-d31}
    vmrs    r12, fpscr
    str     r12, [r0]
    bx      lr

    .global vfp_load
    .type vfp_load, %function
vfp_load:
    vldmia  r0!, {d0-d15}
    vldmia  r0!, {d16-d31}
    ldr     r12, [r0]
    vmsr    fpscr, r12
    bx      lr
    .section .note.GNU-stack, "", %progbits
