/*
 * A service under one workload, as a sample. Two parts in one program, without a C library:
 *
 * The launcher is what the recorder follows, and it becomes the service. Before, it makes calls of
 * which the recorder tells each with its time, so that they can be told from the service's: of calls
 * that are only counted it makes none.
 *
 * The client is started by the kernel, as the handler of a core dump, so that it is nobody's child
 * and is not recorded. It prepares, waits for the service, takes the steps, and stops the service.
 *
 * Its data are in steps.h, which WorkloadProgram.java writes: FILES, START, PORT, STEPS, and scripts.
 * Does nothing outside of a guest.
 */
#include "steps.h"

#define FOLDER "/run/malassay-workload"
#define READY FOLDER "/ready"
#define LOG FOLDER "/log"
#define PATTERN "/proc/sys/kernel/core_pattern"

enum { EXIT = 1, FORK, READ, WRITE, OPEN, CLOSE, EXECVE = 11, CHMOD = 15, MKDIR = 39, WAIT4 = 114,
       NANOSLEEP = 162, SOCKET = 281, CONNECT = 283, SETSOCKOPT = 294 };
enum { O_WRONLY = 1, O_CREAT = 0100, O_TRUNC = 01000 };

static long call(long number, long a, long b, long c, long d, long e) {
  register long r7 __asm__("r7") = number;
  register long r0 __asm__("r0") = a;
  register long r1 __asm__("r1") = b;
  register long r2 __asm__("r2") = c;
  register long r3 __asm__("r3") = d;
  register long r4 __asm__("r4") = e;
  __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4) : "memory");
  return r0;
}

void *memset(void *to, int value, unsigned size) {
  for (char *at = to; size--; at++) *(volatile char *)at = (char)value;
  return to;
}

static unsigned length(const char *text) {
  unsigned size = 0;
  while (text[size]) size++;
  return size;
}

/* Less than a second. */
static void pause_ms(long ms) {
  long time[2] = {0, ms * 1000000};
  call(NANOSLEEP, (long)time, 0, 0, 0, 0);
}

static long open_to_write(const char *path) {
  return call(OPEN, (long)path, O_WRONLY | O_CREAT | O_TRUNC, 0644, 0, 0);
}

static void put(long file, const char *bytes, unsigned size) {
  while (size > 0) {
    long written = call(WRITE, file, (long)bytes, size, 0, 0);
    if (written <= 0) return;
    bytes += written;
    size -= written;
  }
}

static void put_text(long file, const char *text) { put(file, text, length(text)); }

static void put_number(long file, unsigned number) {
  char digits[12];
  unsigned at = sizeof digits;
  do {
    unsigned tenth = (unsigned long long)number * 0xcccccccdu >> 35; /* no library divides here */
    digits[--at] = (char)('0' + (number - tenth * 10));
    number = tenth;
  } while (number);
  put(file, digits + at, sizeof digits - at);
}

static const char *const CLIENT_ENVIRONMENT[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 0};

/* The exit status of a script, more than 255 where a signal ended it. */
static int shell(const char *script) {
  const char *const command[] = {"/bin/sh", "-c", script, 0};
  long child = call(FORK, 0, 0, 0, 0, 0);
  if (child == 0) {
    call(EXECVE, (long)command[0], (long)command, (long)CLIENT_ENVIRONMENT, 0, 0);
    call(EXIT, 127, 0, 0, 0, 0);
  }
  int status = 0;
  if (child < 0 || call(WAIT4, child, (long)&status, 0, 0, 0) != child) return 256;
  return status & 0x7f ? 256 : status >> 8 & 0xff;
}

/* --- the client --------------------------------------------------------------------------------- */

static char answer[1 << 16];
static unsigned kept, received;

static long connected(void) {
  struct { unsigned short family, port; unsigned address; char rest[8]; } to =
      {2, (unsigned short)(PORT >> 8 | (PORT & 0xff) << 8), 0x0100007f, {0}};
  long s = call(SOCKET, 2, 1 | 02000000, 0, 0, 0);
  if (s < 0) return s;
  long wait[2] = {5, 0};
  call(SETSOCKOPT, s, 1, 20 /* SO_RCVTIMEO */, (long)wait, sizeof wait);
  long error = call(CONNECT, s, (long)&to, sizeof to, 0, 0);
  if (error == 0) return s;
  call(CLOSE, s, 0, 0, 0, 0);
  return error;
}

static int ask(const struct step *step) {
  kept = received = 0;
  long s = connected();
  if (s < 0) return 0;
  put(s, step->text, step->size);
  for (;;) {
    static char more[1 << 14];
    char *to = kept < sizeof answer - sizeof more ? answer + kept : more;
    long got = call(READ, s, (long)to, sizeof more, 0, 0);
    if (got <= 0) break;
    received += got;
    if (to != more) kept += got;
  }
  call(CLOSE, s, 0, 0, 0, 0);
  return 1;
}

static unsigned occurrences(const char *wanted) {
  unsigned size = length(wanted), count = 0;
  for (unsigned at = 0; at + size <= kept; at++) {
    unsigned same = 0;
    while (same < size && answer[at + same] == wanted[same]) same++;
    count += same == size;
  }
  return count;
}

static void client(void) {
  call(CLOSE, 0, 0, 0, 0, 0); /* the core: until it is closed, the launcher's child is not gone */
  long pattern = call(OPEN, (long)PATTERN, O_WRONLY, 0, 0, 0);
  put_text(pattern, "core");
  call(CLOSE, pattern, 0, 0, 0, 0);
  call(MKDIR, (long)FOLDER, 0755, 0, 0, 0);
  call(CHMOD, (long)FOLDER, 0777, 0, 0, 0); /* the service may have another user */
  long log = open_to_write(LOG);
  for (unsigned i = 0; i < sizeof FILES / sizeof *FILES; i++) {
    long file = open_to_write(FILES[i].path);
    put(file, FILES[i].contents, FILES[i].size);
    call(CLOSE, file, 0, 0, 0, 0);
  }
  int status = shell(PREPARE);
  if (status != 0) put_text(log, "FAILED prepare\n");
  call(CLOSE, open_to_write(READY), 0, 0, 0, 0);
  long s = -1;
  for (int i = 0; i < 600 && s < 0; i++) {
    s = connected();
    if (s < 0) pause_ms(50);
  }
  if (s < 0) {
    put_text(log, "FAILED the service does not listen: error ");
    put_number(log, -s);
    put_text(log, "\n");
  }
  call(CLOSE, s, 0, 0, 0, 0);
  for (unsigned i = 0; s >= 0 && i < sizeof STEPS / sizeof *STEPS; i++) {
    const struct step *step = &STEPS[i];
    int fine;
    if (step->asks) {
      fine = ask(step) && occurrences(step->expected) >= step->times && received >= step->bytes;
    } else {
      fine = shell(step->text) == 0;
    }
    put_text(log, fine ? "ok " : "FAILED ");
    put_number(log, i + 1);
    if (step->asks) {
      put_text(log, " bytes ");
      put_number(log, received);
    }
    put_text(log, "\n");
  }
  if (shell(LOADED) != 0) put_text(log, "FAILED loaded\n");
  if (shell(STOP) != 0) put_text(log, "FAILED stop\n");
  put_text(log, "done\n");
  call(EXIT, 0, 0, 0, 0, 0);
}

/* Of the two signs by which a guest is known (samples/guest.h) the file; for the name it would have to
   make a call that is only counted. */
static int is_guest(void) {
  static const char line[] = "Everything in this guest of Malassay may be destroyed.";
  char text[sizeof line] = {0};
  long file = call(OPEN, (long)"/etc/malassay-guest", 0, 0, 0, 0);
  if (file < 0) return 0;
  long size = call(READ, file, (long)text, sizeof line - 1, 0, 0);
  call(CLOSE, file, 0, 0, 0, 0);
  unsigned same = 0;
  while (same < sizeof line - 1 && text[same] == line[same]) same++;
  return size == sizeof line - 1 && same == sizeof line - 1;
}

/* --- the launcher ------------------------------------------------------------------------------- */

static void launch(const char *self, const char *const *environment) {
  if (!is_guest()) call(EXIT, 77, 0, 0, 0, 0);
  char handler[256] = "|";
  unsigned size = length(self);
  if (size > 128) call(EXIT, 78, 0, 0, 0, 0);
  for (unsigned i = 0; i < size; i++) handler[1 + i] = self[i];
  const char rest[] = " client";
  for (unsigned i = 0; i < sizeof rest; i++) handler[1 + size + i] = rest[i];
  long pattern = call(OPEN, (long)PATTERN, O_WRONLY, 0, 0, 0);
  if (pattern < 0) call(EXIT, 79, 0, 0, 0, 0);
  put_text(pattern, handler);
  call(CLOSE, pattern, 0, 0, 0, 0);
  long child = call(FORK, 0, 0, 0, 0, 0);
  if (child == 0) __builtin_trap(); /* its core is what the kernel starts the client for */
  int status;
  call(WAIT4, child, (long)&status, 0, 0, 0);
  long ready = -1;
  for (int i = 0; i < 3000 && ready < 0; i++) {
    ready = call(OPEN, (long)READY, 0, 0, 0, 0);
    if (ready < 0) pause_ms(20);
  }
  if (ready < 0) call(EXIT, 80, 0, 0, 0, 0);
  call(CLOSE, ready, 0, 0, 0, 0);
  call(EXECVE, (long)START[0], (long)START, (long)(ENVIRONMENT[0] ? ENVIRONMENT : environment), 0, 0);
  call(EXIT, 81, 0, 0, 0, 0);
}

__attribute__((used)) void begin(long *stack) {
  long count = stack[0];
  const char *const *arguments = (const char *const *)(stack + 1);
  if (count > 1) client();
  launch(arguments[0], arguments + count + 1);
}

__attribute__((naked)) void _start(void) { __asm__("mov r0, sp\n bl begin"); }
