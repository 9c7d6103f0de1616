/*
 * Loads the login guard (guard.bpf.c) and speaks with it. Nothing of it runs afterwards: what is in
 * the kernel is held by files below /sys/fs/bpf, which the guard lets no member remove.
 *
 *   malassay-guard load RULE,... <FILES   loads it with these rules: write, shell, permission, detour
 *   malassay-guard gate FILE              who executes this file from now on becomes a member
 *   malassay-guard unit NAME              what systemd starts by this unit is nobody's deputy
 *
 * How often it refused what is read from /sys/fs/bpf/malassay-guard/refused: a number, a blank, words.
 *
 * FILES has a line for each file or folder that means something to it: its kind (gate, starter, shell,
 * names, deputy, programs, name), a blank, and its path; lines that begin with # say nothing. What is not
 * there is passed over, but a folder of deputies whose path ends with a slash is made. Shells are those of
 * /etc/shells, too; what units execute keeps its name, and links that lead to it. Exit status: 0, or 1
 * with the reason on standard error.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "guard.h"
/* Made by build.sh. */
#include "guard.skel.h"

#define PINS "/sys/fs/bpf/malassay-guard"

enum { MINOR_BITS = 20, LINE = PATH_MAX + 16, LOG = 1 << 20, DEPTH = 16 };

static int files = -1, units = -1, shells;

static _Noreturn void die(const char *form, ...) {
  va_list arguments;
  va_start(arguments, form);
  vfprintf(stderr, form, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  exit(1);
}

static int call(enum bpf_cmd command, union bpf_attr *with) {
  return (int)syscall(__NR_bpf, command, with, sizeof *with);
}

static void pin(int fd, const char *name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, PINS "/%s", name);
  union bpf_attr with = {.pathname = (unsigned long)path, .bpf_fd = (unsigned)fd};
  if (call(BPF_OBJ_PIN, &with)) die("%s cannot be made: %s", path, strerror(errno));
}

static int pinned(const char *name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, PINS "/%s", name);
  union bpf_attr with = {.pathname = (unsigned long)path};
  int fd = call(BPF_OBJ_GET, &with);
  if (fd < 0) die("the guard is not loaded, or does not let this program speak with it: %s: %s", path, strerror(errno));
  return fd;
}

static void put(int map, const void *key, __u32 value) {
  union bpf_attr with = {.map_fd = (unsigned)map,
                         .key = (unsigned long)key,
                         .value = (unsigned long)&value};
  if (call(BPF_MAP_UPDATE_ELEM, &with)) die("the guard takes no more: %s", strerror(errno));
}

/* 0: it is not there. */
static __u32 value_of(int map, const void *key) {
  __u32 value = 0;
  union bpf_attr with = {.map_fd = (unsigned)map,
                         .key = (unsigned long)key,
                         .value = (unsigned long)&value};
  (void)call(BPF_MAP_LOOKUP_ELEM, &with);
  return value;
}

static struct file_id file_id(const struct stat *is) {
  struct file_id id = {.inode = is->st_ino,
                       .device = (unsigned)(major(is->st_dev) << MINOR_BITS | minor(is->st_dev))};
  return id;
}

static void add_kind_to(const struct stat *is, __u32 kind) {
  struct file_id id = file_id(is);
  put(files, &id, kind | value_of(files, &id));
}

/* Adds a kind to a file; false when there is none. */
static int add_kind(const char *path, __u32 kind) {
  struct stat is;
  if (stat(path, &is)) return 0;
  add_kind_to(&is, kind);
  return 1;
}

/* What this path leads to stays what it is: the file itself, links and folders on the way. */
static void keep_name(const char *path, int links) {
  char begin[PATH_MAX], next[2 * PATH_MAX], to[PATH_MAX];
  struct stat is;
  for (const char *slash = path + strspn(path, "/"); *slash; slash += strspn(slash, "/")) {
    slash += strcspn(slash, "/");
    snprintf(begin, sizeof begin, "%.*s", (int)(slash - path), path);
    if (lstat(begin, &is)) return;
    if (S_ISLNK(is.st_mode)) {
      ssize_t length = readlink(begin, to, sizeof to - 1);
      add_kind_to(&is, KIND_DEPUTY);
      if (length <= 0 || links == 0) return;
      to[length] = 0;
      *strrchr(begin, '/') = 0;
      snprintf(next, sizeof next, "%s/%s%s", *to == '/' ? "" : begin, to, slash);
      if (strlen(next) < PATH_MAX) keep_name(next, links - 1);
      return;
    }
    if (S_ISREG(is.st_mode)) add_kind_to(&is, KIND_DEPUTY);
    if (S_ISDIR(is.st_mode) && *slash) add_kind_to(&is, KIND_ANCHOR);
  }
}

static void add_deputy(const char *path) {
  char above[PATH_MAX];
  size_t length = strlen(path);
  int made = length > 1 && path[length - 1] == '/';
  snprintf(above, sizeof above, "%s", path);
  if (made) {
    above[length - 1] = 0;
    for (char *slash = strchr(above + 1, '/');; slash = strchr(slash + 1, '/')) {
      if (slash) *slash = 0;
      if (mkdir(above, 0755) && errno != EEXIST) die("%s cannot be made: %s", above, strerror(errno));
      if (!slash) break;
      *slash = '/';
    }
  }
  char real[PATH_MAX];
  if (!realpath(above, real)) return;
  add_kind(real, KIND_DEPUTY);
  for (char *slash = strrchr(real, '/'); slash && slash > real; slash = strrchr(real, '/')) {
    *slash = 0;
    add_kind(real, KIND_ANCHOR);
  }
}

static void add_shell(const char *path, __u32 kind) { shells += add_kind(path, kind); }

static void read_files(void) {
  char line[LINE], word[16], path[PATH_MAX];
  while (fgets(line, sizeof line, stdin)) {
    if (*line == '#' || *line == '\n') continue;
    if (sscanf(line, "%15s %4095s", word, path) != 2 || *path != '/') die("not understood: %s", line);
    if (strcmp(word, "gate") == 0) {
      add_kind(path, KIND_GATE);
    } else if (strcmp(word, "starter") == 0) {
      add_kind(path, KIND_STARTER);
    } else if (strcmp(word, "shell") == 0) {
      add_shell(path, KIND_SHELL);
    } else if (strcmp(word, "names") == 0) {
      add_shell(path, KIND_NAMES);
    } else if (strcmp(word, "deputy") == 0) {
      add_deputy(path);
    } else if (strcmp(word, "programs") == 0) {
      add_kind(path, KIND_PROGRAMS | KIND_ANCHOR);
    } else if (strcmp(word, "name") == 0) {
      keep_name(path, DEPTH);
    } else {
      die("not understood: %s", line);
    }
  }
  FILE *all = fopen("/etc/shells", "re");
  while (all && fgets(line, sizeof line, all)) {
    line[strcspn(line, "\n")] = 0;
    if (*line == '/') add_shell(line, KIND_SHELL);
  }
  if (all) fclose(all);
  if (!shells) die("there is no shell here that could be refused");
}

static int ends_with(const char *name, const char *end) {
  size_t length = strlen(name);
  return length > strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

static int is_service(const char *name) { return ends_with(name, ".service"); }

/* False: it is none that could be known. */
static int is_unit(const char *name, struct unit_name *unit) {
  size_t length = strcspn(name, "@");
  int is_template = name[length] == '@';
  length += (size_t)is_template;
  if (length >= sizeof unit->letters) length = sizeof unit->letters - 1;
  /* Of all templates services alone are known: it is by their type that the kernel's part tells them. */
  if (is_template && !is_service(name)) return 0;
  /* What a user's own manager starts, it starts for a login. */
  if (strncmp(name, "user@", 5) == 0) return 0;
  memset(unit, 0, sizeof *unit);
  memcpy(unit->letters, name, length);
  return 1;
}

/* What several files say of a unit is said together. */
static void add_unit(const char *name, __u32 said) {
  struct unit_name unit;
  if (is_unit(name, &unit)) put(units, &unit, said | value_of(units, &unit));
}

static int add_group(const char *path, const struct stat *is, int type, struct FTW *where) {
  (void)is;
  /* A service without a file is gone when it has ended, and whoever comes may take its name. */
  if (type == FTW_D && !is_service(path + where->base)) add_unit(path + where->base, UNIT_IS);
  return 0;
}

/* The next word, without its quotes; NULL: there is none. */
static char *next_word(char **line) {
  char *from = *line + strspn(*line, " \t"), *word = from, *to = from, quote = 0;
  if (!*from) return NULL;
  for (; *from && (quote || !strchr(" \t", *from)); from++) {
    if (quote ? *from == quote : *from == '"' || *from == '\'') {
      quote = quote ? 0 : *from;
    } else {
      *to++ = *from;
    }
  }
  *line = *from ? from + 1 : from;
  *to = 0;
  return word;
}

/* A program of a unit, by its path or its name alone, stays what it is. */
static __u32 keep_program(const char *program) {
  static const char *const folders[] = {"", "/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/"};
  char path[PATH_MAX];
  struct stat is;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    if (i ? strchr(program, '/') != NULL : *program != '/') continue;
    snprintf(path, sizeof path, "%s%s", folders[i], program);
    keep_name(path, DEPTH);
    if (stat(path, &is)) continue;
    struct file_id id = file_id(&is);
    return value_of(files, &id) & (KIND_SHELL | KIND_NAMES) ? UNIT_SHELL : 0;
  }
  return UNIT_LACKS;
}

/* KEY=VALUE: ExecStart=-"/usr/sbin/nginx" -g ... ; /usr/bin/true */
static __u32 said_by_line(char *line) {
  static const char *const commands[] = {"ExecCondition", "ExecStartPre", "ExecStart",    "ExecStartPost",
                                         "ExecReload",    "ExecStop",     "ExecStopPre",  "ExecStopPost",
                                         "ExecReloadPost"};
  __u32 said = 0;
  int is_first = 1;
  char *value = strchr(line, '=');
  if (!value) return 0;
  *value++ = 0;
  line[strcspn(line, " \t")] = 0;
  if (strcmp(line, "ExecSearchPath") == 0) return UNIT_LACKS;
  if (strcmp(line, "StandardInput") == 0)
    return strncmp(value + strspn(value, " \t"), "tty", 3) == 0 ? UNIT_TERMINAL : 0;
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    if (strcmp(line, commands[i])) continue;
    for (char *word; (word = next_word(&value)); is_first = strcmp(word, ";") == 0)
      if (is_first) said |= keep_program(word + strspn(word, "-@:+!|"));
  }
  return said;
}

/* A line goes on in the next one after a backslash, remarks in between or not. */
static __u32 said_by_file(const char *path) {
  char *part = NULL, whole[1 << 14];
  size_t room = 0, length = 0;
  __u32 said = 0;
  FILE *file = fopen(path, "re");
  while (file && getline(&part, &room, file) > 0) {
    char *begin = part + strspn(part, " \t");
    begin[strcspn(begin, "\r\n")] = 0;
    size_t more = strlen(begin);
    if (*begin == '#' || *begin == ';') continue;
    if (length + more >= sizeof whole) {
      said |= UNIT_LACKS; /* for all that can be said */
      break;
    }
    memcpy(whole + length, begin, more + 1);
    length += more;
    if (more && whole[length - 1] == '\\') {
      whole[length - 1] = ' ';
      continue;
    }
    said |= said_by_line(whole);
    length = 0;
  }
  if (length) said |= said_by_line(whole);
  free(part);
  if (file) fclose(file);
  return said;
}

/* UNIT.d/NAME.conf say more of a unit. A masked unit is none, and its name is nobody's. */
static void add_units_of(const char *path, const char *of_unit) {
  char file[PATH_MAX], name[NAME_MAX + 1];
  struct stat is;
  DIR *folder = opendir(path);
  for (struct dirent *at; folder && (at = readdir(folder));) {
    snprintf(file, sizeof file, "%s/%s", path, at->d_name);
    if (stat(file, &is)) continue;
    if (of_unit) {
      if (S_ISREG(is.st_mode) && ends_with(at->d_name, ".conf")) add_unit(of_unit, said_by_file(file));
    } else if (S_ISREG(is.st_mode)) {
      add_unit(at->d_name, UNIT_IS | said_by_file(file));
    } else if (S_ISDIR(is.st_mode) && ends_with(at->d_name, ".d")) {
      snprintf(name, sizeof name, "%.*s", (int)strlen(at->d_name) - 2, at->d_name);
      add_units_of(file, name);
    }
  }
  if (folder) closedir(folder);
}

static void add_units(void) {
  static const char *const folders[] = {
      "/etc/systemd/system.control",    "/run/systemd/system.control",  "/run/systemd/transient",
      "/run/systemd/generator.early",   "/etc/systemd/system",          "/etc/systemd/system.attached",
      "/run/systemd/system",            "/run/systemd/system.attached", "/run/systemd/generator",
      "/usr/local/lib/systemd/system",  "/usr/lib/systemd/system",      "/lib/systemd/system",
      "/run/systemd/generator.late"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) add_units_of(folders[i], NULL);
  nftw("/sys/fs/cgroup", add_group, DEPTH, FTW_PHYS);
  add_unit(".control", UNIT_IS); /* below a unit: what reloads or ends it */
}

static __u32 rules_of(char *words) {
  __u32 rules = 0;
  for (char *word = strtok(words, ","); word; word = strtok(NULL, ",")) {
    if (strcmp(word, "write") == 0) {
      rules |= RULE_WRITE;
    } else if (strcmp(word, "shell") == 0) {
      rules |= RULE_SHELL;
    } else if (strcmp(word, "permission") == 0) {
      rules |= RULE_PERMISSION;
    } else if (strcmp(word, "detour") == 0) {
      rules |= RULE_DETOUR;
    } else {
      die("no rule: %s", word);
    }
  }
  return rules;
}

static void require_lsm(void) {
  char all[512] = {0};
  int fd = open("/sys/kernel/security/lsm", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    (void)!read(fd, all, sizeof all - 1);
    close(fd);
  }
  for (char *lsm = strtok(all, ",\n"); lsm; lsm = strtok(NULL, ",\n"))
    if (strcmp(lsm, "bpf") == 0) return;
  die("bpf is not among the LSMs of this kernel (/sys/kernel/security/lsm)");
}

static void load(char *words) {
  static char log[LOG];
  require_lsm();
  if (access("/sys/fs/bpf/.", W_OK) ||
      (mkdir(PINS, 0700) && (mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL) || mkdir(PINS, 0700))))
    die("%s cannot be made: %s", PINS, strerror(errno));
  struct guard *kernel = guard__open();
  if (!kernel) die("the kernel takes no map: %s", strerror(errno));
  kernel->rodata->rules = rules_of(words);
  kernel->ctx.log_level = 1;
  kernel->ctx.log_size = sizeof log;
  kernel->ctx.log_buf = (unsigned long)log;
  int error = guard__load(kernel);
  if (error) {
    size_t length = strnlen(log, sizeof log);
    die("the kernel does not take it: %s\n%s", strerror(-error), log + (length > 2000 ? length - 2000 : 0));
  }
  files = kernel->maps.files.map_fd;
  units = kernel->maps.units.map_fd;
  read_files();
  add_units();
  error = guard__attach(kernel);
  if (error < 0) die("the kernel does not attach it: %s", strerror(-error));
  const int *links = (const int *)&kernel->links;
  for (size_t i = 0; i < sizeof kernel->links / sizeof *links; i++) {
    char name[16];
    snprintf(name, sizeof name, "link-%zu", i);
    pin(links[i], links[i] == kernel->links.told_fd ? "refused" : name);
  }
  pin(files, "files");
  pin(units, "units");
}

int main(int argc, char **argv) {
  const char *command = argc > 1 ? argv[1] : "";
  if (argc == 3 && strcmp(command, "load") == 0) {
    load(argv[2]);
  } else if (argc == 3 && strcmp(command, "gate") == 0) {
    files = pinned("files");
    if (!add_kind(argv[2], KIND_GATE)) die("%s: %s", argv[2], strerror(errno));
  } else if (argc == 3 && strcmp(command, "unit") == 0) {
    units = pinned("units");
    struct unit_name unit;
    if (!is_unit(argv[2], &unit)) die("%s is no unit that could be known", argv[2]);
    put(units, &unit, UNIT_IS); /* whatever its files say */
  } else {
    die("malassay-guard load RULE,... <FILES | gate FILE | unit NAME");
  }
  return 0;
}
