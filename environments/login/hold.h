#ifndef MALASSAY_HOLD_H
#define MALASSAY_HOLD_H

/* Logs in by the protocol, returns when the login stands before its shell, and leaves a process that
   holds it. Returns the exit status; says on the standard error what fails. */
int hold_login(const char *protocol);

#endif
