/* The serial port, to which the kernel writes only how it ends; and the formatting of text. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdarg.h>

#include "types.h"

/* A small printf: %s %d %u %x %c %%, with a width and zeros (%08x); %08X has as many digits as it
   says. Returns the length that the text has or would have had; the buffer is always ended. */
int format_list(char *buffer, u32 size, const char *format, va_list arguments);
__attribute__((format(printf, 3, 4))) int format(char *buffer, u32 size, const char *format, ...);

__attribute__((format(printf, 1, 2))) void console(const char *format, ...);

/* The kernel cannot go on: one line "panic: ..." and the machine is switched off. */
__attribute__((format(printf, 1, 2))) _Noreturn void panic(const char *format, ...);

#endif
