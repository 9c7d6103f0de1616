#ifndef MALASSAY_TYPE_H
#define MALASSAY_TYPE_H

/* Types a session, and returns the exit status. */
int type_session(const char *path);

#endif
