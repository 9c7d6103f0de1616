/* Linux on ARM as programs see it: numbers of errors and signals, flags, structures. A system call
   returns a result or, negative, one of these errors; functions of the kernel do as well. */
#ifndef ABI_H
#define ABI_H

#include "clock.h"
#include "types.h"

enum error {
  EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EIO = 5, ENXIO = 6, E2BIG = 7, ENOEXEC = 8,
  EBADF = 9, ECHILD = 10, EAGAIN = 11, ENOMEM = 12, EACCES = 13, EFAULT = 14, EBUSY = 16,
  EEXIST = 17, EXDEV = 18, ENODEV = 19, ENOTDIR = 20, EISDIR = 21, EINVAL = 22, ENFILE = 23,
  EMFILE = 24, ENOTTY = 25, EFBIG = 27, ENOSPC = 28, ESPIPE = 29, EROFS = 30, EMLINK = 31,
  EPIPE = 32, EDOM = 33, ERANGE = 34, EDEADLK = 35, ENAMETOOLONG = 36, ENOSYS = 38, ENOTEMPTY = 39,
  ELOOP = 40, ELIBACC = 79, ENOTSOCK = 88, EDESTADDRREQ = 89, EMSGSIZE = 90, EPROTOTYPE = 91,
  ENOPROTOOPT = 92, EPROTONOSUPPORT = 93, ESOCKTNOSUPPORT = 94, EOPNOTSUPP = 95, EAFNOSUPPORT = 97,
  EADDRINUSE = 98,
  EADDRNOTAVAIL = 99, ENETUNREACH = 101, ECONNABORTED = 103, ECONNRESET = 104, ENOBUFS = 105,
  EISCONN = 106, ENOTCONN = 107, ETIMEDOUT = 110, ECONNREFUSED = 111, EHOSTUNREACH = 113,
  EALREADY = 114, EINPROGRESS = 115
};

enum { ETXTBSY = 26, ENODATA = 61, EOVERFLOW = 75, EOWNERDEAD = 130 };

/* The call was interrupted. It is restarted if the handler has SA_RESTART; otherwise the sample
   gets EINTR instead (syscall.c). */
enum { ERESTART = 512 };

/* Some results are addresses, which may be negative, too. */
static inline bool is_error(s32 result) { return (u32)result > (u32)-4096; }

/* The only process of the sample. */
enum { PROCESS = 2, PARENT = 1 };

enum signal_number {
  SIGHUP = 1, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGUSR1, SIGSEGV,
  SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGSTKFLT, SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN,
  SIGTTOU, SIGURG, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGWINCH, SIGIO, SIGPWR, SIGSYS,
  SIGNALS = 64
};

/* mmap(2); protections are in mmu.h. */
enum { MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_SHARED_VALIDATE = 3, MAP_TYPE = 0xf, MAP_FIXED = 0x10,
       MAP_ANONYMOUS = 0x20, MAP_NORESERVE = 0x4000, MAP_FIXED_NOREPLACE = 0x100000,
       MAP_NEVER_WRITE = 0x40000000 /* ours: the file was opened for reading */ };

/* The kind and rights of a file. */
enum { S_IFMT = 0170000, S_IFSOCK = 0140000, S_IFLNK = 0120000, S_IFREG = 0100000,
       S_IFBLK = 0060000, S_IFDIR = 0040000, S_IFCHR = 0020000, S_IFIFO = 0010000 };

enum { O_ACCMODE = 3, O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0100, O_EXCL = 0200,
       O_TRUNC = 01000, O_APPEND = 02000, O_NONBLOCK = 04000, O_DIRECTORY = 040000,
       O_NOFOLLOW = 0100000, O_LARGEFILE = 0400000, O_CLOEXEC = 02000000 };

enum { AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200,
       AT_SYMLINK_FOLLOW = 0x400,
       AT_EMPTY_PATH = 0x1000 };

/* arch/arm/include/uapi/asm/stat.h */
struct stat64 {
  u64 device;
  u32 pad0, old_inode, mode, links, uid, gid;
  u64 special;
  u32 pad1, pad2;
  s64 size;
  u32 block_size, pad3;
  u64 blocks;
  u32 accessed, accessed_ns, modified, modified_ns, changed, changed_ns;
  u64 inode;
};
_Static_assert(sizeof(struct stat64) == 104, "Linux has it so");

struct utsname {
  char system[65], node[65], release[65], version[65], machine[65], domain[65];
};

/* Times, in programs whose time_t has 32 bits and in newer ones. */
struct timespec32 {
  s32 seconds, ns;
};
struct timeval32 {
  s32 seconds, us;
};
struct timespec64 {
  s64 seconds, ns;
};

/* is_time() tells valid times from others, and to_ns() caps those that are too large. */
static inline bool is_time(s64 seconds, s64 ns) {
  return seconds >= 0 && ns >= 0 && ns < (s64)NS_PER_S;
}
static inline u64 to_ns(s64 seconds, s64 ns) {
  u64 most = NEVER / 2 / NS_PER_S;
  return (u64)seconds >= most ? NEVER / 2 : (u64)seconds * NS_PER_S + (u64)ns;
}

enum { POLLIN = 0x1, POLLPRI = 0x2, POLLOUT = 0x4, POLLERR = 0x8, POLLHUP = 0x10, POLLNVAL = 0x20,
       POLLRDNORM = 0x40, POLLRDBAND = 0x80, POLLWRNORM = 0x100, POLLWRBAND = 0x200,
       POLLRDHUP = 0x2000, POLL_READ = POLLIN | POLLRDNORM, POLL_WRITE = POLLOUT | POLLWRNORM };

struct iovec {
  u32 base, length;
};

#endif
