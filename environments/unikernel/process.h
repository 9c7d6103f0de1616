/* What is known of the system. */
#ifndef PROCESS_H
#define PROCESS_H

#include "abi.h"

/* As uname(2) tells it. */
const struct utsname *system_name(void);

#endif
