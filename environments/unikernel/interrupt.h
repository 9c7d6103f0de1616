/*
 * Interrupts, and the one rule of the kernel about them:
 *
 *   Kernel code runs with interrupts off, always, and to its end, or to where it waits (thread.h).
 *
 * So there is nothing to lock: no function of the kernel, lwIP among them, is ever entered while
 * another one runs. Interrupts are taken while the sample's own code runs, and by the idle loop;
 * then the network is polled. The kernel never runs for long without interrupts: it copies at most
 * what a system call asks for, and waits for a device at most NIC_TIMEOUT (virtio_net.c).
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include "types.h"

void interrupts_init(void);
void interrupt_enable(u32 number);

/* Handles the pending interrupts and polls the network. */
void interrupts_handle(void);

#endif
