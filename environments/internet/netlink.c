/* Messages of netlink, several of which may stand in a row, and the answers to them. */
#include "internet.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

void message_clear(struct message *m) { memset(m, 0, sizeof *m); }

static void *extend(struct message *m, size_t length) {
  void *place = m->bytes + m->length;
  if (m->length + NLMSG_ALIGN(length) > sizeof m->bytes) fail("say that much to the kernel", 0, NULL);
  m->length += NLMSG_ALIGN(length);
  if (m->last) m->last->nlmsg_len += (uint32_t)NLMSG_ALIGN(length);
  return place;
}

void message_begin(struct message *m, int type, int flags, const void *header, size_t length) {
  m->last = NULL;
  struct nlmsghdr *h = extend(m, NLMSG_HDRLEN);
  h->nlmsg_len = NLMSG_HDRLEN;
  h->nlmsg_type = (uint16_t)type;
  h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
  m->last = h;
  memcpy(extend(m, length), header, length);
}

void attribute(struct message *m, int type, const void *value, size_t length) {
  struct rtattr *a = extend(m, RTA_LENGTH(length));
  a->rta_type = (uint16_t)type;
  a->rta_len = (uint16_t)RTA_LENGTH(length);
  if (length) memcpy(RTA_DATA(a), value, length);
}

void attribute_text(struct message *m, int type, const char *text) {
  attribute(m, type, text, strlen(text) + 1);
}

size_t nest_begin(struct message *m, int type) {
  size_t place = m->length;
  attribute(m, type, NULL, 0);
  return place;
}

void nest_end(struct message *m, size_t nest) {
  struct rtattr *a = (struct rtattr *)(m->bytes + nest);
  a->rta_len = (uint16_t)(m->length - nest);
}

int netlink_open(int protocol) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (fd < 0) fail("speak to the kernel by netlink", errno, "the kernel lacks it");
  return fd;
}

int netlink_send(int fd, struct message *m) {
  m->last->nlmsg_flags |= NLM_F_ACK;
  if (send(fd, m->bytes, m->length, 0) < 0) return errno;
  for (;;) {
    _Alignas(8) char answer[8192];
    ssize_t n = recv(fd, answer, sizeof answer, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    size_t length = (size_t)n;
    for (struct nlmsghdr *h = (struct nlmsghdr *)answer; NLMSG_OK(h, length); h = NLMSG_NEXT(h, length)) {
      if (h->nlmsg_type != NLMSG_ERROR) continue;
      return -((struct nlmsgerr *)NLMSG_DATA(h))->error; /* of a batch, the first; or the last's "done" */
    }
  }
}

ssize_t netlink_ask(int fd, struct message *m, void *answer, size_t room) {
  if (send(fd, m->bytes, m->length, 0) < 0) return -1;
  return recv(fd, answer, room, 0);
}
