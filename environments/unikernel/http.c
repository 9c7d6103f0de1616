/*
 * lwIP's httpd reads files through the interface of lwip/apps/fs.h. Here is another implementation
 * of it, in which the page is a file of the guest, that the sample may write to, and the answer to
 * POST /debug/run is a file that grows as the sample runs.
 *
 * The two that take a POST stand in for an exploit: in a unikernel an attacker comes in through the
 * application, by remote code execution in it, and so do samples.
 *
 *   POST /debug/sample/NAME   the body becomes the file /tmp/NAME
 *   POST /debug/run           u64 milliseconds, u64 bytes of output to keep, u64 bytes of the
 *                             largest file, u64 1 if a shell would run what no program is,
 *                             arguments each ended by a NUL; answers with frames
 *   POST /debug/run/recorded  before the same, six u64 of what is to be recorded: recording.h
 *   GET /debug/file/PATH      a file that the sample left; of each byte of its path, the upper and
 *                             the lower half, each as a letter from @ to O
 */
#include "http.h"

#include <lwip/apps/fs.h>
#include <lwip/apps/httpd.h>
#include <lwip/pbuf.h>
#include <string.h>

#include "abi.h"
#include "clock.h"
#include "console.h"
#include "page.h"
#include "recording.h"
#include "run.h"
#include "vfs.h"

enum { NAME_LIMIT = 100, RUN_HEADER = 32, RUN_LIMIT = 8192, LEFT_LIMIT = 512, FOREVER = 0x7fffffff,
       RECORDED_HEADER = 8 * RECORDING_WORDS };

/* ---- answers: names of files that no request can have, because each begins with no slash ---- */

struct answer {
  const char *name, *bytes;
};

#define ANSWER(status, text)                                                 \
  {                                                                          \
    status, "HTTP/1.1 " status " " text "\r\nContent-Type: text/plain\r\n"    \
            "Connection: close\r\n\r\n" text "\n"                             \
  }

static const struct answer answers[] = {
    ANSWER("200", "OK"),
    ANSWER("400", "Bad Request"),
    ANSWER("409", "Conflict: a guest runs one sample"),
    ANSWER("413", "Content Too Large"),
    ANSWER("501", "Not Implemented"),
    ANSWER("507", "Insufficient Storage"),
};

static const char RUN[] = "run";
static const char run_answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n\r\n";

/* ---- the endpoints ---- */

/* One POST at a time: a new one takes the place of one that is not complete. */
static struct {
  void *connection;
  struct node *sample; /* NULL: the body goes to request */
  u32 received, length;
  u32 header; /* of the request, before what it has in any case */
  const char *status; /* what is wrong, or NULL */
  u8 request[RUN_LIMIT];
} post;

static char sample_path[sizeof "/tmp/" + NAME_LIMIT];
static bool started, answered;

static bool is_name(const char *name) {
  static const char known[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
  size_t length = strspn(name, known);
  return length > 0 && length <= NAME_LIMIT && !name[length] && strcmp(name, ".") != 0 &&
         strcmp(name, "..") != 0;
}

static const char *begin(const char *uri, u32 length) {
  static const char sample[] = "/debug/sample/";
  post.sample = NULL;
  post.received = 0;
  post.length = length;
  if (started) return "409";
  bool is_recorded = strcmp(uri, "/debug/run/recorded") == 0;
  if (is_recorded || strcmp(uri, "/debug/run") == 0) {
    post.header = is_recorded ? RECORDED_HEADER : 0;
    if (!sample_path[0] || length < post.header + RUN_HEADER) return "400";
    return length > sizeof post.request ? "413" : NULL;
  }
  if (strncmp(uri, sample, sizeof sample - 1) != 0) return "404";
  if (!is_name(uri + sizeof sample - 1)) return "400";
  /* The loader needs as much again. */
  if (length / PAGE >= pages_left() / 2) return "413";
  format(sample_path, sizeof sample_path, "/tmp/%s", uri + sizeof sample - 1);
  post.sample = vfs_make(sample_path, S_IFREG | 0755);
  if (!post.sample) sample_path[0] = 0;
  return post.sample ? NULL : "507";
}

err_t httpd_post_begin(void *connection, const char *uri, const char *request, u16_t request_length,
                       int length, char *answer, u16_t answer_size, u8_t *automatic_window) {
  (void)request, (void)request_length, (void)automatic_window;
  const char *status = begin(uri, (u32)length);
  if (status) {
    format(answer, answer_size, "%s", status);
    return ERR_VAL;
  }
  post.connection = connection;
  post.status = NULL;
  return ERR_OK;
}

static const char *receive(const struct pbuf *bytes) {
  for (const struct pbuf *at = bytes; at; at = at->next) {
    u32 n = min_u32(at->len, post.length - post.received);
    if (!post.sample) {
      memcpy(post.request + post.received, at->payload, n);
    } else if (blob_write(&post.sample->blob, post.received, at->payload, n) != (s32)n) {
      return "507";
    }
    post.received += n;
  }
  return NULL;
}

err_t httpd_post_receive_data(void *connection, struct pbuf *bytes) {
  if (connection == post.connection && !post.status) post.status = receive(bytes);
  pbuf_free(bytes);
  return connection == post.connection && !post.status ? ERR_OK : ERR_VAL;
}

static u64 number(const u8 *at) {
  u64 value = 0;
  for (int i = 0; i < 8; i++) value = value << 8 | at[i];
  return value;
}

static void read_recording_order(void) {
  u64 words[RECORDING_WORDS];
  if (!post.header) return;
  for (u32 i = 0; i < RECORDING_WORDS; i++) words[i] = number(post.request + 8 * i);
  recording_order(words);
}

static const char *finish(void) {
  if (post.status) return post.status;
  if (post.received < post.length) return "400";
  if (post.sample) return "200";
  if (started) return "409";
  const u8 *order = post.request + post.header, *arguments = order + RUN_HEADER;
  u32 length = post.length - post.header - RUN_HEADER;
  if (length && arguments[length - 1]) return "400";
  u64 milliseconds = min_u64(number(order), NEVER / 4 / NS_PER_MS);
  struct limits limits = {milliseconds * NS_PER_MS, number(order + 8), number(order + 16),
                          number(order + 24) != 0};
  started = true;
  read_recording_order();
  run_start(sample_path, limits, (const char *)arguments, length);
  return RUN;
}

void httpd_post_finished(void *connection, char *answer, u16_t answer_size) {
  format(answer, answer_size, "%s", connection == post.connection ? finish() : "409");
  if (connection == post.connection) post.connection = NULL;
}

/* ---- the files of httpd ---- */

_Bool http_is_run(const struct fs_file *file) { return file->pextension == RUN; }

static err_t open_bytes(struct fs_file *file, const char *bytes) {
  file->data = bytes;
  file->len = file->index = (int)strlen(bytes);
  file->flags = FS_FILE_FLAGS_HEADER_INCLUDED;
  return ERR_OK;
}

static const char left[] = "/debug/file/";

/* A path may hold what no request can. */
static struct node *left_file(const char *halves) {
  char path[LEFT_LIMIT];
  struct place place;
  u32 n = 0;
  for (; halves[0] && halves[1] && n < sizeof path - 1; halves += 2)
    path[n++] = (char)((halves[0] & 15) << 4 | (halves[1] & 15));
  path[n] = 0;
  return halves[0] || vfs_walk(vfs_root(), path, false, &place) ? NULL : place.node;
}

err_t fs_open(struct fs_file *file, const char *name) {
  memset(file, 0, sizeof *file);
  /* httpd opens these when it refuses a request itself. */
  if (strcmp(name, "/400.html") == 0) name = "400";
  if (strcmp(name, "/501.html") == 0) name = "501";
  for (u32 i = 0; i < COUNT(answers); i++)
    if (strcmp(name, answers[i].name) == 0) return open_bytes(file, answers[i].bytes);
  file->is_custom_file = 1;
  if (strcmp(name, RUN) == 0 && started && !answered) {
    answered = true;
    file->pextension = (void *)RUN;
    file->len = FOREVER;
    file->flags = FS_FILE_FLAGS_HEADER_INCLUDED;
    return ERR_OK;
  }
  struct node *page = NULL;
  if (strcmp(name, "/index.html") == 0) page = vfs_find(PAGE_FILE);
  else if (strncmp(name, left, sizeof left - 1) == 0) page = left_file(name + sizeof left - 1);
  if (!page || (page->mode & S_IFMT) != S_IFREG) return ERR_VAL;
  file->pextension = node_get(page);
  file->len = (int)page->blob.size;
  file->flags = FS_FILE_FLAGS_HEADER_PERSISTENT; /* so that it tells the length */
  return ERR_OK;
}

void fs_close(struct fs_file *file) {
  if (http_is_run(file)) {
    run_unread();
  } else if (file->pextension) {
    node_put(file->pextension);
  }
  file->pextension = NULL;
}

static int read_run(struct fs_file *file, char *buffer, u32 count, fs_wait_cb call,
                    void *argument) {
  u32 header = sizeof run_answer - 1;
  if ((u32)file->index < header) {
    u32 n = min_u32(count, header - (u32)file->index);
    memcpy(buffer, run_answer + file->index, n);
    file->index += (int)n;
    return (int)n;
  }
  int n = run_read(buffer, count);
  if (n == 0) run_when_readable(call, argument);
  return n == 0 ? FS_READ_DELAYED : n < 0 ? FS_READ_EOF : n;
}

int fs_read_async(struct fs_file *file, char *buffer, int count, fs_wait_cb call, void *argument) {
  if (!file->is_custom_file) return FS_READ_EOF;
  if (http_is_run(file)) return read_run(file, buffer, (u32)count, call, argument);
  const struct node *page = file->pextension;
  u32 n = blob_read(&page->blob, (u32)file->index, buffer, (u32)count);
  file->index += (int)n;
  return n ? (int)n : FS_READ_EOF;
}

int fs_is_file_ready(struct fs_file *file, fs_wait_cb call, void *argument) {
  (void)file, (void)call, (void)argument;
  return 1;
}

int fs_bytes_left(struct fs_file *file) {
  return http_is_run(file) ? FOREVER : file->len - file->index;
}

void http_init(void) { httpd_init(); }
