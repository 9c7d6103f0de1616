/* Mappings: of nothing, of files, shared and not; changed, moved, taken away. */
#include "check.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { PAGE = 4096 };
static sigjmp_buf out;
static void ends(int number) { siglongjmp(out, number); }

/* The byte there, or minus the signal. */
static int look(const char *at) {
  int signal = sigsetjmp(out, 1);
  return signal ? -signal : *(volatile const char *)at;
}
static int change(char *at) {
  int signal = sigsetjmp(out, 1);
  if (signal) return -signal;
  *(volatile char *)at = 'w';
  return 0;
}
static void *map(size_t length, int protection, int flags, int file, off_t offset) {
  void *at = mmap(NULL, length, protection, flags, file, offset);
  tell(at == MAP_FAILED ? -1 : 0, "map %zu, %d, %x, %ld", length, protection, flags, (long)offset);
  return at;
}

int main(void) {
  char buffer[PAGE];
  unsigned char there[8];
  setvbuf(stdout, NULL, _IONBF, 0);
  signal(SIGSEGV, ends);
  signal(SIGBUS, ends);

  topic("nothing");
  char *a = map(4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(look(a));
  CHECK(change(a + 3 * PAGE));
  CHECK(look(a + 4 * PAGE) == -SIGSEGV || look(a + 4 * PAGE) >= 0);
  CHECK(mincore(a, 4 * PAGE, there));
  printf("%d %d %d %d\n", there[0] & 1, there[1] & 1, there[2] & 1, there[3] & 1);
  CHECK(mincore(a + 1, PAGE, there));
  CHECK(munmap(a + PAGE, PAGE));
  CHECK(look(a + PAGE));
  CHECK(look(a + 2 * PAGE));
  CHECK(mincore(a, 4 * PAGE, there));
  CHECK(msync(a, 4 * PAGE, MS_SYNC));
  CHECK(msync(a, PAGE, MS_SYNC | MS_ASYNC));
  CHECK(mprotect(a, 4 * PAGE, PROT_READ));
  CHECK(change(a));
  CHECK(change(a + 3 * PAGE));
  CHECK(mprotect(a + 2 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE));
  CHECK(mprotect(a + 1, PAGE, PROT_READ));
  CHECK(mprotect(a, 0, PROT_READ));
  CHECK(change(a + 3 * PAGE));
  CHECK(look(a + 3 * PAGE));
  CHECK(madvise(a + 2 * PAGE, 2 * PAGE, MADV_DONTNEED));
  CHECK(look(a + 3 * PAGE));
  CHECK(madvise(a, PAGE, 99));
  CHECK(madvise(a, 4 * PAGE, MADV_NORMAL));
  CHECK(munmap(a, 4 * PAGE));
  CHECK(munmap(a, 4 * PAGE));
  CHECK(munmap(a + 1, PAGE));
  CHECK(munmap(a, 0));
  map(0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  map(PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0);
  map(0xf0000000, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  IS(mmap(a + 1, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED);
  IS(mmap(a, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == a);
  IS(mmap(a, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED);
  IS(mmap(a, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != a);
  char *shared = map(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(change(shared));
  CHECK(look(shared));
  CHECK(mlock(shared, PAGE));
  CHECK(mlock(NOWHERE, PAGE));
  CHECK(munlock(shared, PAGE));

  topic("code");
  unsigned *code = map(PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  code[0] = 0xe3a0002a; /* mov r0, #42 */
  code[1] = 0xe12fff1e; /* bx lr */
  __builtin___clear_cache((char *)code, (char *)(code + 2));
  CHECK(((int (*)(void))code)());
  CHECK(mprotect(code, PAGE, PROT_READ));
  int signal_ = sigsetjmp(out, 1);
  if (!signal_) ((int (*)(void))code)();
  CHECK(signal_);

  topic("files");
  int fd = made(open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0600), "open");
  memset(buffer, 'f', sizeof buffer);
  CHECK(write(fd, buffer, 100));
  char *private_ = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  shared = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  CHECK(look(private_ + 99));
  CHECK(look(private_ + 100));
  CHECK(look(private_ + PAGE));
  CHECK(look(shared + PAGE));
  CHECK(change(shared + PAGE));
  CHECK(change(private_));
  CHECK(look(shared));
  CHECK(change(shared + 1));
  CHECK(pread(fd, buffer, 3, 0));
  printf("%.3s\n", buffer);
  CHECK(pwrite(fd, "q", 1, 2));
  CHECK(look(shared + 2));
  CHECK(ftruncate(fd, 2 * PAGE));
  CHECK(look(shared + PAGE));
  CHECK(change(shared + PAGE));
  CHECK(ftruncate(fd, 10));
  CHECK(look(shared + PAGE));
  CHECK(look(shared + 1));
  CHECK(look(shared + 50));
  CHECK(ftruncate(fd, 2 * PAGE));
  CHECK(look(shared + PAGE));
  CHECK(close(fd));
  CHECK(look(shared + 2));
  CHECK(read(open("mapped", O_RDONLY), shared + PAGE, 3));
  printf("%.3s\n", shared + PAGE);
  CHECK(munmap(shared, 2 * PAGE));
  fd = made(open("mapped", O_RDONLY), "open");
  map(PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  shared = map(PAGE, PROT_READ, MAP_SHARED, fd, 0);
  CHECK(mprotect(shared, PAGE, PROT_READ | PROT_WRITE));
  map(PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, PAGE);
  map(PAGE, PROT_READ, MAP_PRIVATE, fd, 100);
  map(PAGE, PROT_READ, MAP_PRIVATE, 77, 0);
  map(PAGE, PROT_READ, MAP_PRIVATE, made(open("mapped", O_WRONLY), "open"), 0);
  map(PAGE, PROT_READ, MAP_PRIVATE, made(open(".", O_RDONLY), "open"), 0);
  CHECK(write(open("mapped", O_WRONLY), NOWHERE, 10));
  char *none = map(PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(write(fd, none, 10));
  CHECK(write(open("mapped", O_WRONLY), none, 10));

  topic("moving");
  a = map(4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  a[0] = 'a';
  a[3 * PAGE] = 'd';
  IS(mremap(a, 4 * PAGE, 2 * PAGE, 0) == a);
  CHECK(look(a + 3 * PAGE) == 'd');
  char *b = mremap(a, 2 * PAGE, 1000 * PAGE, MREMAP_MAYMOVE);
  IS(b != MAP_FAILED);
  CHECK(look(b));
  CHECK(look(b + 999 * PAGE));
  b[PAGE] = 'b';
  char *c = map(10 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  IS(mremap(b, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, c) == c);
  CHECK(look(c));
  CHECK(look(c + PAGE));
  CHECK(look(b));
  IS(mremap(b, PAGE, 2 * PAGE, 0) == MAP_FAILED && errno == EFAULT);
  IS(mremap(c + 1, PAGE, 2 * PAGE, 0) == MAP_FAILED && errno == EINVAL);
  IS(mremap(c, PAGE, 0, 0) == MAP_FAILED && errno == EINVAL);

  topic("the heap");
  char *end = sbrk(0);
  IS(sbrk(3 * PAGE) == end);
  CHECK(change(end + 2 * PAGE));
  IS(sbrk(-2 * PAGE) == end + 3 * PAGE);
  CHECK(look(end + 2 * PAGE));
  IS(brk(NOWHERE) == -1 || sbrk(0) != NOWHERE);

  topic("limits");
  struct rlimit limit;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_cur = 20;
  CHECK(setrlimit(RLIMIT_NOFILE, &limit));
  while (open("mapped", O_RDONLY) >= 0) continue;
  CHECK(open("mapped", O_RDONLY));
  CHECK(close(10));
  CHECK(open("mapped", O_RDONLY));
  CHECK(dup2(3, 20));
  CHECK(setrlimit(99, &limit));
  CHECK(getrlimit(RLIMIT_CORE, &limit));
  printf("%ld\n", (long)limit.rlim_cur);
  CHECK(getrlimit(RLIMIT_STACK, &limit));
  printf("%ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
  limit.rlim_cur = 100;
  limit.rlim_max = 200;
  CHECK(setrlimit(RLIMIT_FSIZE, &limit));
  limit.rlim_cur = 300;
  CHECK(setrlimit(RLIMIT_FSIZE, &limit));
  signal(SIGXFSZ, SIG_IGN);
  close(3);
  fd = open("small", O_RDWR | O_CREAT, 0600);
  CHECK(write(fd, buffer, 150));
  CHECK(write(fd, buffer, 150));
  CHECK(ftruncate(fd, 1000));
  signal(SIGXFSZ, SIG_DFL);
  CHECK(write(fd, buffer, 150));
  return 0;
}
