/* /proc and /dev: what is there, and how it looks. Numbers are blurred where they may differ. */
#include "check.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

static const char *last(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static void check_presence(void) {
  static const char *const paths[] = {
      "/proc", "/proc/self", "/proc/self/exe", "/proc/self/cmdline", "/proc/self/comm",
      "/proc/self/cwd", "/proc/self/environ", "/proc/self/fd", "/proc/self/maps",
      "/proc/self/mounts", "/proc/self/root", "/proc/self/stat", "/proc/self/statm",
      "/proc/self/status", "/proc/self/net/tcp", "/proc/self/none", "/proc/cmdline", "/proc/cpuinfo",
      "/proc/filesystems", "/proc/loadavg", "/proc/meminfo", "/proc/mounts", "/proc/net",
      "/proc/net/arp", "/proc/net/dev", "/proc/net/raw", "/proc/net/route", "/proc/net/tcp",
      "/proc/net/tcp6", "/proc/net/udp", "/proc/net/unix", "/proc/stat", "/proc/uptime",
      "/proc/version", "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname",
      "/proc/sys/kernel/osrelease", "/proc/sys/kernel/ostype", "/proc/sys/kernel/version",
      "/proc/sys/kernel/pid_max", "/proc/sys/vm/overcommit_memory",
      "/proc/sys/net/core/somaxconn", "/proc/sys/net/ipv4/ip_forward", "/proc/99999",
      "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/watchdog",
      "/dev/misc/watchdog", "/dev/mem", "/dev/sda", "/dev/mtd0", "/etc/hosts", "/etc/hostname",
      "/etc/passwd", "/bin/busybox", "/bin/sh",
  };
  topic("what is there");
  for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
    struct stat status;
    long result = lstat(paths[i], &status);
    tell(result, "%s", paths[i]);
    if (!result) printf("kind %o\n", status.st_mode & S_IFMT);
  }
}

static void check_self(void) {
  char path[256], text[4096];
  struct stat one, other;

  topic("oneself");
  long n = readlink("/proc/self/exe", path, sizeof path - 1);
  path[n > 0 ? n : 0] = 0;
  printf("exe: %s\n", last(path));
  tell(stat("/proc/self/exe", &one), "stat");
  tell(stat(path, &other), "stat");
  printf("%s\n", one.st_ino == other.st_ino ? "the same file" : "another file");
  int file = open("/proc/self/exe", O_RDONLY);
  tell(read(file, text, 4), "read");
  printf("%.3s\n", text + 1);
  close(file);
  snprintf(text, sizeof text, "/proc/%d/exe", getpid());
  tell(readlink(text, text + 100, 200) == n ? 0 : -1, "by the number");
  tell(readlink("/proc/self/exe", text, 3), "readlink of three");
  n = readlink("/proc/self/cwd", text, sizeof text - 1);
  printf("cwd: %.*s\n", (int)n, text);
  if (chdir("/etc")) return;
  n = readlink("/proc/self/cwd", text, sizeof text - 1);
  printf("cwd: %.*s\n", (int)n, text);

  file = open("/proc/self/cmdline", O_RDONLY);
  n = read(file, text, sizeof text);
  printf("cmdline: %s, %s\n", last(text), n == (long)strlen(text) + 1 ? "one" : "more");
  close(file);
  file = open("/proc/self/comm", O_RDONLY);
  n = read(file, text, sizeof text);
  printf("comm: %.*s", (int)n, text);
  close(file);

  FILE *stat_ = fopen("/proc/self/stat", "r");
  int pid, parent, fields = 0, c;
  char name[64], state;
  if (fscanf(stat_, "%d (%63[^)]) %c %d", &pid, name, &state, &parent) != 4) printf("strange\n");
  while ((c = getc(stat_)) != EOF) fields += c == ' ';
  printf("stat: %s %s %c %d, and %d\n", pid == getpid() ? "me" : "not me", name, state, parent, fields);
  fclose(stat_);

  FILE *status = fopen("/proc/self/status", "r");
  while (fgets(text, sizeof text, status)) {
    static const char *const known[] = {"Name:", "State:", "PPid:", "TracerPid:", "Uid:", "Gid:",
                                        "Threads:", "CapEff:"};
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
      if (!strncmp(text, known[i], strlen(known[i]))) printf("%s", text);
  }
  fclose(status);

  FILE *maps = fopen("/proc/self/maps", "r");
  int code = 0, stack = 0, vectors = 0;
  while (fgets(text, sizeof text, maps)) {
    unsigned from, to;
    char rights[5];
    if (sscanf(text, "%x-%x %4s", &from, &to, rights) != 3) printf("strange: %s", text);
    unsigned here = (unsigned)(uintptr_t)&check_self, local = (unsigned)(uintptr_t)&from;
    if (here >= from && here < to) code += !strcmp(rights, "r-xp") && strstr(text, last(path)) == text + 49 + 5;
    if (local >= from && local < to) stack += !!strstr(text, " [stack]\n");
    vectors += !!strstr(text, " [vectors]\n");
  }
  printf("maps: code %d, stack %d, vectors %d\n", code, stack, vectors);
  fclose(maps);
}

static void check_descriptors(void) {
  char path[64], target[256];
  int pipes[2], file = open("/etc/hostname", O_RDONLY), it = socket(AF_INET, SOCK_STREAM, 0);
  topic("descriptors");
  if (pipe(pipes)) return;
  const int numbers[] = {0, 1, file, it, pipes[0], pipes[1], 500};
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    sprintf(path, "/proc/self/fd/%d", numbers[i]);
    long n = readlink(path, target, sizeof target - 1);
    target[n > 0 ? n : 0] = 0;
    for (char *c = target; *c; c++)
      if (isdigit(*c)) *c = '#';
    for (char *c = strstr(target, "##"); c; c = strstr(target, "##")) memmove(c, c + 1, strlen(c));
    printf("%s\n", n < 0 ? strerrorname_np(errno) : target);
  }
  close(file);
  unlink("/tmp/gone");
  file = open("/tmp/gone", O_CREAT | O_RDWR, 0600);
  if (write(file, "bytes", 5) != 5) return;
  unlink("/tmp/gone");
  sprintf(path, "/proc/self/fd/%d", file);
  int again = made(open(path, O_RDONLY), "open again what is gone");
  tell(read(again, target, 10), "read");
  close(again);
  close(file);
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (readdir(folder)) count++;
  printf("%d entries\n", count);
  closedir(folder);
  close(it);
  close(pipes[0]);
  close(pipes[1]);
}

static void show(const char *path, const char *having) {
  char line[512];
  FILE *file = fopen(path, "r");
  if (!file) {
    tell(-1, "%s", path);
    return;
  }
  for (int i = 0; fgets(line, sizeof line, file); i++) {
    size_t end = strcspn(line, "\n");
    while (end && line[end - 1] == ' ') end--;
    line[end] = 0;
    if ((i == 0 && !having) || (having && strstr(line, having))) printf("%s\n", line);
  }
  fclose(file);
}

static void check_system(void) {
  topic("the system");
  show("/proc/cpuinfo", "CPU");
  show("/proc/cpuinfo", "model name");
  show("/proc/cpuinfo", "Features");
  show("/proc/cpuinfo", "Hardware");
  show("/proc/sys/kernel/hostname", NULL);
  show("/proc/sys/kernel/ostype", NULL);
  show("/proc/sys/kernel/domainname", NULL);
  show("/proc/sys/net/core/somaxconn", NULL);
  show("/proc/sys/net/ipv4/ip_forward", NULL);
  show("/proc/sys/vm/overcommit_memory", NULL);
  show("/proc/net/dev", "face");
  show("/proc/net/route", "");
  show("/proc/net/arp", NULL);
  show("/proc/net/tcp", NULL);
  show("/proc/net/udp", NULL);
  show("/proc/net/raw", NULL);
  show("/proc/net/unix", NULL);
  show("/etc/hostname", NULL);
  long total = 0, left = 0;
  FILE *memory = fopen("/proc/meminfo", "r");
  if (fscanf(memory, "MemTotal: %ld kB MemFree: %ld kB", &total, &left) != 2) printf("strange\n");
  printf("memory: %s\n", total > 10000 && left > 1000 && left < total ? "some" : "strange");
  fclose(memory);
  float up = 0, idle = 0;
  FILE *uptime = fopen("/proc/uptime", "r");
  if (fscanf(uptime, "%f %f", &up, &idle) != 2) printf("strange\n");
  printf("up: %s\n", up > 0 && up < 600 ? "for a short time" : "strange");
  fclose(uptime);
  tell(open("/proc/cpuinfo", O_WRONLY | O_CREAT | O_EXCL, 0600), "make what is there");
  tell(mkdir("/proc/new", 0700), "make a folder");
  tell(unlink("/proc/cpuinfo"), "unlink");
}

/* The sockets that are listed, with the numbers of their descriptors. */
static void check_sockets(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(4000)};
  char line[256], path[64], target[64] = "";
  topic("sockets");
  int it = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(it, (struct sockaddr *)&address, sizeof address) || listen(it, 5) ||
      bind(udp, (struct sockaddr *)&address, sizeof address))
    printf("strange\n");
  for (int i = 0; i < 2; i++) {
    unsigned port, peer, state;
    unsigned long inode;
    FILE *file = fopen(i ? "/proc/net/udp" : "/proc/net/tcp", "r");
    sprintf(path, "/proc/self/fd/%d", i ? udp : it);
    long n = readlink(path, target, sizeof target - 1);
    target[n > 0 ? n : 0] = 0;
    while (fgets(line, sizeof line, file))
      if (sscanf(line, " %*d: 00000000:%x 00000000:%x %x %*s %*s %*s %*d %*d %lu", &port, &peer,
                 &state, &inode) == 4) {
        char name[32];
        sprintf(name, "socket:[%lu]", inode);
        if (!strcmp(name, target)) printf("port %u, peer %u, state %u\n", port, peer, state);
      }
    fclose(file);
  }
  close(it);
  close(udp);
}

static void check_interfaces(void) {
  static const char *const names[] = {"lo", "eth0", "wlan0"};
  struct ifreq all[4], one;
  struct ifconf conf = {.ifc_len = sizeof all, .ifc_req = all};
  int it = socket(AF_INET, SOCK_DGRAM, 0);
  topic("interfaces");
  tell(ioctl(it, SIOCGIFCONF, &conf), "SIOCGIFCONF");
  for (int i = 0; i < (int)(conf.ifc_len / sizeof *all); i++)
    printf("%s %s\n", all[i].ifr_name, inet_ntoa(((struct sockaddr_in *)&all[i].ifr_addr)->sin_addr));
  for (unsigned i = 0; i < 3; i++) {
    memset(&one, 0, sizeof one);
    strcpy(one.ifr_name, names[i]);
    if (tell(ioctl(it, SIOCGIFADDR, &one), "%s", names[i])) continue;
    printf("address %s\n", inet_ntoa(((struct sockaddr_in *)&one.ifr_addr)->sin_addr));
    ioctl(it, SIOCGIFNETMASK, &one);
    printf("mask %s\n", inet_ntoa(((struct sockaddr_in *)&one.ifr_addr)->sin_addr));
    ioctl(it, SIOCGIFBRDADDR, &one);
    printf("broadcast %s\n", inet_ntoa(((struct sockaddr_in *)&one.ifr_addr)->sin_addr));
    ioctl(it, SIOCGIFFLAGS, &one);
    printf("flags %x\n", (unsigned short)one.ifr_flags);
    ioctl(it, SIOCGIFMTU, &one);
    printf("mtu %d\n", one.ifr_mtu);
    ioctl(it, SIOCGIFINDEX, &one);
    printf("index %d\n", one.ifr_ifindex);
    ioctl(it, SIOCGIFHWADDR, &one);
    printf("hardware %d, %02x:%02x\n", one.ifr_hwaddr.sa_family, one.ifr_hwaddr.sa_data[0] & 255,
           one.ifr_hwaddr.sa_data[1] & 255);
  }
  tell(ioctl(it, SIOCGIFADDR, NOWHERE), "to nowhere");
  tell(ioctl(it, 0x1234, &one), "an unknown request");
  tell(ioctl(0, SIOCGIFADDR, &one), "of no socket");
  close(it);
}

/* The last one, since it cannot be undone. */
static void check_gone(void) {
  char path[256], text[300];
  topic("gone");
  long n = readlink("/proc/self/exe", path, sizeof path - 1);
  path[n] = 0;
  tell(unlink(path), "unlink");
  n = readlink("/proc/self/exe", text, sizeof text - 1);
  printf("%.*s\n", (int)n, text);
  int file = made(open("/proc/self/exe", O_RDONLY), "open");
  tell(read(file, text, 4), "read");
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  check_presence();
  check_self();
  check_descriptors();
  check_system();
  check_sockets();
  check_interfaces();
  check_gone();
  return 0;
}
