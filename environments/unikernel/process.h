/* What is known of the system. */
#ifndef PROCESS_H
#define PROCESS_H

#include "abi.h"

/* Of users or of groups. */
struct ids {
  u32 real, effective, saved, of_files;
};
const struct ids *process_user(void);
const struct ids *process_group(void);

/* As uname(2) tells it. */
const struct utsname *system_name(void);

#endif
