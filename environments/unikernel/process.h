/* Processes, and what is known of the system. */
#ifndef PROCESS_H
#define PROCESS_H

#include "abi.h"
#include "run.h"

/* Ends the process and its threads. The sample ends with its own process. */
void process_end(u32 process, enum ended how, u32 code);

/* Of users or of groups. */
struct ids {
  u32 real, effective, saved, of_files;
};
const struct ids *process_user(void);
const struct ids *process_group(void);

/* The text of uname(2). */
const struct utsname *system_name(void);

#endif
