#include "console.h"

#include <string.h>

#include "arch.h"

enum { UART = 0x09000000, UART_DATA = 0x00, UART_FLAGS = 0x18, UART_FLAG_FULL = 1 << 5 };

/* ---- text ---- */

struct text {
  char *at, *end;
  int length;
};

static void put(struct text *out, char c) {
  if (out->at < out->end) *out->at++ = c;
  out->length++;
}

static void put_number(struct text *out, u32 value, u32 base, int width, char fill) {
  char digits[10];
  int count = 0;
  do {
    digits[count++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value);
  for (int i = count; i < width; i++) put(out, fill);
  while (count) put(out, digits[--count]);
}

/* The format of addresses in /proc/net: always with leading zeros. */
static void put_upper_hex(struct text *out, u32 value, int width) {
  while (width) put(out, "0123456789ABCDEF"[value >> (4 * --width) & 15]);
}

int format_list(char *buffer, u32 size, const char *format, va_list arguments) {
  struct text out = {buffer, buffer + size - 1, 0};
  for (const char *at = format; *at; at++) {
    if (*at != '%') {
      put(&out, *at);
      continue;
    }
    at++;
    char fill = *at == '0' ? '0' : ' ';
    int width = 0;
    for (; *at >= '0' && *at <= '9'; at++) width = width * 10 + *at - '0';
    switch (*at) {
      case 's':
        for (const char *s = va_arg(arguments, const char *); *s; s++) put(&out, *s);
        break;
      case 'd': {
        int value = va_arg(arguments, int);
        if (value < 0) put(&out, '-');
        put_number(&out, value < 0 ? -(u32)value : (u32)value, 10, width, fill);
        break;
      }
      case 'u': put_number(&out, va_arg(arguments, u32), 10, width, fill); break;
      case 'x': put_number(&out, va_arg(arguments, u32), 16, width, fill); break;
      case 'X': put_upper_hex(&out, va_arg(arguments, u32), width); break;
      case 'c': put(&out, (char)va_arg(arguments, int)); break;
      default: put(&out, *at);
    }
  }
  *out.at = 0;
  return out.length;
}

int format(char *buffer, u32 size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = format_list(buffer, size, format, arguments);
  va_end(arguments);
  return length;
}

/* ---- the port ---- */

static void send(const char *text) {
  for (; *text; text++) {
    while (read_device(DEVICE(UART) + UART_FLAGS) & UART_FLAG_FULL) continue;
    write_device(DEVICE(UART) + UART_DATA, (u8)*text);
  }
}

void console(const char *format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  format_list(line, sizeof line, format, arguments);
  va_end(arguments);
  send(line);
}

_Noreturn void panic(const char *format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  format_list(line, sizeof line, format, arguments);
  va_end(arguments);
  send("panic: ");
  send(line);
  send("\n");
  psci(PSCI_SYSTEM_OFF);
}

_Noreturn void psci(enum psci function) {
  register u32 r0 __asm__("r0") = function;
  __asm__ volatile(".arch_extension virt\n hvc #0" : "+r"(r0)::"r1", "r2", "r3", "memory");
  for (;;) wait_for_interrupt();
}
