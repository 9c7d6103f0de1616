/*
 * A way out for updates: where a login guard keeps whoever is logged in from installing programs, an
 * update that root has listed before is installed by somebody who is no member.
 *
 *   malassay-update FILE                 has it installed (a package of Debian) or executed; its status
 *   malassay-update --list FILE [LIST]   lists it, by its SHA-256: for who makes the device
 *   malassay-update --serve              answers one caller, on the socket that is standard input
 *
 * The list is a file with execute permission, although nobody executes it: a guard keeps its members
 * from writing to such a file and from making another one, and a list without it is none. What is
 * executed is a sealed copy of what was compared with the list.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKET "/run/malassay-update.sock"
#define LIST "/usr/local/lib/malassay/updates"

enum { DIGEST = 64, LARGEST = 64 << 20, REFUSED = 126, SIGNALLED = 128 };

/* ---- digests ---- */

/* SHA-256 (FIPS 180-4), by itself: a program that computes it could be another one by then. Its
 * constants are the first bits of the fractions of the square roots of the first 8 primes, and of the
 * cube roots of the first 64. */
typedef unsigned int u32;

static const u32 CONSTANTS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static u32 right(u32 word, int by) { return word >> by | word << (32 - by); }

static void add_block(u32 state[8], const unsigned char block[64]) {
  u32 w[64], s[8];
  for (int i = 0; i < 16; i++)
    w[i] = (u32)block[4 * i] << 24 | (u32)block[4 * i + 1] << 16 | (u32)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 64; i++)
    w[i] = w[i - 16] + w[i - 7] + (right(w[i - 15], 7) ^ right(w[i - 15], 18) ^ w[i - 15] >> 3) +
           (right(w[i - 2], 17) ^ right(w[i - 2], 19) ^ w[i - 2] >> 10);
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 64; i++) {
    u32 one = s[7] + (right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25)) +
              ((s[4] & s[5]) ^ (~s[4] & s[6])) + CONSTANTS[i] + w[i];
    u32 other = (right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22)) +
                ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += one;
    s[0] = one + other;
  }
  for (int i = 0; i < 8; i++) state[i] += s[i];
}

/* The SHA-256 of an open file, in letters; 0 when it cannot be had. */
static int digest(int file, char letters[DIGEST + 1]) {
  u32 state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  unsigned char block[64];
  unsigned long long length = 0;
  for (;;) {
    size_t filled = 0;
    ssize_t n = 1;
    while (filled < 64 && (n = pread(file, block + filled, 64 - filled, (off_t)length)) > 0)
      filled += (size_t)n, length += (unsigned long long)n;
    if (n < 0) return 0;
    if (filled >= 64) {
      add_block(state, block);
      continue;
    }
    block[filled++] = 0x80; /* then zeros, and the length in bits */
    memset(block + filled, 0, 64 - filled);
    if (filled > 56) {
      add_block(state, block);
      memset(block, 0, sizeof block);
    }
    for (int i = 0; i < 8; i++) block[56 + i] = (unsigned char)(length * 8 >> (56 - 8 * i));
    add_block(state, block);
    for (int i = 0; i < 8; i++) snprintf(letters + 8 * i, 9, "%08x", state[i]);
    return 1;
  }
}

/* Whether the list has it; says on standard error why it has nothing. */
static int is_listed(const char *letters) {
  char line[DIGEST + 2];
  struct stat is;
  int fd = open(LIST, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  FILE *list = fd < 0 ? NULL : fdopen(fd, "r");
  if (!list || fstat(fd, &is)) {
    fprintf(stderr, "%s: %s\n", LIST, strerror(errno));
    return 0;
  }
  if (!S_ISREG(is.st_mode) || is.st_uid != 0 || !(is.st_mode & S_IXUSR) || is.st_mode & 022) {
    fprintf(stderr, "%s: not a file of root's alone that is executable\n", LIST);
    return 0;
  }
  int found = 0;
  while (!found && fgets(line, sizeof line, list)) {
    line[strcspn(line, "\n")] = 0;
    found = strcmp(line, letters) == 0;
  }
  fclose(list);
  if (!found) fprintf(stderr, "this file is not listed in %s\n", LIST);
  return found;
}

static int add(const char *path, const char *list) {
  char letters[DIGEST + 2];
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || !digest(file, letters)) {
    perror(path);
    return 1;
  }
  letters[DIGEST] = '\n';
  int fd = open(list, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0755);
  if (fd >= 0 && write(fd, letters, DIGEST + 1) == DIGEST + 1 && close(fd) == 0) return 0;
  perror(list);
  return 1;
}

/* ---- the caller ---- */

static int hand_over(int to, int file) {
  char byte = 0, room[CMSG_SPACE(sizeof file)] = {0};
  struct iovec what = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &what, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof file);
  memcpy(CMSG_DATA(head), &file, sizeof file);
  return sendmsg(to, &message, 0) == 1;
}

/* Shows what it says; then comes a zero, and the status. */
static int show(int from) {
  unsigned char bytes[4096];
  ssize_t n;
  int ended = 0;
  while ((n = read(from, bytes, sizeof bytes)) > 0) {
    for (ssize_t i = 0; i < n; i++) {
      if (ended) return bytes[i];
      if (bytes[i] == 0) ended = 1;
      else putchar(bytes[i]);
    }
  }
  fprintf(stderr, "the update broke off\n");
  return REFUSED;
}

static int call(const char *path) {
  struct sockaddr_un there = {.sun_family = AF_UNIX, .sun_path = SOCKET};
  int file = open(path, O_RDONLY | O_CLOEXEC), to = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) {
    perror(path);
    return 1;
  }
  if (to < 0 || connect(to, (struct sockaddr *)&there, sizeof there) || !hand_over(to, file)) {
    perror(SOCKET);
    return REFUSED;
  }
  return show(to);
}

/* ---- who is no member ---- */

static int receive(int from) {
  int file = -1;
  char byte, room[CMSG_SPACE(sizeof file)];
  struct iovec what = {&byte, 1};
  struct msghdr message = {
      .msg_iov = &what, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) != 1) return -1;
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  if (head && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof file))
    memcpy(&file, CMSG_DATA(head), sizeof file);
  return file;
}

/* What nobody can change any more; -1 with a line on standard error. */
static int sealed_copy(int file) {
  char bytes[1 << 14];
  ssize_t n;
  off_t length = 0;
  int copy = (int)syscall(__NR_memfd_create, "update", MFD_ALLOW_SEALING);
  lseek(file, 0, SEEK_SET);
  while (copy >= 0 && (n = read(file, bytes, sizeof bytes)) > 0) {
    length += n;
    if (length > LARGEST || write(copy, bytes, (size_t)n) != n) break;
  }
  if (copy >= 0 && n == 0 && length > 0 &&
      fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
    return copy;
  fprintf(stderr, "the update cannot be copied\n");
  return -1;
}

static void execute(int copy) {
  static const char package[] = "!<arch>\n";
  char head[sizeof package - 1], name[64];
  snprintf(name, sizeof name, "/proc/%d/fd/%d", (int)getppid(), copy);
  clearenv();
  setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setenv("DEBIAN_FRONTEND", "noninteractive", 1);
  if (pread(copy, head, sizeof head, 0) == sizeof head && memcmp(head, package, sizeof head) == 0)
    execl("/usr/bin/dpkg", "dpkg", "-i", name, (char *)NULL);
  else
    execl(name, "update", (char *)NULL);
  perror("update");
  _exit(REFUSED);
}

static int install(int file) {
  char letters[DIGEST + 1];
  int copy = sealed_copy(file);
  if (copy < 0) return REFUSED;
  if (!digest(copy, letters)) {
    fprintf(stderr, "no digest of the update can be had\n");
    return REFUSED;
  }
  if (!is_listed(letters)) return REFUSED;
  pid_t child = fork();
  if (child == 0) execute(copy);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
}

static int serve(void) {
  int caller = accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC);
  if (caller < 0) return 1;
  int file = receive(caller), nowhere = open("/dev/null", O_RDONLY);
  dup2(nowhere, STDIN_FILENO);
  dup2(caller, STDOUT_FILENO);
  dup2(caller, STDERR_FILENO);
  unsigned char answer[2] = {0, file < 0 ? REFUSED : (unsigned char)install(file)};
  return write(caller, answer, sizeof answer) != sizeof answer;
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--serve") == 0) return serve();
  if ((argc == 3 || argc == 4) && strcmp(argv[1], "--list") == 0)
    return add(argv[2], argc == 4 ? argv[3] : LIST);
  if (argc == 2 && argv[1][0] != '-') return call(argv[1]);
  fprintf(stderr, "malassay-update FILE: installs a listed update\n");
  return 2;
}
