/* Standard input, output and error. */
#include "clock.h"
#include "file.h"
#include "memory.h"
#include "run.h"
#include "thread.h"

enum { CHUNK = 4096 };

static s32 null_read(struct file *file, void *to, u32 length) { return 0; }

static s32 null_write(struct file *file, const void *from, u32 length) { return (s32)length; }

static void null_status(struct file *file, struct stat64 *status) {
  status->mode = S_IFCHR | 0666;
  status->special = 0x103; /* /dev/null */
}

static const struct file_operations null_operations = {
    .read = null_read, .write = null_write, .status = null_status};

static bool has_room(void *argument) { return run_has_room(*(u32 *)argument); }

/* Waits while the reader is slow, and only counts what the reader does not want. */
static s32 output_write(struct file *file, const void *from, u32 length) {
  int stream = (int)file->state;
  const u8 *bytes = from;
  u32 done = 0;
  while (done < length && run_wants(stream)) {
    u32 n = (u32)min_u64(min_u32(length - done, CHUNK), run_wants(stream));
    if (wait_for(has_room, &n, NEVER) == -EINTR) return done ? (s32)done : -EINTR;
    if (!run_wants(stream)) break;
    if (!still_readable(bytes + done, n)) return done ? (s32)done : -EFAULT;
    run_tell((u8)('0' + stream), bytes + done, n);
    run_count(stream, n);
    done += n;
  }
  run_count(stream, length - done);
  return (s32)length;
}

/* A pipe, as in the other environments, where the agent reads from pipes. */
static void output_status(struct file *file, struct stat64 *status) {
  status->mode = S_IFIFO | 0600;
}

static const struct file_operations output_operations = {.write = output_write,
                                                         .status = output_status};

bool streams_init(void) {
  for (u32 i = 0; i < 3; i++) {
    struct file *file =
        file_new(i ? &output_operations : &null_operations, i ? O_WRONLY : O_RDONLY);
    if (!file) return false;
    file->state = (void *)i;
    file_number(file, i);
  }
  return true;
}
