/* What lwIP needs to know about the compiler and the machine. */
#ifndef CC_H
#define CC_H

#include <stdlib.h>

void lwip_failed(const char *what);
unsigned net_random(void);

#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x) lwip_failed(x)
#define LWIP_RAND() net_random()

#endif
