/* Words that every file uses. */
#ifndef TYPES_H
#define TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef unsigned int u32; /* newlib's uint32_t is a long here, which %u would not take */
typedef uint64_t u64;
typedef int s32;
typedef int64_t s64;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROUND_UP(value, unit) (((value) + (unit) - 1) / (unit) * (unit))
#define ROUND_DOWN(value, unit) ((value) / (unit) * (unit))

static inline u32 min_u32(u32 a, u32 b) { return a < b ? a : b; }
static inline u64 min_u64(u64 a, u64 b) { return a < b ? a : b; }

#endif
