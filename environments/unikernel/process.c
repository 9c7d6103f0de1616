/* System calls about the process and the system, and those that end the one or the other. */
#include <string.h>

#include "abi.h"
#include "arch.h"
#include "clock.h"
#include "console.h"
#include "file.h"
#include "memory.h"
#include "process.h"
#include "page.h"
#include "recorded_call.h"
#include "recording.h"
#include "run.h"
#include "syscall.h"
#include "thread.h"

SYSCALL(exit) { thread_exit((a[0] & 0xff)); }


SYSCALL(set_tls) {
  write_tls(a[0]);
  return 0;
}

SYSCALL(cacheflush) {
  forget_code();
  return 0;
}

SYSCALL(get_tls) { return (s32)read_tls(); }

/* ---- the system ---- */

static struct utsname name = {
    .system = "Linux", /* what programs expect whose system calls we take */
    .node = "malassay-guest",
    .release = "6.1.0-malassay-unikernel",
    .version = "#1",
    .machine = "armv7l",
    .domain = "(none)"};

const struct utsname *system_name(void) { return &name; }

SYSCALL(uname) { return user_store(a[0], &name, sizeof name) ? 0 : -EFAULT; }

static s32 set_name(char *to, const u32 *a) {
  char new[sizeof name.node] = {0};
  if (a[1] >= sizeof new) return -EINVAL;
  if (!user_load(new, a[0], a[1])) return -EFAULT;
  memcpy(to, new, sizeof new);
  return 0;
}

SYSCALL(sethostname) { return set_name(name.node, a); }
SYSCALL(setdomainname) { return set_name(name.domain, a); }

SYSCALL(sysinfo) {
  struct {
    u32 uptime, loads[3], total, free, shared, buffers, total_swap, free_swap;
    u16 processes, pad;
    u32 total_high, free_high, unit, rest[2];
  } told = {.uptime = (u32)(now() / NS_PER_S), .total = pages_total() * PAGE,
            .free = pages_left() * PAGE, .processes = (u16)thread_count(), .unit = 1};
  _Static_assert(sizeof told == 64, "Linux has it so");
  return user_store(a[0], &told, sizeof told) ? 0 : -EFAULT;
}

SYSCALL(getrandom) {
  enum { KNOWN = 7 };
  u32 length = min_u32(a[1], 1024 * 1024);
  if (a[2] & ~KNOWN) return -EINVAL;
  if (!user_writable(a[0], length)) return -EFAULT;
  random_bytes((void *)a[0], length);
  return (s32)length;
}

/* No answer comes from such a machine any more; the host sees it end. */
SYSCALL(reboot) {
  enum { MAGIC = 0xfee1dead, RESTART = 0x01234567, RESTART2 = 0xa1b2c3d4, CAD_ON = 0x89abcdef };
  enum { CAD_OFF = 0, HALT = 0xcdef0123, POWER_OFF = 0x4321fedc };
  static const u32 dates[] = {672274793, 85072278, 369367448, 537993216};
  bool right = false;
  for (u32 i = 0; i < COUNT(dates); i++) right |= a[1] == dates[i];
  if (a[0] != MAGIC || !right) return -EINVAL;
  bool is_end = a[2] == RESTART || a[2] == RESTART2 || a[2] == HALT || a[2] == POWER_OFF;
  if (is_end && recording) recorded_farewell();
  switch (a[2]) {
    case RESTART:
    case RESTART2: console("reboot: restart\n"); psci(PSCI_SYSTEM_RESET);
    case HALT:
    case POWER_OFF: console("reboot: power down\n"); psci(PSCI_SYSTEM_OFF);
    case CAD_ON:
    case CAD_OFF: return 0;
    default: return -EINVAL;
  }
}

/* The kernel's messages, of which there are none. */
SYSCALL(syslog) { return a[0] > 10 ? -EINVAL : 0; }

/* ---- users and groups: giving rights up changes only what the program is told ---- */

static struct ids user, group;

const struct ids *process_user(void) { return &user; }
const struct ids *process_group(void) { return &group; }

static bool is_root(void) { return user.effective == 0; }

static bool may_be(const struct ids *ids, u32 id) {
  return is_root() || id == ids->real || id == ids->effective || id == ids->saved;
}

/* -1 leaves one as it is. */
static s32 set_three(struct ids *ids, u32 real, u32 effective, u32 saved) {
  const u32 same = (u32)-1;
  if ((real != same && !may_be(ids, real)) || (effective != same && !may_be(ids, effective)) ||
      (saved != same && !may_be(ids, saved)))
    return -EPERM;
  if (real != same) ids->real = real;
  if (effective != same) ids->effective = ids->of_files = effective;
  if (saved != same) ids->saved = saved;
  return 0;
}

static s32 set_one(struct ids *ids, u32 id) {
  if (id == (u32)-1) return -EINVAL;
  return is_root() ? set_three(ids, id, id, id) : set_three(ids, (u32)-1, id, (u32)-1);
}

/* The saved one follows when the real one is set, or the effective one is not the real one. */
static s32 set_two(struct ids *ids, u32 real, u32 effective) {
  const u32 same = (u32)-1;
  u32 before = ids->real;
  s32 error = set_three(ids, real, effective, same);
  if (!error && (real != same || (effective != same && effective != before)))
    ids->saved = ids->effective;
  return error;
}

static s32 get_three(const struct ids *ids, const u32 *a) {
  return user_store(a[0], &ids->real, 4) && user_store(a[1], &ids->effective, 4) &&
                 user_store(a[2], &ids->saved, 4) ? 0 : -EFAULT;
}

static s32 get_three16(const struct ids *ids, const u32 *a) {
  u16 three[] = {(u16)ids->real, (u16)ids->effective, (u16)ids->saved};
  return user_store(a[0], &three[0], 2) && user_store(a[1], &three[1], 2) &&
                 user_store(a[2], &three[2], 2) ? 0 : -EFAULT;
}

static s32 set_of_files(struct ids *ids, u32 id) {
  u32 before = ids->of_files;
  if (may_be(ids, id)) ids->of_files = id;
  return (s32)before;
}

/* The -1 of 16 bits is 0xffff. */
static u32 wide(u32 id) { return (u16)id == 0xffff ? (u32)-1 : (u16)id; }

SYSCALL(getuid) { return (s32)user.real; }
SYSCALL(geteuid) { return (s32)user.effective; }
SYSCALL(getgid) { return (s32)group.real; }
SYSCALL(getegid) { return (s32)group.effective; }
SYSCALL(setuid32) { return set_one(&user, a[0]); }
SYSCALL(setgid32) { return set_one(&group, a[0]); }
SYSCALL(setreuid32) { return set_two(&user, a[0], a[1]); }
SYSCALL(setregid32) { return set_two(&group, a[0], a[1]); }
SYSCALL(setresuid32) { return set_three(&user, a[0], a[1], a[2]); }
SYSCALL(setresgid32) { return set_three(&group, a[0], a[1], a[2]); }
SYSCALL(getresuid32) { return get_three(&user, a); }
SYSCALL(getresgid32) { return get_three(&group, a); }
SYSCALL(setfsuid32) { return set_of_files(&user, a[0]); }
SYSCALL(setfsgid32) { return set_of_files(&group, a[0]); }
SYSCALL(setuid) { return set_one(&user, wide(a[0])); }
SYSCALL(setgid) { return set_one(&group, wide(a[0])); }
SYSCALL(setreuid) { return set_two(&user, wide(a[0]), wide(a[1])); }
SYSCALL(setregid) { return set_two(&group, wide(a[0]), wide(a[1])); }
SYSCALL(setresuid) { return set_three(&user, wide(a[0]), wide(a[1]), wide(a[2])); }
SYSCALL(setresgid) { return set_three(&group, wide(a[0]), wide(a[1]), wide(a[2])); }
SYSCALL(getresuid) { return get_three16(&user, a); }
SYSCALL(getresgid) { return get_three16(&group, a); }
SYSCALL(setfsuid) { return set_of_files(&user, wide(a[0])); }
SYSCALL(setfsgid) { return set_of_files(&group, wide(a[0])); }

static u32 groups[32], group_count;

/* Numbers of 2 or 4 bytes. */
static s32 get_groups(const u32 *a, u32 size) {
  if ((s32)a[0] < 0) return -EINVAL;
  if (a[0] && a[0] < group_count) return -EINVAL;
  for (u32 i = 0; a[0] && i < group_count; i++)
    if (!user_store(a[1] + i * size, &groups[i], size)) return -EFAULT;
  return (s32)group_count;
}

static s32 set_groups(const u32 *a, u32 size) {
  u32 new[COUNT(groups)] = {0};
  if (!is_root()) return -EPERM;
  if (a[0] > COUNT(groups)) return -EINVAL;
  for (u32 i = 0; i < a[0]; i++)
    if (!user_load(&new[i], a[1] + i * size, size)) return -EFAULT;
  memcpy(groups, new, sizeof groups);
  group_count = a[0];
  return 0;
}

SYSCALL(getgroups) { return get_groups(a, 2); }
SYSCALL(getgroups32) { return get_groups(a, 4); }
SYSCALL(setgroups) { return set_groups(a, 2); }
SYSCALL(setgroups32) { return set_groups(a, 4); }

enum { CAPABILITY_VERSIONS = 3 };
static const u32 capability_versions[CAPABILITY_VERSIONS] = {0x19980330, 0x20071026, 0x20080522};
static const u64 all_capabilities = (1ull << 41) - 1;

/* How many words each set has, 0 with an error. */
static u32 capability_words(u32 header, s32 *error) {
  u32 version;
  if (!user_load(&version, header, sizeof version)) {
    *error = -EFAULT;
    return 0;
  }
  for (u32 i = 0; i < CAPABILITY_VERSIONS; i++)
    if (version == capability_versions[i]) return i ? 2 : 1;
  version = capability_versions[2];
  *error = user_store(header, &version, sizeof version) ? -EINVAL : -EFAULT;
  return 0;
}

SYSCALL(capget) {
  s32 error;
  u32 words = capability_words(a[0], &error), had[2][3] = {{0}};
  if (!words) return a[1] ? error : error == -EINVAL ? 0 : error;
  for (u32 i = 0; i < words && is_root(); i++)
    had[i][0] = had[i][1] = (u32)(all_capabilities >> (32 * i));
  return user_store(a[1], had, words * sizeof had[0]) ? 0 : -EFAULT;
}

/* Capabilities follow from the user. Giving up single ones has no effect, and does not fail. */
SYSCALL(capset) {
  s32 error;
  u32 words = capability_words(a[0], &error);
  return !words ? error : user_readable(a[1], words * 12) ? 0 : -EFAULT;
}

/* ---- groups and sessions: there is no other process ---- */

SYSCALL(getpgrp) { return PROCESS; }

static bool is_process(u32 id) { return id == 0 || id == PROCESS; }

SYSCALL(getpgid) { return is_process(a[0]) ? PROCESS : a[0] == PARENT ? 0 : -ESRCH; }
SYSCALL(getsid) { return is_process(a[0]) ? PROCESS : a[0] == PARENT ? 0 : -ESRCH; }

/* It leads a session of its own, as in the other environments, and so can neither begin another one
   nor leave its group. */
SYSCALL(setsid) { return -EPERM; }
SYSCALL(setpgid) { return (s32)a[1] < 0 ? -EINVAL : is_process(a[0]) ? -EPERM : -ESRCH; }

SYSCALL(waitid) { return -ECHILD; }

static s32 niceness;

static s32 set_niceness(s32 value) {
  niceness = value < -20 ? -20 : value > 19 ? 19 : value;
  return 0;
}

SYSCALL(nice) { return set_niceness(niceness + (s32)a[0]); }
SYSCALL(getpriority) { return a[0] > 2 ? -EINVAL : 20 - niceness; }
SYSCALL(setpriority) { return a[0] > 2 ? -EINVAL : set_niceness((s32)a[2]); }

SYSCALL(personality) {
  enum { READ_IMPLIES_EXEC = 0x400000, ADDR_LIMIT_32BIT = 0x800000 };
  static u32 chosen;
  static bool is_chosen;
  u32 before = is_chosen ? chosen
                         : ADDR_LIMIT_32BIT | (memory_is_all_executable() ? READ_IMPLIES_EXEC : 0);
  if (a[0] != 0xffffffff) {
    chosen = a[0];
    is_chosen = true;
  }
  return (s32)before;
}

SYSCALL(prctl) {
  enum {
    SET_PDEATHSIG = 1, GET_PDEATHSIG, GET_DUMPABLE, SET_DUMPABLE, GET_KEEPCAPS = 7, SET_KEEPCAPS,
    SET_NAME = 15, GET_NAME, CAPBSET_READ = 23, GET_SECUREBITS = 27, SET_SECUREBITS,
    SET_TIMERSLACK = 29, GET_TIMERSLACK, SET_NO_NEW_PRIVS = 38, GET_NO_NEW_PRIVS,
    LAST_CAPABILITY = 40
  };
  static u32 death_signal, dumpable = 1, keeps, no_new_privileges, slack = 50000;
  switch (a[0]) {
    case SET_PDEATHSIG: return a[1] > SIGNALS ? -EINVAL : (s32)(death_signal = a[1], 0);
    case GET_PDEATHSIG: return user_store(a[1], &death_signal, 4) ? 0 : -EFAULT;
    case GET_DUMPABLE: return (s32)dumpable;
    case SET_DUMPABLE: return a[1] > 1 ? -EINVAL : (s32)(dumpable = a[1], 0);
    case GET_KEEPCAPS: return (s32)keeps;
    case SET_KEEPCAPS: return a[1] > 1 ? -EINVAL : (s32)(keeps = a[1], 0);
    case SET_NAME: {
      char new[sizeof current->name] = {0};
      for (u32 i = 0; i < sizeof new - 1; i++) {
        if (!user_load(&new[i], a[1] + i, 1)) return -EFAULT;
        if (!new[i]) break;
      }
      memcpy(current->name, new, sizeof new);
      return 0;
    }
    case GET_NAME: return user_store(a[1], current->name, sizeof current->name) ? 0 : -EFAULT;
    case CAPBSET_READ: return a[1] > LAST_CAPABILITY ? -EINVAL : 1;
    case GET_SECUREBITS: return 0;
    case SET_SECUREBITS: return 0;
    case SET_TIMERSLACK: slack = a[1] ? a[1] : 50000; return 0;
    case GET_TIMERSLACK: return (s32)slack;
    case SET_NO_NEW_PRIVS:
      if (a[1] != 1 || a[2] || a[3] || a[4]) return -EINVAL;
      no_new_privileges = 1;
      return 0;
    case GET_NO_NEW_PRIVS: return (s32)no_new_privileges;
    default: return -EINVAL;
  }
}

/* ---- scheduling: in turn, whatever a program asks for; what it asked for is told ---- */

enum { OTHER = 0, FIFO = 1, ROUND_ROBIN = 2, BATCH = 3, IDLE = 5, RESET_ON_FORK = 0x40000000 };
static u32 policy, priority;

static bool is_thread(u32 id) {
  for (struct thread *thread = threads(); thread; thread = thread->next)
    if ((id == 0 ? thread == current : thread->id == id) && !thread->dead) return true;
  return false;
}

static s32 set_schedule(u32 id, u32 new_policy, u32 address) {
  u32 wanted, kind = new_policy & ~(u32)RESET_ON_FORK;
  if (!address || (s32)id < 0) return -EINVAL;
  if (!user_load(&wanted, address, sizeof wanted)) return -EFAULT;
  if (!is_thread(id)) return -ESRCH;
  bool real_time = kind == FIFO || kind == ROUND_ROBIN;
  if (!real_time && kind != OTHER && kind != BATCH && kind != IDLE) return -EINVAL;
  if (real_time ? wanted < 1 || wanted > 99 : wanted != 0) return -EINVAL;
  policy = new_policy;
  priority = wanted;
  return 0;
}

SYSCALL(sched_setscheduler) { return (s32)a[1] < 0 ? -EINVAL : set_schedule(a[0], a[1], a[2]); }
SYSCALL(sched_setparam) { return set_schedule(a[0], policy, a[1]); }
SYSCALL(sched_getscheduler) {
  return (s32)a[0] < 0 ? -EINVAL : is_thread(a[0]) ? (s32)policy : -ESRCH;
}
SYSCALL(sched_getparam) {
  if (!a[1] || (s32)a[0] < 0) return -EINVAL;
  return !is_thread(a[0]) ? -ESRCH : user_store(a[1], &priority, sizeof priority) ? 0 : -EFAULT;
}
SYSCALL(sched_get_priority_max) {
  return a[0] == FIFO || a[0] == ROUND_ROBIN ? 99 : a[0] <= IDLE + 1 && a[0] != 4 ? 0 : -EINVAL;
}
SYSCALL(sched_get_priority_min) {
  return a[0] == FIFO || a[0] == ROUND_ROBIN ? 1 : a[0] <= IDLE + 1 && a[0] != 4 ? 0 : -EINVAL;
}
SYSCALL(sched_rr_get_interval) {
  struct timespec32 slice = {0, policy == FIFO ? 0 : 10 * (s32)NS_PER_MS};
  if (!is_thread(a[0])) return -ESRCH;
  return user_store(a[1], &slice, sizeof slice) ? 0 : -EFAULT;
}
SYSCALL(sched_yield) {
  thread_yield();
  return 0;
}
SYSCALL(sched_getaffinity) {
  u32 processors = 1;
  if (a[1] < sizeof processors || a[1] % sizeof processors) return -EINVAL;
  if (!is_thread(a[0])) return -ESRCH;
  return user_store(a[2], &processors, sizeof processors) ? (s32)sizeof processors : -EFAULT;
}
SYSCALL(sched_setaffinity) {
  u32 processors = 0;
  if (!user_load(&processors, a[2], min_u32(a[1], sizeof processors))) return -EFAULT;
  return !is_thread(a[0]) ? -ESRCH : processors & 1 ? 0 : -EINVAL;
}
SYSCALL(getcpu) {
  u32 zero = 0;
  if (a[0] && !user_store(a[0], &zero, sizeof zero)) return -EFAULT;
  return a[1] && !user_store(a[1], &zero, sizeof zero) ? -EFAULT : 0;
}

/* ---- resources used ---- */

enum { TICKS_A_SECOND = 100 };

SYSCALL(times) {
  u32 ticks = (u32)(now() / (NS_PER_S / TICKS_A_SECOND));
  u32 told[4] = {(u32)(threads_cpu_time() / (NS_PER_S / TICKS_A_SECOND)), 0, 0, 0};
  return a[0] && !user_store(a[0], told, sizeof told) ? -EFAULT : (s32)ticks;
}

SYSCALL(getrusage) {
  enum { CHILDREN = -1, SELF = 0, THREAD = 1 };
  u64 time = (s32)a[0] == SELF     ? threads_cpu_time()
             : (s32)a[0] == THREAD ? thread_cpu_time(current)
                                   : 0;
  struct {
    struct timeval32 user, system;
    u32 largest, rest[13];
  } told = {.user = {(s32)(time / NS_PER_S), (s32)(time % NS_PER_S / 1000)},
            .largest = (s32)a[0] == CHILDREN ? 0 : (pages_total() - pages_left()) * (PAGE / 1024)};
  if ((s32)a[0] < CHILDREN || (s32)a[0] > THREAD) return -EINVAL;
  return user_store(a[1], &told, sizeof told) ? 0 : -EFAULT;
}

/* ---- limits: those of files are enforced, the others are only kept and told ---- */

enum { RLIMITS = 16, RLIMIT_FSIZE = 1, RLIMIT_STACK = 3, RLIMIT_CORE = 4, RLIMIT_NOFILE = 7 };

struct limit {
  u64 soft, hard;
};
static struct limit rlimits[RLIMITS];
static bool is_set[RLIMITS];

static struct limit limit_of(u32 resource) {
  if (is_set[resource]) return rlimits[resource];
  switch (resource) {
    case RLIMIT_FSIZE: return (struct limit){run_limits()->file_size, run_limits()->file_size};
    case RLIMIT_STACK: return (struct limit){STACK_SIZE, UINT64_MAX};
    case RLIMIT_CORE: return (struct limit){0, 0};
    case RLIMIT_NOFILE: return (struct limit){FILES, FILES};
    default: return (struct limit){UINT64_MAX, UINT64_MAX};
  }
}

u64 file_size_limit(void) { return limit_of(RLIMIT_FSIZE).soft; }
u32 file_number_limit(void) { return (u32)min_u64(limit_of(RLIMIT_NOFILE).soft, FILES); }

static s32 set_limit(u32 resource, struct limit new) {
  if (new.soft > new.hard) return -EINVAL;
  if (resource == RLIMIT_NOFILE && new.hard > 1024 * 1024) return -EPERM;
  if (new.hard > limit_of(resource).hard && !is_root()) return -EPERM;
  /* Not even root can exceed the run's own limits. */
  if (resource == RLIMIT_FSIZE && new.hard > run_limits()->file_size) return -EPERM;
  rlimits[resource] = new;
  is_set[resource] = true;
  return 0;
}

static s32 get_narrow(const u32 *a, u32 infinite) {
  if (a[0] >= RLIMITS) return -EINVAL;
  struct limit limit = limit_of(a[0]);
  u32 both[2] = {(u32)min_u64(limit.soft, infinite), (u32)min_u64(limit.hard, infinite)};
  return user_store(a[1], both, sizeof both) ? 0 : -EFAULT;
}

SYSCALL(ugetrlimit) { return get_narrow(a, 0xffffffff); }
SYSCALL(getrlimit) { return get_narrow(a, 0x7fffffff); }

SYSCALL(setrlimit) {
  u32 both[2];
  if (!user_load(both, a[1], sizeof both)) return -EFAULT;
  if (a[0] >= RLIMITS) return -EINVAL;
  return set_limit(a[0], (struct limit){both[0] == 0xffffffff ? UINT64_MAX : both[0],
                                        both[1] == 0xffffffff ? UINT64_MAX : both[1]});
}

SYSCALL(prlimit64) {
  struct limit new;
  if (a[1] >= RLIMITS) return -EINVAL;
  if (a[2] && !user_load(&new, a[2], sizeof new)) return -EFAULT;
  if (!is_process(a[0])) return -ESRCH;
  struct limit before = limit_of(a[1]);
  s32 error = a[2] ? set_limit(a[1], new) : 0;
  if (error) return error;
  return a[3] && !user_store(a[3], &before, sizeof before) ? -EFAULT : 0;
}
