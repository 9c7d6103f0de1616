/* The sockets by which typist, holder and gate meet. */
#define _GNU_SOURCE
#include "login.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const long long NS_PER_S = 1000000000LL, NS_PER_MS = 1000000LL;

static int open_socket(const char *name, const char *suffix, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  snprintf(address->sun_path, sizeof address->sun_path, "%s/%s%s", FOLDER, name, suffix);
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int listen_at(const char *name, const char *suffix) {
  struct sockaddr_un address;
  if (mkdir(FOLDER, 0700) < 0 && errno != EEXIST) return -1;
  int fd = open_socket(name, suffix, &address);
  if (fd < 0) return -1;
  unlink(address.sun_path);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4) < 0) {
    close(fd);
    return -1;
  }
  return fd;
}

int connect_to(const char *name, const char *suffix) {
  struct sockaddr_un address;
  int fd = open_socket(name, suffix, &address);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    close(fd);
    return -1;
  }
  return fd;
}

bool say(int to, const void *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t n = send(to, (const char *)bytes + done, length - done, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

bool hear(int from, void *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t n = read(from, (char *)bytes + done, length - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

/* A message of one byte, with room for a descriptor beside it. */
struct parcel {
  char byte;
  struct iovec vector;
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message;
};

static struct msghdr *wrap(struct parcel *parcel) {
  memset(parcel, 0, sizeof *parcel);
  parcel->vector = (struct iovec){&parcel->byte, 1};
  parcel->message = (struct msghdr){.msg_iov = &parcel->vector,
                                    .msg_iovlen = 1,
                                    .msg_control = parcel->control.room,
                                    .msg_controllen = sizeof parcel->control.room};
  return &parcel->message;
}

bool hand_over(int to, int descriptor) {
  struct parcel parcel;
  struct msghdr *message = wrap(&parcel);
  struct cmsghdr *header = CMSG_FIRSTHDR(message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return sendmsg(to, message, MSG_NOSIGNAL) == 1;
}

int take_over(int from) {
  struct parcel parcel;
  struct msghdr *message = wrap(&parcel);
  int descriptor = -1;
  if (recvmsg(from, message, MSG_CMSG_CLOEXEC) != 1) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(message);
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * NS_PER_S + t.tv_nsec;
}

int until(long long deadline) {
  long long wait = deadline - now();
  if (wait <= 0) return 0;
  wait = (wait + NS_PER_MS - 1) / NS_PER_MS;
  return wait > INT_MAX ? INT_MAX : (int)wait;
}
