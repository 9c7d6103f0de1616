/*
 * The terminal of login sessions.
 *
 *   malassay-terminal --hold PROTOCOL   logs in by telnet or ssh, and leaves a process that holds the
 *                                       login (hold.c)
 *   malassay-login FILE                 types a session; named so, it is what the first line of a
 *                                       session asks for (type.c)
 *
 * Exit status of a session: 0 when all of its commands were typed, 1 when the login closed before, 2
 * when it is malformed, 3 when no login by its protocol is held.
 */
#include "hold.h"
#include "login.h"
#include "type.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--hold") == 0) return hold_login(argv[2]);
  if (argc == 2) return type_session(argv[1]);
  fputs("usage: malassay-terminal --hold PROTOCOL | malassay-login FILE\n", stderr);
  return EXIT_MALFORMED;
}
