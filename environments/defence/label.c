/*
 * Labels the files of a system for SELinux. What has no label is fixed, which is right for most: code
 * and the folders that hold it. So folders outside of /usr become made (all may make files there),
 * files without execute permission outside of /usr become written, and then what standard input
 * names gets the type that it says, a line for each: TYPE PATH. A PATH that ends with a slash is a
 * folder with all that is in it, and is made if it is missing; a file that is missing is left out.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

enum { DEPTH = 32, LINE = 4096 };

static const char *type;

static int label(const char *path, const char *with) {
  char context[64];
  int length = snprintf(context, sizeof context, "u:object_r:%s", with);
  if (lsetxattr(path, "security.selinux", context, (size_t)length + 1, 0) == 0 || errno == ENOENT)
    return FTW_CONTINUE;
  perror(path);
  return FTW_STOP;
}

static int label_by_kind(const char *path, const struct stat *is, int kind, struct FTW *at) {
  (void)at;
  if (strcmp(path, "/") == 0) return FTW_CONTINUE; /* its folders keep their names */
  if (strcmp(path, "/usr") == 0) return FTW_SKIP_SUBTREE;
  if (kind == FTW_D) return label(path, "made");
  return kind == FTW_F && S_ISREG(is->st_mode) && !(is->st_mode & 0111) ? label(path, "written")
                                                                        : FTW_CONTINUE;
}

static int label_by_type(const char *path, const struct stat *is, int kind, struct FTW *at) {
  (void)kind, (void)at;
  /* Of these the policy knows nothing. */
  return S_ISLNK(is->st_mode) || S_ISFIFO(is->st_mode) ? FTW_CONTINUE : label(path, type);
}

static int make_folder(char *path) {
  for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
    *slash = 0;
    int made = mkdir(path, 0755);
    int error = errno;
    *slash = '/';
    if (made == 0 && label(path, "made") != FTW_CONTINUE) return 0;
    if (made && error != EEXIST) {
      errno = error;
      perror(path);
      return 0;
    }
  }
  return 1;
}

int main(void) {
  static const char *const systems[] = {"/", "/run", "/tmp", "/dev/shm", NULL};
  static char line[LINE];
  for (const char *const *root = systems; *root; root++)
    if (nftw(*root, label_by_kind, DEPTH, FTW_PHYS | FTW_MOUNT | FTW_ACTIONRETVAL) == FTW_STOP) return 1;
  while (fgets(line, sizeof line, stdin)) {
    char *path = strchr(line, ' ');
    line[strcspn(line, "\n")] = 0;
    if (!path || line[0] == '#') continue;
    *path++ = 0;
    type = line;
    if (path[strlen(path) - 1] == '/' && !make_folder(path)) return 1;
    if (nftw(path, label_by_type, DEPTH, FTW_PHYS | FTW_ACTIONRETVAL) == FTW_STOP) return 1;
  }
  return 0;
}
