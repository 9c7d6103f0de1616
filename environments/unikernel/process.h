/* Processes, and what is known of the system. */
#ifndef PROCESS_H
#define PROCESS_H

#include "abi.h"
#include "run.h"

/* The process ends, with its threads; with the sample's own, the sample does. */
void process_end(u32 process, enum ended how, u32 code);

/* Of users or of groups. */
struct ids {
  u32 real, effective, saved, of_files;
};
const struct ids *process_user(void);
const struct ids *process_group(void);

/* As uname(2) tells it. */
const struct utsname *system_name(void);

#endif
