/* What comes in: commands, in frames, and the file that is to be the sample. */
#define _GNU_SOURCE
#include "parts.h"
#ifdef AGENT_READS_LOG
#include "log.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static struct {
  unsigned char header[FRAME_HEADER];
  size_t header_length;
  uint64_t left; /* of the payload */
  unsigned char payload[RUN_SIZE];
  size_t payload_length;
  int file;
} in = {.file = -1};

static void make_folders(char *path) {
  for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
    *at = 0;
    if (mkdir(path, 0755) < 0 && errno != EEXIST) fail("mkdir %s: %s", path, error_name(errno));
    *at = '/';
  }
}

static void open_sample(uint64_t size) {
  take_path(in.payload + 2, get(in.payload, 2));
  make_folders(sample_path);
  struct statvfs disk;
  if (statvfs(sample_folder, &disk) == 0 && size > (uint64_t)disk.f_bavail * disk.f_frsize)
    fail("it is too large for a guest: %llu bytes, and the guest's disk has %llu left",
         (unsigned long long)size, (unsigned long long)disk.f_bavail * disk.f_frsize);
  in.file = open(sample_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
  if (in.file < 0) fail("open %s: %s", sample_path, error_name(errno));
}

static void write_sample(const unsigned char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = write(in.file, bytes, length);
    if (n < 0) fail("write %s: %s", sample_path, error_name(errno));
    bytes += n;
    length -= (size_t)n;
  }
}

static void write_text(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0 || fchmod(file, 0644) < 0 || write(file, text, strlen(text)) < 0)
    fail("write %s: %s", path, error_name(errno));
  close(file);
}

/* The engine leaves both to it: the one is empty, and the other is a file of the helper's in whose
   network the guest is, as the guest before may have left it. */
static void be_in_network(void) {
  char text[sizeof "nameserver \n" + 64], host[66];
  snprintf(text, sizeof text, "nameserver %.64s\n", (const char *)in.payload);
  unlink("/etc/resolv.conf"); /* it may be a link to where nothing is */
  write_text("/etc/resolv.conf", text);
  if (gethostname(host, sizeof host - 2) < 0) fail("gethostname: %s", error_name(errno));
  strcat(host, "\n");
  write_text("/etc/hostname", host);
}

static void end_text(void) {
  if (in.payload_length == sizeof in.payload) fail("command too long");
  in.payload[in.payload_length] = 0;
}

static void obey(void) {
  switch ((enum command)in.header[0]) {
    case CMD_FILE:
      if (in.file < 0) fail("no file name");
      close(in.file);
      in.file = -1;
      emit(EV_FILE, "", 0);
      return;
    case CMD_MARK:
      mark = get(in.payload, 8);
      return;
    case CMD_RUN:
      run_sample(in.payload, in.payload_length);
      return;
    case CMD_PROBE:
      ask((long long)get(in.payload, 4) * NS_PER_MS);
      return;
    case CMD_STOP:
      stop_sample(in.payload[0]);
      return;
    case CMD_NETWORK:
      end_text();
      be_in_network();
      return;
    case CMD_LOG:
#ifdef AGENT_READS_LOG
      log_open();
      return;
#else
      break;
#endif
    case CMD_NO_CAPS:
      sample_has_capabilities = false;
      return;
    case CMD_READ:
      if (in.payload_length < 8) fail("no file name");
      end_text();
      read_file((const char *)in.payload + 8, get(in.payload, 8));
      return;
    case CMD_USAGE:
      tell_usage();
      return;
  }
  fail("unknown command %d", in.header[0]);
}

/* One piece of a payload; a file's bytes go straight to the disk. */
static void take_payload(const unsigned char *bytes, size_t length) {
  in.left -= length;
  while (length > 0 && in.file < 0) {
    if (in.payload_length == sizeof in.payload) fail("command too long");
    in.payload[in.payload_length++] = *bytes++;
    length--;
    if (in.header[0] == CMD_FILE && in.payload_length >= 2 &&
        in.payload_length == 2 + get(in.payload, 2)) {
      if (in.payload_length > sizeof sample_path) fail("name too long");
      open_sample(in.left + length);
    }
  }
  if (in.file >= 0) write_sample(bytes, length);
}

void read_commands(void) {
  static unsigned char bytes[64 * 1024];
  ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
  if (n == 0) _exit(0);
  if (n < 0) return;
  for (size_t at = 0; at < (size_t)n || (in.header_length == FRAME_HEADER && in.left == 0);) {
    if (in.header_length < FRAME_HEADER) {
      in.header[in.header_length++] = bytes[at++];
      if (in.header_length == FRAME_HEADER) in.left = get(in.header + 1, 4);
    } else if (in.left > 0) {
      size_t length = (size_t)n - at < in.left ? (size_t)n - at : in.left;
      take_payload(bytes + at, length);
      at += length;
    }
    if (in.header_length == FRAME_HEADER && in.left == 0) {
      obey();
      in.header_length = in.payload_length = 0;
    }
  }
}
