/* Files by their paths and numbers. */
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/xattr.h>

static void show(const char *path) {
  struct stat s;
  if (lstat(path, &s) < 0)
    printf("%s: %s\n", path, strerrorname_np(errno));
  else
    printf("%s: mode %o, %u links, %lld bytes, %lld blocks, owner %u:%u\n", path, s.st_mode,
           (unsigned)s.st_nlink, (long long)s.st_size, (long long)s.st_blocks, s.st_uid, s.st_gid);
}

static int walked(const char *path, const struct stat *s, int type, struct FTW *place) {
  (void)s;
  printf("walk %s type %d level %d\n", path, type, place->level);
  return 0;
}

int main(void) {
  char buffer[512];
  volatile int negative = -1;
  int fd, other;
  struct stat s;

  CHECK(mkdir("/tmp/check", 0755));
  CHECK(mkdir("/tmp/check", 0755));
  CHECK(mkdir("/tmp/none/check", 0755));
  CHECK(mkdir("/", 0755));
  CHECK(chdir("/tmp/check"));
  IS(strcmp(getcwd(buffer, sizeof buffer), "/tmp/check") == 0);
  CHECK(syscall(SYS_getcwd, buffer, 3));
  CHECK(chdir("nowhere"));
  CHECK(umask(027));
  fd = CHECK(open("a", O_RDWR | O_CREAT | O_EXCL, 0666));
  CHECK(open("a", O_RDWR | O_CREAT | O_EXCL, 0666));
  CHECK(open("none", O_RDONLY));
  CHECK(open("a/b", O_RDONLY));
  CHECK(open("a/", O_RDONLY));
  CHECK(open("b/", O_RDWR | O_CREAT, 0666));
  CHECK(open(".", O_WRONLY));
  CHECK(open(".", O_RDONLY | O_CREAT, 0600));
  CHECK(open("", O_RDONLY));
  CHECK(open("a", O_RDONLY | O_DIRECTORY));
  CHECK(open(NOWHERE, O_RDONLY));
  CHECK(write(fd, "0123456789", 10));
  CHECK(lseek(fd, 0, SEEK_CUR));
  CHECK(lseek(fd, -3, SEEK_END));
  CHECK(read(fd, buffer, 100));
  CHECK(lseek(fd, -1, SEEK_SET));
  CHECK(lseek(fd, 0, 9));
  CHECK(lseek(1, 0, SEEK_CUR));
  CHECK(lseek64(fd, 5000000000LL, SEEK_SET) == 5000000000LL);
  CHECK(read(fd, buffer, 10));
  CHECK(lseek(fd, 0, SEEK_SET));
  CHECK(pread(fd, buffer, 4, 3));
  printf("%.4s\n", buffer);
  CHECK(pread(fd, buffer, 4, 100));
  CHECK(pread(fd, buffer, 4, -1));
  CHECK(pwrite(fd, "xy", 2, 12));
  CHECK(pread(fd, buffer, 20, 0));
  for (int i = 0; i < 14; i++) printf("%02x", buffer[i]);
  puts("");
  CHECK(read(fd, NOWHERE, 4));
  CHECK(read(99, buffer, 4));
  CHECK(write(fd, NOWHERE, 4));
  CHECK(read(open("a", O_WRONLY), buffer, 4));
  CHECK(close(5));
  CHECK(close(5));
  CHECK(close(-1));
  show("a");
  CHECK(ftruncate(fd, 5));
  show("a");
  CHECK(ftruncate(fd, 8192));
  show("a");
  CHECK(ftruncate(fd, -1));
  CHECK(truncate("a", 100));
  CHECK(truncate(".", 100));
  CHECK(truncate("none", 100));
  show("a");
  struct iovec pieces[] = {{"one ", 4}, {"", 0}, {"two", 3}};
  CHECK(lseek(fd, 0, SEEK_SET));
  CHECK(writev(fd, pieces, 3));
  CHECK(writev(fd, pieces, negative));
  CHECK(pwritev(fd, pieces, 3, 50));
  struct iovec into[] = {{buffer, 5}, {buffer + 5, 5}};
  CHECK(preadv(fd, into, 2, 50));
  printf("%.7s\n", buffer);

  CHECK(symlink("a", "l"));
  CHECK(symlink("a", "l"));
  CHECK(symlink("", "l2"));
  CHECK(symlink("l1", "l2"));
  CHECK(symlink("l2", "l1"));
  CHECK(symlink("new", "dangling"));
  show("l");
  memset(buffer, 0, sizeof buffer);
  CHECK(readlink("l", buffer, sizeof buffer));
  puts(buffer);
  CHECK(readlink("a", buffer, sizeof buffer));
  CHECK(readlink("l", buffer, 0));
  CHECK(open("l1", O_RDONLY));
  CHECK(open("l", O_RDONLY | O_NOFOLLOW));
  CHECK(close(CHECK(open("l", O_RDONLY))));
  CHECK(close(CHECK(open("dangling", O_WRONLY | O_CREAT, 0600))));
  show("new");
  CHECK(link("a", "hard"));
  CHECK(link("a", "hard"));
  CHECK(link(".", "hard2"));
  CHECK(link("none", "hard2"));
  show("a");
  CHECK(unlink("hard"));
  show("a");
  show(".");
  CHECK(mkdir("d", 0777));
  CHECK(mkdir("d/e", 01777));
  show("d");
  show("d/e");
  CHECK(rmdir("d"));
  CHECK(rmdir("a"));
  CHECK(rmdir("."));
  CHECK(rmdir(".."));
  CHECK(rmdir("/"));
  CHECK(rmdir("none"));
  CHECK(unlink("d"));
  CHECK(unlink("a/"));
  CHECK(unlink("none"));
  CHECK(unlink("/"));
  CHECK(rename("a", "d/a2"));
  CHECK(rename("d", "d/e/f"));
  CHECK(rename("d/a2", "d"));
  CHECK(rename("d", "d/a2"));
  CHECK(rename("none", "x"));
  CHECK(rename("d/a2", "x/"));
  CHECK(rename("d/e", "e/"));
  CHECK(rename("/", "x"));
  CHECK(rename("d/a2", "a"));
  CHECK(rename("new", "a"));
  CHECK(renameat2(AT_FDCWD, "a", AT_FDCWD, "d", RENAME_NOREPLACE));
  CHECK(rename("a", "b"));
  CHECK(fstat(fd, &s));
  printf("links %u\n", (unsigned)s.st_nlink);
  show("d");

  CHECK(chmod("b", 04711));
  CHECK(chown("b", 7, -1));
  CHECK(lchown("l", 8, 9));
  show("b");
  show("l");
  CHECK(access("b", R_OK | W_OK | X_OK));
  CHECK(chmod("b", 0600));
  CHECK(access("b", X_OK));
  CHECK(access("b", W_OK));
  CHECK(access("none", F_OK));
  CHECK(access("b", 99));
  CHECK(access("d", X_OK));
  CHECK(faccessat(AT_FDCWD, "l1", F_OK, AT_SYMLINK_NOFOLLOW));
  struct timeval times[2] = {{1000000000, 5}, {1100000000, 6}};
  CHECK(utimes("b", times));
  CHECK(stat("b", &s));
  printf("%ld.%09ld %ld.%09ld\n", (long)s.st_atime, s.st_atim.tv_nsec, (long)s.st_mtime,
         s.st_mtim.tv_nsec);
  struct timespec precise[2] = {{3, UTIME_OMIT}, {1200000000, 7}};
  CHECK(utimensat(AT_FDCWD, "b", precise, 0));
  CHECK(stat("b", &s));
  printf("%ld.%09ld %ld.%09ld\n", (long)s.st_atime, s.st_atim.tv_nsec, (long)s.st_mtime,
         s.st_mtim.tv_nsec);
  precise[0].tv_nsec = 2000000000;
  CHECK(utimensat(AT_FDCWD, "b", precise, 0));
  struct statx x;
  CHECK(statx(AT_FDCWD, "b", 0, STATX_BASIC_STATS, &x));
  printf("%o %u %llu\n", x.stx_mode, x.stx_nlink, (unsigned long long)x.stx_size);

  other = CHECK(open("d", O_RDONLY | O_DIRECTORY));
  CHECK(read(other, buffer, 4));
  CHECK(mkdirat(other, "g", 0700));
  CHECK(close(openat(other, "h", O_CREAT | O_WRONLY, 0644)));
  CHECK(openat(fd, "h", O_RDONLY));
  CHECK(openat(98, "h", O_RDONLY));
  CHECK(openat(98, "/tmp/check/none", O_RDONLY));
  CHECK(unlinkat(other, "g", 0));
  CHECK(unlinkat(other, "g", AT_REMOVEDIR));
  CHECK(unlinkat(other, "h", 99));
  CHECK(fstatat(other, "", &s, AT_EMPTY_PATH));
  CHECK(fstatat(other, "", &s, 0));
  CHECK(fchdir(other));
  puts(getcwd(buffer, sizeof buffer));
  CHECK(fchdir(fd));
  CHECK(chdir(".."));
  CHECK(close(other));

  for (int i = 0; i < 5; i++) {
    sprintf(buffer, "d/n%d", i);
    close(creat(buffer, 0644));
  }
  DIR *folder = opendir("d");
  struct dirent *entry;
  while ((entry = readdir(folder))) {
    printf("entry %s type %d\n", entry->d_name, entry->d_type);
    sprintf(buffer, "d/%s", entry->d_name);
    if (entry->d_name[0] == 'n') unlink(buffer);
  }
  rewinddir(folder);
  while ((entry = readdir(folder))) printf("left %s\n", entry->d_name);
  closedir(folder);
  CHECK(syscall(SYS_getdents64, fd, buffer, sizeof buffer));
  CHECK(nftw("/tmp/check", walked, 8, FTW_PHYS));

  CHECK(fcntl(fd, F_GETFD));
  CHECK(fcntl(fd, F_SETFD, FD_CLOEXEC));
  CHECK(fcntl(fd, F_GETFD));
  CHECK(fcntl(fd, F_GETFL) & ~O_LARGEFILE);
  CHECK(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK));
  CHECK(fcntl(fd, F_GETFL) & ~O_LARGEFILE);
  CHECK(fcntl(fd, 9999));
  CHECK(fcntl(97, F_GETFL));
  CHECK(lseek(fd, 0, SEEK_SET));
  CHECK(write(fd, "end", 3));
  CHECK(lseek(fd, 0, SEEK_CUR));
  other = CHECK(dup(fd));
  CHECK(fcntl(other, F_GETFD));
  CHECK(lseek(other, 1, SEEK_SET));
  CHECK(lseek(fd, 0, SEEK_CUR));
  CHECK(dup2(fd, 50));
  CHECK(dup2(fd, fd));
  CHECK(dup2(96, 51));
  CHECK(dup2(fd, 100000));
  CHECK(dup3(fd, fd, 0));
  CHECK(dup3(fd, 52, O_CLOEXEC));
  CHECK(fcntl(52, F_GETFD));
  CHECK(fcntl(fd, F_DUPFD, 60));
  CHECK(fcntl(fd, F_DUPFD_CLOEXEC, 60));
  CHECK(fcntl(fd, F_DUPFD, 100000));
  CHECK(close_range(50, 70, 0));
  CHECK(fcntl(60, F_GETFD));
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  CHECK(fcntl(fd, F_SETLK, &lock));
  CHECK(fcntl(fd, F_GETLK, &lock));
  printf("%d\n", lock.l_type);
  CHECK(flock(fd, LOCK_EX));
  CHECK(flock(fd, 77));
  CHECK(fsync(fd));
  CHECK(fdatasync(95));
  sync();
  CHECK(posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED));
  CHECK(fallocate(fd, 0, 0, 10000));
  show("d/../new");
  CHECK(fstat(fd, &s));
  printf("%lld bytes, %lld blocks\n", (long long)s.st_size, (long long)s.st_blocks);

  CHECK(ftruncate(fd, 0));
  CHECK(fcntl(fd, F_SETFL, 0));
  CHECK(pwrite(fd, "to be sent\n", 11, 0));
  off_t from = 3;
  fflush(stdout);
  CHECK(sendfile(1, fd, &from, 100));
  CHECK((long)from);
  other = CHECK(open("copy", O_RDWR | O_CREAT, 0644));
  CHECK(lseek(fd, 0, SEEK_SET));
  CHECK(sendfile(other, fd, NULL, 5));
  CHECK(lseek(fd, 0, SEEK_CUR));
  CHECK(sendfile(fd, 1, NULL, 5));
  show("copy");

  struct statfs system;
  CHECK(statfs("/tmp", &system));
  printf("%lx %ld %ld\n", (long)system.f_type, (long)system.f_bsize, (long)system.f_namelen);
  CHECK(fstatfs(94, &system));
  CHECK(getxattr("b", "user.x", buffer, 10));
  CHECK(listxattr("b", buffer, 10));
  CHECK(listxattr("none", buffer, 10));
  CHECK(mknod("device", S_IFREG | 0644, 0));
  show("device");
  memset(buffer, 'n', 256);
  buffer[255] = 0;
  CHECK(close(creat(buffer, 0600)));
  CHECK(unlink(buffer));
  char longer[300];
  memset(longer, 'n', 299);
  longer[299] = 0;
  CHECK(creat(longer, 0600));

  other = CHECK(memfd_create("memory", MFD_CLOEXEC));
  CHECK(fcntl(other, F_GETFD));
  CHECK(write(other, "x", 1));
  CHECK(fstat(other, &s));
  printf("%o %u\n", s.st_mode, (unsigned)s.st_nlink);
  CHECK(memfd_create("memory", 0x80000000));

  /* An open file stays when its name goes. */
  other = CHECK(open("gone", O_RDWR | O_CREAT, 0600));
  CHECK(unlink("gone"));
  CHECK(write(other, "here", 4));
  CHECK(pread(other, buffer, 4, 0));
  CHECK(fstat(other, &s));
  printf("links %u\n", (unsigned)s.st_nlink);
  CHECK(mkdir("/tmp/check/left", 0700));
  CHECK(chdir("/tmp/check/left"));
  CHECK(rmdir("/tmp/check/left"));
  CHECK(syscall(SYS_getcwd, buffer, sizeof buffer));
  CHECK(creat("inside", 0600));
  CHECK(chdir(".."));
  puts(getcwd(buffer, sizeof buffer) ? buffer : "no folder");

  other = CHECK(open("/dev/null", O_RDWR));
  CHECK(read(other, buffer, 4));
  CHECK(write(other, buffer, 4));
  show("/dev/null");
  other = CHECK(open("/dev/zero", O_RDWR));
  CHECK(read(other, buffer, 4));
  other = CHECK(open("/dev/full", O_RDWR));
  CHECK(write(other, buffer, 4));
  other = CHECK(open("/dev/urandom", O_RDONLY));
  CHECK(read(other, buffer, 16));
  CHECK(open("/dev/watchdog", O_RDWR));
  memset(buffer, 0, sizeof buffer);
  IS(readlink("/proc/self/exe", buffer, sizeof buffer) > 0);
  puts(buffer);
  CHECK(open(buffer, O_RDWR));
  CHECK(truncate(buffer, 0));
  CHECK(fstat(0, &s));
  printf("%o\n", s.st_mode);
  CHECK(fstat(1, &s));
  printf("%o\n", s.st_mode & S_IFMT);
  CHECK(read(0, buffer, 1));
  CHECK(isatty(1));
  return 0;
}
