#ifndef MALASSAY_NAMES_H
#define MALASSAY_NAMES_H

#include <stdbool.h>

/* Gives the machine and its container names that no other clone has; nothing while there is no
   container. False when that failed. */
bool give_names(void);

#endif
