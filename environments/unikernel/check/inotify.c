/* Events of files, as inotify(7) tells them. */
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/time.h>

#define FOLDER "/tmp/watched"

static int all;

static void tell_events(void) {
  static char bytes[8192] __attribute__((aligned(8)));
  long n = read(all, bytes, sizeof bytes);
  if (n < 0) tell(n, "  read");
  for (long at = 0; at < n;) {
    const struct inotify_event *event = (void *)(bytes + at);
    printf("  %d %x %s %u %s\n", event->wd, event->mask, event->cookie ? "cookie" : "-", event->len,
           event->len ? event->name : "");
    at += (long)(sizeof *event + event->len);
  }
}

/* Makes the call, and prints the events that it caused. */
#define TOLD(call) (CHECK(call), tell_events())

static void *makes_later(void *unused) {
  usleep(30000);
  close(creat(FOLDER "/later", 0600));
  return unused;
}

static void check_files(void) {
  struct timeval times[2] = {{1, 0}, {2, 0}};
  struct timespec one[2] = {{1, 0}, {0, UTIME_OMIT}}, other[2] = {{0, UTIME_OMIT}, {1, 0}};
  char bytes[16];
  int file;
  topic("files");
  made(file = open(FOLDER "/file", O_RDWR | O_CREAT, 0600), "open");
  tell_events();
  TOLD(write(file, "bytes", 5));
  CHECK(write(file, "bytes", 5));
  TOLD(write(file, "bytes", 5));
  TOLD(write(file, "", 0));
  TOLD(lseek(file, 0, SEEK_SET));
  TOLD(read(file, bytes, 5));
  TOLD(pread(file, bytes, 5, 5));
  TOLD(pread(file, bytes, 5, 500));
  TOLD(fchmod(file, 0644));
  TOLD(ftruncate(file, 3));
  TOLD(truncate(FOLDER "/file", 9));
  TOLD(fallocate(file, 0, 0, 20));
  TOLD(utimes(FOLDER "/file", times));
  TOLD(utimensat(AT_FDCWD, FOLDER "/file", one, 0));
  TOLD(utimensat(AT_FDCWD, FOLDER "/file", other, 0));
  TOLD(chown(FOLDER "/file", 0, 0));
  TOLD(close(file));
  made(file = open(FOLDER "/file", O_RDONLY), "open");
  tell_events();
  TOLD(close(file));
  made(file = open(FOLDER "/file", O_WRONLY | O_TRUNC), "open");
  tell_events();
  TOLD(close(file));
  TOLD(stat(FOLDER "/file", &(struct stat){0}));
  TOLD(open(FOLDER "/none", O_RDONLY));
}

static void check_names(void) {
  topic("names");
  TOLD(link(FOLDER "/file", FOLDER "/second"));
  TOLD(symlink("file", FOLDER "/link"));
  TOLD(mkdir(FOLDER "/folder", 0700));
  TOLD(rmdir(FOLDER "/folder"));
  TOLD(mkdir(FOLDER "/folder", 0700));
  TOLD(rename(FOLDER "/second", FOLDER "/folder/third"));
  TOLD(rename(FOLDER "/folder/third", FOLDER "/a name of more than sixteen letters"));
  TOLD(rename(FOLDER "/a name of more than sixteen letters", "/tmp/elsewhere"));
  TOLD(rename("/tmp/elsewhere", FOLDER "/second"));
  TOLD(unlink(FOLDER "/second"));
  TOLD(unlink(FOLDER "/link"));
  TOLD(mknod(FOLDER "/node", S_IFREG | 0600, 0));
  TOLD(unlink(FOLDER "/none"));
}

static void check_selves(void) {
  int file, number, folder;
  topic("files by themselves");
  CHECK(inotify_rm_watch(all, 1));
  tell_events();
  number = inotify_add_watch(all, FOLDER "/file", IN_ALL_EVENTS);
  folder = inotify_add_watch(all, FOLDER "/folder", IN_ALL_EVENTS);
  printf("%d %d\n", number, folder);
  made(file = open(FOLDER "/file", O_RDWR), "open");
  tell_events();
  TOLD(write(file, "x", 1));
  TOLD(link(FOLDER "/file", FOLDER "/again"));
  TOLD(rename(FOLDER "/again", FOLDER "/folder/again"));
  TOLD(rename(FOLDER "/file", FOLDER "/moved"));
  TOLD(unlink(FOLDER "/folder/again"));
  TOLD(unlink(FOLDER "/moved"));
  TOLD(write(file, "y", 1));
  TOLD(close(file));
  CHECK(inotify_rm_watch(all, number));
  TOLD(rmdir(FOLDER "/folder"));

  CHECK(inotify_add_watch(all, FOLDER "/node", IN_DELETE_SELF | IN_MOVE_SELF));
  CHECK(close(creat(FOLDER "/other", 0600)));
  TOLD(rename(FOLDER "/other", FOLDER "/node"));
  CHECK(inotify_add_watch(all, FOLDER "/node", IN_DELETE_SELF | IN_ATTRIB));
  TOLD(unlink(FOLDER "/node"));
}

static void check_watches(void) {
  topic("watches");
  int number = inotify_add_watch(all, FOLDER, IN_CREATE);
  CHECK(inotify_add_watch(all, FOLDER, IN_DELETE) == number);
  CHECK(close(creat(FOLDER "/a", 0600)));
  TOLD(unlink(FOLDER "/a"));
  CHECK(inotify_add_watch(all, FOLDER, IN_CREATE | IN_MASK_ADD) == number);
  CHECK(close(creat(FOLDER "/a", 0600)));
  TOLD(unlink(FOLDER "/a"));
  CHECK(inotify_add_watch(all, FOLDER, IN_CREATE | IN_MASK_CREATE));
  CHECK(inotify_add_watch(all, FOLDER, IN_CREATE | IN_MASK_CREATE | IN_MASK_ADD));
  CHECK(inotify_add_watch(all, FOLDER, IN_CREATE | IN_ONESHOT) == number);
  CHECK(close(creat(FOLDER "/a", 0600)));
  TOLD(close(creat(FOLDER "/b", 0600)));
  CHECK(inotify_rm_watch(all, number));
  CHECK(inotify_add_watch(all, FOLDER "/a", IN_OPEN | IN_ONLYDIR));
  CHECK(inotify_add_watch(all, FOLDER "/none", IN_OPEN));
  CHECK(inotify_add_watch(all, NOWHERE, IN_OPEN));
  CHECK(inotify_add_watch(all, FOLDER, 0));
  CHECK(inotify_add_watch(0, FOLDER, IN_OPEN));
  CHECK(inotify_add_watch(99, FOLDER, IN_OPEN));
  CHECK(inotify_rm_watch(99, 1));
  CHECK(inotify_rm_watch(0, 1));
  CHECK(inotify_init1(1));
}

static void check_reading(void) {
  char bytes[64];
  int waiting = -1;
  topic("reading");
  CHECK(inotify_add_watch(all, FOLDER, IN_CREATE | IN_CLOSE_WRITE) > 0);
  struct pollfd ready = {all, POLLIN | POLLOUT, 0};
  CHECK(poll(&ready, 1, 0));
  CHECK(close(creat(FOLDER "/c", 0600)));
  CHECK(poll(&ready, 1, 0));
  printf("%x\n", ready.revents);
  CHECK(ioctl(all, FIONREAD, &waiting));
  printf("%d\n", waiting);
  CHECK(read(all, bytes, 16));
  CHECK(read(all, bytes, 33));
  CHECK(write(all, bytes, 1));
  CHECK(lseek(all, 0, SEEK_SET));
  tell_events();

  pthread_t maker;
  CHECK(fcntl(all, F_SETFL, O_RDONLY));
  pthread_create(&maker, NULL, makes_later, NULL);
  CHECK(read(all, bytes, 32));
  pthread_join(maker, NULL);

  int another = made(inotify_init1(0), "another");
  CHECK(inotify_add_watch(another, FOLDER, IN_OPEN));
  close(another);
  close(creat(FOLDER "/d", 0600));
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  mkdir(FOLDER, 0700);
  all = made(inotify_init1(IN_NONBLOCK), "inotify");
  tell_events();
  CHECK(inotify_add_watch(all, FOLDER, IN_ALL_EVENTS));
  check_files();
  check_names();
  check_selves();
  check_watches();
  check_reading();
  return 0;
}
