/* Ways to a shell. */
#define _GNU_SOURCE
#include "bypass.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define DASH "/usr/bin/dash"
#define BUSYBOX "/usr/bin/busybox"

#define SHELL(name, ...)                                                                            \
  static enum outcome name(void) {                                                                  \
    static const char *const words[] = {__VA_ARGS__, NULL};                                         \
    return says_seven(words);                                                                       \
  }

SHELL(sh, "/bin/sh", "-c", SAY_SEVEN)
SHELL(bash, "/usr/bin/bash", "-c", SAY_SEVEN)
SHELL(busybox_sh, BUSYBOX, "sh", "-c", SAY_SEVEN)
SHELL(busybox_ash, BUSYBOX, "ash", "-c", SAY_SEVEN)
SHELL(busybox_busybox_sh, BUSYBOX, "busybox", "sh", "-c", SAY_SEVEN)
SHELL(ld_so_sh, "/lib/ld-linux-armhf.so.3", "/bin/sh", "-c", SAY_SEVEN)
SHELL(ld_so_busybox, "/lib/ld-linux-armhf.so.3", BUSYBOX, "sh", "-c", SAY_SEVEN)
SHELL(env_sh, "/usr/bin/env", "sh", "-c", SAY_SEVEN)
SHELL(busybox_env_sh, BUSYBOX, "env", "sh", "-c", SAY_SEVEN)
SHELL(nice_sh, "/usr/bin/nice", "/bin/sh", "-c", SAY_SEVEN)
SHELL(perl, "/usr/bin/perl", "-e", "exit 3 + 4")
SHELL(python, "/usr/bin/python3", "-c", "raise SystemExit(3 + 4)")
SHELL(su, "/usr/bin/su", "root", "-s", "/bin/sh", "-c", SAY_SEVEN)
SHELL(chroot_sh, "/usr/sbin/chroot", "/", "/bin/sh", "-c", SAY_SEVEN)

/* It does not say why it could not execute a shell that is there: it ends with 127. */
static enum outcome awk_system(void) {
  static const char *const words[] = {"/usr/bin/awk", "BEGIN { exit system(\"" SAY_SEVEN "\") }", NULL};
  if (access(words[0], F_OK)) return absent("there is no /usr/bin/awk");
  int status = run(words);
  if (status == SEVEN) return OPEN;
  return status == 127 && access("/bin/sh", X_OK) == 0 ? closed("awk could not execute /bin/sh")
                                                       : ended("execute", status);
}

static enum outcome hardlink(void) {
  static const char *const words[] = {OWN "tool", "-c", SAY_SEVEN, NULL};
  if (link(DASH, OWN "tool")) return errno == ENOENT ? absent("there is no " DASH) : failed("link");
  return says_seven(words);
}

static enum outcome linked(const char *to, const char *name, const char *first) {
  const char *const words[] = {name, first ? first : "-c", first ? "-c" : SAY_SEVEN,
                               first ? SAY_SEVEN : NULL, NULL};
  if (symlink(to, name)) return failed("symlink");
  return says_seven(words);
}

static enum outcome symlink_sh(void) { return linked("/bin/sh", OWN "tool", NULL); }

static enum outcome symlink_busybox(void) { return linked(BUSYBOX, OWN "sh", NULL); }

static enum outcome symlink_busybox_word(void) { return linked(BUSYBOX, OWN "busybox-1", "sh"); }

/* Longer than what is read of a word at once: "sh" begins behind its first 255 letters. */
static enum outcome symlink_busybox_long(void) {
  enum { BEFORE = 255, PART = 100 };
  static char path[BEFORE + 3] = OWN;
  for (size_t length = strlen(path); length < BEFORE;) {
    size_t part = BEFORE - length > 2 * PART ? PART : BEFORE - length;
    memset(path + length, 'a', part - 1);
    path[length + part - 1] = 0;
    if (mkdir(path, 0700)) return failed("make a folder");
    path[length + part - 1] = '/';
    length += part;
  }
  strcpy(path + BEFORE, "sh");
  return linked(BUSYBOX, path, NULL);
}

static enum outcome copied(void) {
  static const char *const copy[] = {"/usr/bin/cp", DASH, OWN "tool", NULL};
  static const char *const words[] = {OWN "tool", "-c", SAY_SEVEN, NULL};
  if (access(DASH, F_OK)) return absent("there is no " DASH);
  int status = run(copy);
  return status == 0 ? says_seven(words) : ended("cp", status);
}

static enum outcome bound(void) {
  static const char *const words[] = {OWN "tool", "-c", SAY_SEVEN, NULL};
  if (write_text(OWN "tool", "")) return failed("write");
  if (mount("/bin/sh", OWN "tool", NULL, MS_BIND, NULL)) return failed("mount");
  enum outcome outcome = says_seven(words);
  umount2(OWN "tool", MNT_DETACH);
  return outcome;
}

const struct bypass SHELLS[] = {
    {"sh", "the system's shell", sh},
    {"bash", "bash", bash},
    {"busybox-sh", "busybox sh", busybox_sh},
    {"busybox-ash", "busybox ash", busybox_ash},
    {"busybox-busybox-sh", "busybox busybox sh", busybox_busybox_sh},
    {"ld-so-sh", "a shell as an argument of the dynamic linker", ld_so_sh},
    {"ld-so-busybox-sh", "busybox sh as arguments of the dynamic linker", ld_so_busybox},
    {"hardlink-sh", "a shell by another name, a hard link", hardlink},
    {"symlink-sh", "a shell by another name, a symbolic link", symlink_sh},
    {"symlink-busybox", "busybox by a symbolic link that is called sh", symlink_busybox},
    {"symlink-busybox-sh", "busybox by a symbolic link, and the word sh", symlink_busybox_word},
    {"symlink-busybox-long", "busybox by a link called sh, in folders of long names", symlink_busybox_long},
    {"copied-sh", "a copy of a shell, made by cp", copied},
    {"bind-sh", "a shell that is mounted under another name", bound},
    {"env-sh", "a shell that env starts", env_sh},
    {"busybox-env-sh", "a shell that busybox's env starts", busybox_env_sh},
    {"nice-sh", "a shell that nice starts", nice_sh},
    {"chroot-sh", "a shell that chroot starts", chroot_sh},
    {"su-sh", "a shell that su starts", su},
    {"awk-system", "a shell that awk starts for its system()", awk_system},
    {"perl", "another interpreter: Perl", perl},
    {"python", "another interpreter: Python", python},
    {NULL, NULL, NULL}};
