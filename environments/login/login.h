/*
 * What the programs of a login session have in common: the terminal, which holds a login and types
 * (main.c), and the account's shell, which waits until then (gate.c).
 */
#ifndef MALASSAY_LOGIN_H
#define MALASSAY_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the first line of a session names: a link to the terminal, there as soon as a login is held. */
#define TYPIST "/usr/local/sbin/malassay-login"

/* Whose login is held, and where its password stands. */
#define ACCOUNT "admin"
#define PASSWORD_FILE "/etc/malassay-login-password"

/* Its first line is the path of the account's real shell; without it that is busybox, as on devices. */
#define SHELL_FILE "/etc/malassay-login-shell"

/* Two sockets a login: NAME, where the typist asks for its terminal, and NAME.gate, where its shell
   waits. */
#define FOLDER "/run/malassay-login"
#define GATE ".gate"

/* By which the agent tells the typist of the recorder's cookie; nobody else sees it. */
#define MARK_VARIABLE "MALASSAY_MARK"

enum { EXIT_OF_LOGIN = 1, EXIT_MALFORMED = 2, EXIT_NOT_HELD = 3 };

/* What the typist hands over by way of the holder, so that what the login does is the sample's: the
   cookie by which the recorder knows it, 0 when nothing is recorded, and what the agent gave the
   sample: the size of a file at most, and the capabilities that it can have at all. */
struct pass {
  uint64_t mark;
  uint64_t file_size;
  uint64_t capabilities;
};

/* ---- socket.c ---- */

/* Sockets of a login; -1 with an errno when there is nobody, or no room. */
int listen_at(const char *name, const char *suffix);
int connect_to(const char *name, const char *suffix);

/* All of it, or false. */
bool say(int to, const void *bytes, size_t length);
bool hear(int from, void *bytes, size_t length);

/* Hands a descriptor over; takes one, or -1. */
bool hand_over(int to, int descriptor);
int take_over(int from);

/* Nanoseconds of the monotonic clock; a time-out for poll(2) until then. */
long long now(void);
int until(long long deadline);

#endif
