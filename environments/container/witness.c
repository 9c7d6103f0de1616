/*
 * Runs a sample that has crashed under qemu-user once more, with qemu-user's own debugger stub beside
 * it, and tells what it crashed of:
 *
 *   witness SAMPLE [ARGUMENT...]
 *
 *   loader   qemu-user refused the file: no instruction of it was executed
 *   words    it was ended by SIGBUS at an instruction that moves several words (multiple.h), and
 *            whose only fault was an address that is not a multiple of 4
 *   data     it was ended by SIGSEGV because it went on where it may read, and not execute
 *   own      none of these
 *
 * Compiled like the agent, and brought into a guest of its own that runs nothing else. The sample
 * cannot see the stub by its environment. It can do all that root can to the witness; but whatever
 * it makes it say, one instruction of its own can make it say as well.
 *
 * The stub's protocol: https://sourceware.org/gdb/current/onlinedocs/gdb.html/Remote-Protocol.html
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "multiple.h"

#define STUB "/tmp/.malassay-witness"
enum { PC = 15, CPSR = 25, CPSR_THUMB = 0x20, PAGE = 4096, CHUNK = 1024, WAIT_NS = 2000000 };
enum { GDB_TRAP = 5, GDB_BUS = 10, GDB_SEGV = 11 }; /* the protocol's own numbers */
enum { LOADER_FAILED = 255 };

static int stub;
static char packet[2 * CHUNK + 64];

/* ---- the protocol ---- */

static int next(void) {
  unsigned char byte;
  return read(stub, &byte, 1) == 1 ? byte : -1;
}

/* The next packet; false when there will be none. What does not fit is cut. */
static bool hear(void) {
  size_t n = 0;
  int c;
  do c = next();
  while (c >= 0 && c != '$');
  for (c = next(); c >= 0 && c != '#'; c = next())
    if (n < sizeof packet - 1) packet[n++] = (char)c;
  packet[n] = 0;
  return c >= 0 && next() >= 0 && next() >= 0 && send(stub, "+", 1, MSG_NOSIGNAL) == 1;
}

__attribute__((format(printf, 1, 2))) static bool ask(const char *format, ...) {
  char what[512], all[600];
  unsigned char sum = 0;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(what, sizeof what, format, arguments);
  va_end(arguments);
  for (const char *at = what; *at; at++) sum = (unsigned char)(sum + *at);
  int n = snprintf(all, sizeof all, "$%s#%02x", what, sum);
  return send(stub, all, (size_t)n, MSG_NOSIGNAL) == n && hear();
}

/* The bytes of an answer, which is in hexadecimal; how many there were, at most that many. */
static int bytes(unsigned char *to, int most) {
  int n = 0;
  unsigned byte;
  while (n < most && sscanf(packet + 2 * n, "%2x", &byte) == 1) to[n++] = (unsigned char)byte;
  return packet[0] == 'E' ? 0 : n;
}

static bool load(unsigned address, unsigned char *to, int length) {
  return ask("m%x,%x", address, (unsigned)length) && bytes(to, length) == length;
}

static unsigned little(const unsigned char *from, int length) {
  unsigned value = 0;
  while (length-- > 0) value = value << 8 | from[length];
  return value;
}

static bool get_register(unsigned which, unsigned *value) {
  unsigned char raw[4];
  if (!ask("p%x", which) || bytes(raw, 4) != 4) return false;
  *value = little(raw, 4);
  return true;
}

static bool set_register(unsigned which, unsigned value) {
  return ask("P%x=%02x%02x%02x%02x", which, value & 255, value >> 8 & 255, value >> 16 & 255,
             value >> 24) &&
         strcmp(packet, "OK") == 0;
}

/* The signal that the sample stopped with, by the protocol; -1: it has ended. */
static int stopped(void) {
  unsigned number;
  return (packet[0] == 'T' || packet[0] == 'S') && sscanf(packet + 1, "%2x", &number) == 1
             ? (int)number
             : -1;
}

static bool step_passes(void) { return ask("s") && stopped() == GDB_TRAP; }

/* ---- what was wrong ---- */

/* Would the instruction pass if only its address were a multiple of 4? It is tried. */
static bool stumbled_over_words(const unsigned *r, bool thumb) {
  unsigned char raw[4];
  struct multiple words;
  enum code kind = CODE_ARM;
  if (!load(r[PC], raw, 2)) return false;
  unsigned code = little(raw, 2);
  if (thumb) kind = begins_wide((uint16_t)code) ? CODE_THUMB_WIDE : CODE_THUMB;
  if (kind != CODE_THUMB) {
    if (!load(r[PC], raw, 4)) return false;
    code = kind == CODE_ARM ? little(raw, 4) : code << 16 | little(raw + 2, 2);
  }
  if (!is_multiple(kind, code, r, &words) || words.address % 4 == 0) return false;
  if (!load(words.address + 4 * (unsigned)words.count - 1, raw, 1)) return false;
  return set_register(words.base, r[words.base] - words.address % 4) && step_passes();
}

/* Is there something at the program counter, and nothing in its page can be executed? An instruction
   without effect is tried: a word of zeros is one. */
static bool went_on_in_data(const unsigned *r, bool thumb) {
  static unsigned char page[PAGE];
  unsigned start = r[PC] / PAGE * PAGE, unit = thumb ? 2 : 4;
  for (unsigned at = 0; at < PAGE; at += CHUNK)
    if (!load(start + at, page + at, CHUNK)) return false;
  if (little(page + r[PC] % PAGE / unit * unit, (int)unit) == 0) return false;
  for (unsigned at = 0; at < PAGE; at += unit)
    if (little(page + at, (int)unit) == 0)
      return set_register(PC, start + at) && ask("s") && stopped() == GDB_SEGV;
  return false;
}

/* At a stop; the registers are afterwards what they were. */
static const char *look(int signal) {
  unsigned r[16], cpsr;
  for (unsigned i = 0; i < 16; i++)
    if (!get_register(i, &r[i])) return "own";
  if (!get_register(CPSR, &cpsr)) return "own";
  bool thumb = cpsr & CPSR_THUMB;
  const char *found = "own";
  if (signal == GDB_BUS && stumbled_over_words(r, thumb)) found = "words";
  if (signal == GDB_SEGV && went_on_in_data(r, thumb)) found = "data";
  for (unsigned i = 0; i < 16; i++) set_register(i, r[i]);
  set_register(CPSR, cpsr);
  return found;
}

/* ---- the sample ---- */

static pid_t start(char *command[]) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  close(nowhere);
  setenv("QEMU_GDB", STUB, 1);
  setenv("QEMU_UNSET_ENV", "QEMU_GDB,QEMU_UNSET_ENV", 1); /* from what the sample sees */
  execv(command[0], command);
  _exit(0); /* the kernel refused what it took before: nothing is known */
}

/* False: it has ended before there was a stub. */
static bool connect_to(pid_t pid, int *status) {
  struct sockaddr_un address = {AF_UNIX, STUB};
  stub = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  while (connect(stub, (struct sockaddr *)&address, sizeof address) < 0) {
    if (waitpid(pid, status, WNOHANG) == pid) return false;
    nanosleep(&(struct timespec){0, WAIT_NS}, NULL);
  }
  unlink(STUB);
  return true;
}

/* What the last crash was of that the sample met. */
static const char *watch_it(void) {
  const char *found = "own";
  /* That asks for the registers' names is what makes the stub number them as it names them. */
  if (!ask("qXfer:features:read:target.xml:0,400") || !ask("c")) return found;
  for (int signal = stopped(); signal >= 0; signal = stopped()) {
    found = signal == GDB_BUS || signal == GDB_SEGV ? look(signal) : "own";
    if (!ask("C%02x", (unsigned)signal)) break;
  }
  return found;
}

int main(int argc, char *argv[]) {
  if (argc < 2) return 2;
  int status = 0;
  pid_t pid = start(argv + 1);
  if (pid < 0) return 1;
  if (!connect_to(pid, &status)) {
    puts(WIFEXITED(status) && WEXITSTATUS(status) == LOADER_FAILED ? "loader" : "own");
    return 0;
  }
  const char *found = watch_it();
  close(stub);
  waitpid(pid, &status, 0);
  puts(WIFSIGNALED(status) ? found : "own");
  return 0;
}
