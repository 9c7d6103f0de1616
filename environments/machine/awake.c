/*
 * Waits in the guest for the moment at which it wakes up as a clone. A clone has the clock and the
 * random pool of the template that it was made from, and so every clone would see one time and draw
 * the same numbers. The host, on the other end of a virtio serial port, sends 8 bytes (nanoseconds
 * of the epoch, big-endian) and 64 bytes of entropy; when both are in force, one byte goes back.
 *
 * On a machine without such a port, which boots for each sample, the host runs this with the
 * argument "once" and says the same over standard input.
 *
 * With AWAKE_GIVES_NAMES it gives the clone names of its own as well (container/machine/names.c).
 *
 * Nothing that a sample does here afterwards matters to the host.
 */
#ifdef AWAKE_GIVES_NAMES
#include "names.h"
#endif

#include <fcntl.h>
#include <glob.h>
#include <linux/random.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifndef RNDRESEEDCRNG
#define RNDRESEEDCRNG _IO('R', 0x07)
#endif

enum { TIME = 8, ENTROPY = 64 };

static int open_port(void) {
  for (;;) {
    glob_t found;
    int port = -1;
    if (glob("/dev/vport*p1", 0, NULL, &found) == 0) {
      port = open(found.gl_pathv[0], O_RDWR | O_CLOEXEC);
      globfree(&found);
    }
    if (port >= 0) return port;
    poll(NULL, 0, 50); /* its driver is not there yet */
  }
}

static void set_clock(const unsigned char *bytes) {
  uint64_t nanoseconds = 0;
  for (int i = 0; i < TIME; i++) nanoseconds = nanoseconds << 8 | bytes[i];
  struct timespec time = {.tv_sec = (time_t)(nanoseconds / 1000000000),
                          .tv_nsec = (long)(nanoseconds % 1000000000)};
  clock_settime(CLOCK_REALTIME, &time);
}

static int reseed(int random, const unsigned char *bytes) {
  struct {
    int bits, size;
    unsigned char bytes[ENTROPY];
  } pool = {.bits = ENTROPY * 8, .size = ENTROPY};
  memcpy(pool.bytes, bytes, ENTROPY);
  return ioctl(random, RNDADDENTROPY, &pool) == 0 && ioctl(random, RNDRESEEDCRNG) == 0;
}

int main(int argc, char **argv) {
  unsigned char message[TIME + ENTROPY];
  size_t length = 0;
  int once = argc == 2 && strcmp(argv[1], "once") == 0;
  int random = open("/dev/urandom", O_RDWR | O_CLOEXEC), port = once ? 0 : open_port();
  mlockall(MCL_CURRENT);
  for (;;) {
    ssize_t n = read(port, message + length, sizeof message - length);
    if (n <= 0) { /* nobody is on the other end */
      if (once) return 1;
      poll(NULL, 0, 50);
      continue;
    }
    length += (size_t)n;
    if (length < sizeof message) continue;
    length = 0;
    set_clock(message);
    int done = reseed(random, message + TIME);
#ifdef AWAKE_GIVES_NAMES
    done = done && give_names();
#endif
    if (done) (void)!write(once ? 1 : port, "A", 1);
    if (once) return !done;
  }
}
