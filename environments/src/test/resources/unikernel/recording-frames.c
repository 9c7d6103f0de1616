/*
 * The shim's recording on this machine: reads an order, acts a sample out, and writes the frames that
 * the kernel would. The side of the run is a pipe, and a clock that counts.
 */
#include <stdio.h>

#include "recording.c"

u64 now(void) {
  static u64 time = 1000 * NS_PER_MS;
  return time += 1000;
}

bool run_has_room(u32 length) { return true; }
void run_make_room(u32 for_the_end) {}

void run_tell_soon(u8 type, const void *head, u32 head_length, const void *rest, u32 length) {
  u32 all = head_length + length;
  u8 header[FRAME_HEADER] = {type, (u8)(all >> 24), (u8)(all >> 16), (u8)(all >> 8), (u8)all};
  fwrite(header, 1, sizeof header, stdout);
  fwrite(head, 1, head_length, stdout);
  fwrite(rest, 1, length, stdout);
}

static void unlink_absent(void) {
  static const char path[] = "absent";
  struct record record;
  if (!recording_counts(10, STRING, now())) return;
  recording_head(&record, CALL, PROCESS, PROCESS, now());
  record.number = 10;
  record.args[0] = 0x8000;
  record.args[1] = 0xffffffff;
  record.piece[0] = sizeof path;
  record.result = -ENOENT;
  record.to = now();
  recording_failed(10);
  recording_call(&record, path, sizeof path);
}

int main(void) {
  u64 words[RECORDING_WORDS] = {0};
  for (int i = 0; i < RECORDING_WORDS; i++)
    for (int byte = 0; byte < 8; byte++) words[i] = words[i] << 8 | (u8)getchar();
  recording_order(words);
  recording_begin();
  recording_program("/tmp/sample", "one\0two words", 14, 0);
  recording_fork(PROCESS, 3, PROCESS, true);
  recording_fork(4, 4, PROCESS, false);
  recording_exit(4, 5 << 8);
  for (int i = 0; i < 1000; i++) unlink_absent();
  for (int i = 0; i < 7; i++) recording_counts(45, COUNT_ONLY, now()); /* brk */
  recording_end(ENDED_EXITED, 7);
  return 0;
}
