@ Ways to come by the number of a system call, one a function, in Thumb-2 and ARM code. Each name says
@ which number is to be found. Never run. build.sh makes calls.elf of it.
  .syntax unified
  .arch armv7-a
  .text

  .macro thumb_function name
  .thumb
  .global \name
  .type \name, %function
  .thumb_func
\name:
  .endm
  .macro arm_function name
  .align 2
  .arm
  .global \name
  .type \name, %function
\name:
  .endm

  thumb_function mov_20
  push {r7, lr}
  movs r7, #20
  svc 0
  pop {r7, pc}

  thumb_function movw_322
  movw r7, #322
  svc 0
  bx lr

  thumb_function movw_movt_983045 @ 0xf0005
  movw r7, #5
  movt r7, #0xf
  svc 0
  bx lr

  thumb_function copied_and_added_45
  movs r3, #44
  mov r2, r3
  adds r7, r2, #1
  svc 0
  bx lr

  thumb_function literal_397
  ldr r7, 1f
  svc 0
  bx lr
  .align 2
1: .word 397

  thumb_function either_3_or_4
  movs r7, #4
  cmp r0, #0
  it eq
  moveq r7, #3
  svc 0
  bx lr

  thumb_function branch_5_or_6
  cbz r0, 1f
  movs r7, #5
  b 2f
1: movs r7, #6
2: svc 0
  bx lr

  thumb_function from_stack_19
  movs r1, #19
  sub sp, #16
  strd r0, r1, [sp, #8]
  push {r4, r5, lr}
  ldr.w r7, [sp, #24]
  svc 0
  pop {r4, r5, lr}
  add sp, #16
  bx lr

  thumb_function popped_33
  movs r3, #33
  push {r2, r3}
  pop {r6, r7}
  svc 0
  bx lr

@ as glibc's __libc_do_syscall: the number in ip
  .thumb
  .thumb_func
by_ip:
  push {r7, lr}
  mov r7, ip
  svc 0
  pop {r7, pc}

  thumb_function by_ip_114_twice
  push {lr}
  mov.w ip, #114
  bl by_ip
  bl by_ip
  pop {pc}

  thumb_function by_ip_jump_54
  mov.w ip, #54
  b.w by_ip

@ as glibc's __syscall_cancel: the number at [sp, #8]
  .thumb_func
by_stack:
  push {r4, r5, r6, lr}
  sub sp, #16
  ldr r7, [sp, #40]
  svc 0
  add sp, #16
  pop {r4, r5, r6, pc}

  thumb_function by_stack_63
  push {r4, lr}
  movs r3, #0
  movs r4, #63
  sub sp, #16
  strd r3, r4, [sp, #4]
  str r3, [sp]
  bl by_stack
  add sp, #16
  pop {r4, pc}

@ as syscall(2): the number in r0, here from another function
  thumb_function wrapper
  push {r7, lr}
  mov r7, r0
  svc 0
  pop {r7, pc}

  thumb_function wrapped_199
  push {lr}
  movs r0, #199
  bl wrapper
  pop {pc}

@ cases of a table: the second has 78
  thumb_function table_77_78_79
  cmp r0, #2
  bhi 4f
  tbb [pc, r0]
0: .byte (1f - 0b) / 2, (2f - 0b) / 2, (3f - 0b) / 2, 0
1: movs r7, #77
  b 5f
2: movs r7, #78
  b 5f
3: movs r7, #79
5: svc 0
4: bx lr

  thumb_function computed
  ldr r7, [r0]
  svc 0
  bx lr

  thumb_function no_such_call
  movw r7, #4000
  svc 0
  bx lr

  thumb_function like_data
  movs r7, #154
  svc 154
  bx lr

@ not reached from the entry; its address is in the data
  thumb_function pointed_64
  movs r7, #64
  svc 0
  bx lr

@ reached from nowhere
  thumb_function alone_88
  movs r7, #88
  svc 0
  bx lr

  arm_function arm_mov_183
  push {r7, lr}
  mov r7, #183
  svc 0
  pop {r7, pc}

  arm_function arm_literal_983042 @ 0xf0002
  ldr r7, 1f
  svc 0
  bx lr
1: .word 0xf0002

  arm_function arm_conditional_91_or_92
  mov r7, #91
  cmp r0, #0
  addeq r7, r7, #1
  svc 0
  bx lr

  arm_function arm_old_abi_1
  svc 0x900001
  bx lr

  arm_function arm_pushed_118
  mov r3, #118
  str r3, [sp, #-4]!
  ldr r7, [sp], #4
  svc 0
  bx lr

  thumb_function _start
  bl mov_20
  bl movw_322
  bl movw_movt_983045
  bl copied_and_added_45
  bl literal_397
  bl either_3_or_4
  bl branch_5_or_6
  bl from_stack_19
  bl popped_33
  bl by_ip_114_twice
  bl by_ip_jump_54
  bl by_stack_63
  bl wrapped_199
  bl table_77_78_79
  bl computed
  bl no_such_call
  bl like_data
  blx arm_mov_183
  blx arm_literal_983042
  blx arm_conditional_91_or_92
  blx arm_old_abi_1
  blx arm_pushed_118
  b .

  .data
  .word pointed_64
