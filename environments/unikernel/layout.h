/*
 * The memory map. QEMU's machine `virt` has its devices from 0x08000000 and its memory from
 * 0x40000000 on; at 0, where static ARM programs are linked, it has flash. So the memory is mapped
 * to 0xc0000000, where Linux has its own on such machines, and the lower 3 GB belong to the sample:
 *
 *   00000000..00000fff  nothing: a null pointer faults
 *   00001000..beffffff  the sample: program, heap, mappings, stack; a page at a time, when touched
 *   c0000000..efffffff  all memory as it is, of which the kernel (with stacks, page, network)
 *   f8000000..fa1fffff  devices
 *   ffff0000..ffff0fff  exception vectors, and the helpers that Linux keeps for ARM programs
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#define PAGE 4096
#define SECTION 0x100000

#define RAM_BASE 0x40000000
#define RAM_MAX 0x30000000
#define KERNEL_BASE 0xc0000000
#define KERNEL_IMAGE 0x10000 /* where QEMU puts a raw image, from the memory's start */
#define PHYSICAL_TO_KERNEL (KERNEL_BASE - RAM_BASE)

#define DEVICES_BASE 0x08000000
#define DEVICES_SIZE 0x02200000
#define DEVICE(physical) ((physical) + 0xf0000000)

#define USER_START 0x1000
#define USER_END 0xbf000000

#define VECTORS 0xffff0000

#define KERNEL_STACK 8192

/* Modes of the processor (ARM ARM B1.3.1). The sample runs in SYS: the registers of a user, the
   rights of the kernel. That the two are not kept apart is what makes this a unikernel. */
#define MODE_SVC 0x13
#define MODE_SYS 0x1f
#define MODE_MASK 0x1f
#define PSR_THUMB 0x20
#define PSR_IRQ_OFF 0x80
#define PSR_JAZELLE 0x01000000

/* struct frame, for entry.S */
#define FRAME_SIZE 72

#endif
