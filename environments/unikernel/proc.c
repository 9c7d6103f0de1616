/*
 * The files of /proc are made of text when they are read from the beginning. The sample is the only
 * process: the server is the kernel here, and no kernel is listed. As on Linux, a folder of links
 * tells what the process has open.
 */
#include "proc.h"

#include <string.h>

#include "arch.h"
#include "clock.h"
#include "console.h"
#include "file.h"
#include "memory.h"
#include "mmu.h"
#include "page.h"
#include "process.h"
#include "queue.h"
#include "sample.h"
#include "signal.h"
#include "thread.h"
#include "tree.h"
#include "vfs.h"

enum { TICK_MS = 10, KB = 1024, NAME_COLUMN = 49 };
static const u64 TICK = TICK_MS * NS_PER_MS;

/* ---- the sample ---- */

static struct thread *first_thread(void) {
  struct thread *first = threads();
  for (struct thread *thread = first; thread; thread = thread->next)
    if (thread->id == PROCESS) first = thread;
  return first;
}

static u32 mapped(u32 *present) {
  struct area_info area;
  u32 bytes = 0;
  *present = 0;
  for (u32 at = 0; memory_area_from(at, &area); at = area.end) {
    bytes += area.end - area.start;
    for (u32 page = area.start; page < area.end; page += PAGE) *present += mmu_page(page) != NULL;
  }
  return bytes;
}

static void tell_maps(struct queue *to) {
  struct area_info area;
  for (u32 at = 0; memory_area_from(at, &area); at = area.end) {
    char line[NAME_COLUMN + 1];
    int length = format(line, sizeof line, "%08x-%08x %c%c%c%c %08x 00:%02u %u", area.start,
                        area.end, area.protection & PROT_READ ? 'r' : '-',
                        area.protection & PROT_WRITE ? 'w' : '-',
                        area.protection & PROT_EXEC ? 'x' : '-', area.shared ? 's' : 'p',
                        area.node ? area.offset : 0, area.node ? 1 : 0,
                        area.node ? area.node->inode : 0);
    const char *name = area.node == sample_node() && area.node ? sample_path() : area.name;
    queue_say(to, "%s ", line);
    for (; *name && length < NAME_COLUMN - 1; length++) queue_say(to, " ");
    queue_say(to, "%s\n", name);
  }
  queue_say(to, "ffff0000-ffff1000 r-xp 00000000 00:00 0          [vectors]\n");
}

/* The texts as they are now: the program may have overwritten its arguments. */
static void tell_texts(struct queue *to, u32 pointers) {
  u32 text;
  s32 error;
  for (; user_load(&text, pointers, sizeof text) && text; pointers += sizeof text) {
    const char *bytes = user_text(text, PAGE, &error);
    u32 length = bytes ? strlen(bytes) + 1 : 0;
    if (bytes && queue_reserve(to, length)) queue_put(to, bytes, length);
  }
}

static void tell_arguments(struct queue *to) { tell_texts(to, sample_stack() + 4); }

static void tell_environment(struct queue *to) {
  u32 count;
  if (user_load(&count, sample_stack(), sizeof count) && count < PAGE)
    tell_texts(to, sample_stack() + 4 + (count + 1) * 4);
}

static void tell_name(struct queue *to) { queue_say(to, "%s\n", first_thread()->name); }

static void tell_stat(struct queue *to) {
  u32 present, size = mapped(&present), ticks = (u32)(threads_cpu_time() / TICK);
  queue_say(to, "%u (%s) R %u %u %u 0 -1 4194304 %u 0 0 0 %u 0 0 0 20 0 %u 0 %u %u %u 4294967295",
            PROCESS, first_thread()->name, PARENT, PROCESS, PROCESS, present, ticks, thread_count(),
            (u32)(sample_started() / TICK), size, present);
  queue_say(to, " 0 0 %u 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n", sample_stack());
}

static void tell_statm(struct queue *to) {
  u32 present, size = mapped(&present);
  queue_say(to, "%u %u 0 0 0 %u 0\n", size / PAGE, present, size / PAGE);
}

static void tell_set(struct queue *to, const char *name, u64 set) {
  queue_say(to, "%s:\t%08x%08x\n", name, (u32)(set >> 32), (u32)set);
}

static void tell_ids(struct queue *to, const char *name, const struct ids *ids) {
  queue_say(to, "%s:\t%u\t%u\t%u\t%u\n", name, ids->real, ids->effective, ids->saved,
            ids->of_files);
}

static void tell_status(struct queue *to) {
  u32 present, size = mapped(&present), kb = size / KB, present_kb = present * (PAGE / KB);
  const struct thread *thread = first_thread();
  queue_say(to, "Name:\t%s\nState:\tR (running)\nTgid:\t%u\nNgid:\t0\nPid:\t%u\nPPid:\t%u\n",
            thread->name, PROCESS, PROCESS, PARENT);
  queue_say(to, "TracerPid:\t0\n");
  tell_ids(to, "Uid", process_user());
  tell_ids(to, "Gid", process_group());
  queue_say(to, "FDSize:\t%u\nGroups:\t \n", FILES);
  queue_say(to, "VmPeak:\t%8u kB\nVmSize:\t%8u kB\n", kb, kb);
  queue_say(to, "VmHWM:\t%8u kB\nVmRSS:\t%8u kB\n", present_kb, present_kb);
  queue_say(to, "VmSwap:\t       0 kB\n");
  queue_say(to, "Threads:\t%u\n", thread_count());
  tell_set(to, "SigPnd", thread->signals.queue.pending);
  tell_set(to, "SigBlk", thread->signals.blocked);
  queue_say(to, "CapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\n");
  queue_say(to, "CapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\n");
  queue_say(to, "CapAmb:\t0000000000000000\nNoNewPrivs:\t0\n");
  queue_say(to, "Cpus_allowed:\t1\nCpus_allowed_list:\t0\n");
}

static void tell_mounts(struct queue *to) {
  queue_say(to, "rootfs / rootfs rw 0 0\nproc /proc proc rw,relatime 0 0\n");
}

/* ---- the system ---- */

static void tell_processor(struct queue *to) {
  u32 id = READ_CP15(0, c0, c0, 0);
  queue_say(to, "processor\t: 0\nmodel name\t: ARMv7 Processor rev %u (v7l)\n", id & 15);
  queue_say(to, "BogoMIPS\t: 125.00\n");
  queue_say(to, "Features\t: half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt vfpd32 "
                "lpae \n");
  queue_say(to, "CPU implementer\t: 0x%02x\nCPU architecture: 7\n", id >> 24);
  queue_say(to, "CPU variant\t: 0x%x\n", id >> 20 & 15);
  queue_say(to, "CPU part\t: 0x%03x\nCPU revision\t: %u\n\n", id >> 4 & 0xfff, id & 15);
  queue_say(to, "Hardware\t: Generic DT based system\n");
  queue_say(to, "Revision\t: 0000\nSerial\t\t: 0000000000000000\n");
}

static void tell_memory(struct queue *to) {
  u32 total = pages_total() * (PAGE / KB), left = pages_left() * (PAGE / KB);
  queue_say(to, "MemTotal:       %8u kB\nMemFree:        %8u kB\n", total, left);
  queue_say(to, "MemAvailable:   %8u kB\nBuffers:               0 kB\n", left);
  queue_say(to, "Cached:                0 kB\nSwapCached:            0 kB\n");
  queue_say(to, "SwapTotal:             0 kB\nSwapFree:              0 kB\n");
}

static void tell_uptime(struct queue *to) {
  u64 cpu = threads_cpu_time(), idle = now() > cpu ? now() - cpu : 0;
  queue_say(to, "%u.%02u %u.%02u\n", (u32)(now() / NS_PER_S), (u32)(now() % NS_PER_S / TICK),
            (u32)(idle / NS_PER_S), (u32)(idle % NS_PER_S / TICK));
}

static void tell_load(struct queue *to) {
  queue_say(to, "0.00 0.00 0.00 1/%u %u\n", thread_count(), PROCESS);
}

static void tell_version(struct queue *to) {
  const struct utsname *system = system_name();
  queue_say(to, "%s version %s %s\n", system->system, system->release, system->version);
}

static void tell_system(struct queue *to) {
  u32 cpu = (u32)(threads_cpu_time() / TICK), all = (u32)(now() / TICK);
  u32 idle = all > cpu ? all - cpu : 0;
  queue_say(to, "cpu  %u 0 0 %u 0 0 0 0 0 0\n", cpu, idle);
  queue_say(to, "cpu0 %u 0 0 %u 0 0 0 0 0 0\nintr 0\nctxt 0\n", cpu, idle);
  queue_say(to, "btime %u\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n",
            (u32)(time_of_day_offset() / NS_PER_S));
}

static void tell_file_systems(struct queue *to) { queue_say(to, "nodev\tproc\nnodev\ttmpfs\n"); }
static void tell_command_line(struct queue *to) { queue_say(to, "\n"); }
static void tell_host(struct queue *to) { queue_say(to, "%s\n", system_name()->node); }
static void tell_domain(struct queue *to) { queue_say(to, "%s\n", system_name()->domain); }
static void tell_kind(struct queue *to) { queue_say(to, "%s\n", system_name()->system); }
static void tell_release(struct queue *to) { queue_say(to, "%s\n", system_name()->release); }
static void tell_build(struct queue *to) { queue_say(to, "%s\n", system_name()->version); }
static void tell_processes_limit(struct queue *to) { queue_say(to, "32768\n"); }
static void tell_queue_limit(struct queue *to) { queue_say(to, "4096\n"); }
static void tell_nothing(struct queue *to) { queue_say(to, "0\n"); }

/* ---- files ---- */

static s32 text_read(struct file *file, void *to, u32 length);
static void text_close(struct file *file);

struct text_file {
  const char *path;
  void (*tell)(struct queue *to);
  struct file_operations operations;
};

#define TEXT(path, tell) {path, tell, {.read = text_read, .close = text_close}}
#define SELF "/proc/2/" /* PROCESS */

static const struct text_file text_files[] = {
    TEXT("/proc/cmdline", tell_command_line),
    TEXT("/proc/cpuinfo", tell_processor),
    TEXT("/proc/filesystems", tell_file_systems),
    TEXT("/proc/loadavg", tell_load),
    TEXT("/proc/meminfo", tell_memory),
    TEXT("/proc/stat", tell_system),
    TEXT("/proc/uptime", tell_uptime),
    TEXT("/proc/version", tell_version),
    TEXT("/proc/sys/kernel/domainname", tell_domain),
    TEXT("/proc/sys/kernel/hostname", tell_host),
    TEXT("/proc/sys/kernel/osrelease", tell_release),
    TEXT("/proc/sys/kernel/ostype", tell_kind),
    TEXT("/proc/sys/kernel/pid_max", tell_processes_limit),
    TEXT("/proc/sys/kernel/randomize_va_space", tell_nothing),
    TEXT("/proc/sys/kernel/version", tell_build),
    TEXT("/proc/sys/net/core/somaxconn", tell_queue_limit),
    TEXT("/proc/sys/net/ipv4/ip_forward", tell_nothing),
    TEXT("/proc/sys/vm/overcommit_memory", tell_nothing),
    TEXT(SELF "cmdline", tell_arguments),
    TEXT(SELF "comm", tell_name),
    TEXT(SELF "environ", tell_environment),
    TEXT(SELF "maps", tell_maps),
    TEXT(SELF "mounts", tell_mounts),
    TEXT(SELF "stat", tell_stat),
    TEXT(SELF "statm", tell_statm),
    TEXT(SELF "status", tell_status),
    TEXT(SELF "net/arp", tell_neighbors),
    TEXT(SELF "net/dev", tell_interfaces),
    TEXT(SELF "net/raw", tell_raw),
    TEXT(SELF "net/route", tell_routes),
    TEXT(SELF "net/tcp", tell_tcp),
    TEXT(SELF "net/udp", tell_udp),
    TEXT(SELF "net/unix", tell_local),
};

/* The text lasts as long as the file is open, or until it is read from its beginning again. */
static s32 text_read(struct file *file, void *to, u32 length) {
  const struct text_file *text =
      (const void *)((const u8 *)file->operations - offsetof(struct text_file, operations));
  if (!file->state) file->state = kalloc(sizeof(struct queue));
  struct queue *queue = file->state;
  if (!queue) return -ENOMEM;
  if (file->position == 0) {
    queue_free(queue);
    text->tell(queue);
  }
  if (file->position > queue->length) return 0;
  u32 n = queue_peek(queue, (u32)file->position, to, length);
  file->position += n;
  return (s32)n;
}

static void text_close(struct file *file) {
  if (file->state) queue_free(file->state);
  kfree(file->state);
}

/* ---- folders and links ---- */

static struct node *make_link(const char *path, const char *target) {
  struct node *link = vfs_make(path, S_IFLNK | 0777);
  return link && node_set_target(link, target) ? link : NULL;
}

/* The target of a descriptor's link. */
static void name_of(const struct file *file, char *to, u32 size) {
  struct stat64 status;
  file_status((struct file *)file, &status);
  u32 kind = status.mode & S_IFMT, number = (u32)file->state / 16 % 1000000;
  if (kind == S_IFSOCK) format(to, size, "socket:[%u]", number);
  else if (file->node) vfs_path(file->node, to, size);
  else if (kind == S_IFIFO) format(to, size, "pipe:[%u]", number);
  else if (kind == S_IFCHR) format(to, size, "/dev/null"); /* standard input */
  else if (file->operations->name) format(to, size, "anon_inode:[%s]", file->operations->name);
  else format(to, size, "anon_inode:[file]");
}

/* Folders tell the newest entry first. */
static void list_descriptors(struct node *folder) {
  static char name[PATH_LIMIT];
  vfs_empty(folder);
  for (u32 i = FILES; i-- > 0;) {
    const struct file *file = file_at(i);
    if (!file) continue;
    char number[8];
    int length = format(number, sizeof number, "%u", i);
    name_of(file, name, sizeof name);
    struct node *link = node_new(S_IFLNK | 0700);
    if (!link) return;
    struct place place = {.folder = folder, .name = number, .length = (u32)length};
    link->leads_to = file->node;
    if (node_set_target(link, name)) vfs_add(&place, link);
    node_put(link);
  }
}

static struct node *own_file, *own_folder;

/* These links lead to their nodes directly, since a node may have no name any more. */
static void refresh_links(struct node *folder) {
  static char path[PATH_LIMIT];
  (void)folder;
  u32 length = (u32)format(path, sizeof path, "%s", sample_path());
  if (!sample_node()->links) format(path + length, sizeof path - length, " (deleted)");
  own_file->leads_to = sample_node();
  node_set_target(own_file, path);
  own_folder->leads_to = tree_folder();
  vfs_path(tree_folder(), path, sizeof path);
  node_set_target(own_folder, path);
}

static void seal(struct node *folder) {
  folder->sealed = true;
  for (const struct entry *entry = folder->entries; entry; entry = entry->next)
    if (node_is(entry->node, S_IFDIR)) seal(entry->node);
}

bool proc_init(void) {
  for (u32 i = COUNT(text_files); i-- > 0;) {
    struct node *node = vfs_make(text_files[i].path, S_IFREG | 0444);
    if (!node) return false;
    node->operations = &text_files[i].operations;
  }
  struct node *descriptors = vfs_make(SELF "fd", S_IFDIR | 0500);
  own_file = make_link(SELF "exe", "");
  own_folder = make_link(SELF "cwd", "");
  struct node *root = make_link(SELF "root", "/"), *self = vfs_find("/proc/2");
  if (!descriptors || !own_file || !own_folder || !root || !self) return false;
  descriptors->refresh = list_descriptors;
  self->refresh = refresh_links;
  if (!make_link("/proc/self", "2") || !make_link("/proc/net", "self/net") ||
      !make_link("/proc/mounts", "self/mounts"))
    return false;
  seal(vfs_find("/proc"));
  return true;
}
