// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * The kernel's part of the login guard: what a remote login starts, its members, may not write to
 * executables, start a shell, or give execute permission; with RULE_DETOUR, not by a detour either.
 *
 * A task becomes a member when it executes a gate, and its children are members, orphans and daemons
 * included: nothing ends membership. Nobody else is refused anything, but to execute what a member
 * wrote. What systemd starts for a member (a deputy) is told by the name of its unit: one that was
 * not there when the guard was loaded is a member, too.
 *
 * It needs a kernel with BTF, CONFIG_BPF_LSM, and bpf among its LSMs; written for 6.12.
 * (The second license is for the kernel, which lets only programs under the GPL read its memory.)
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "guard.h"

#define CORE __attribute__((preserve_access_index))

enum { EPERM = 1, EAGAIN = 11 };
enum { S_IFMT = 0170000, S_IFREG = 0100000, S_IFBLK = 0060000, S_IFCHR = 0020000, S_IFIFO = 0010000 };
enum { X = 0111 };
enum { FMODE_WRITE = 2, MAY_WRITE = 2, ATTR_MODE = 1, ACL_EXECUTE = 1 };
enum { PROT_WRITE = 2, PROT_EXEC = 4, MAP_SHARED = 1, MAP_TYPE = 15, PTRACE_MODE_ATTACH = 2 };
enum { READING_FIRMWARE = 1, SIGKILL = 9 };
enum { MINOR_BITS = 20, MEMORY_DEVICES = 1, MEM = 1, KMEM = 2, PORT = 4 };
enum { FIRST_TERMINALS = 136, LAST_TERMINALS = 143 };
enum { BPF_FS = 0xcafe4a11, PROC_FS = 0x9fa0, CGROUP_FS = 0x63677270, CGROUP_1_FS = 0x27e0eb, BINFMT_FS = 0x42494e4d };
enum { MOST_DEPTH = 40, MOST_GROUPS = 10, MOST_WORDS = 5, MOST_ENTRIES = 32, WINDOW = 64 };

typedef unsigned short umode_t;
typedef unsigned int dev_t;

/* The members of the kernel's structures that are read here. BTF tells their offsets. */
struct super_block {
  unsigned int s_dev;
  unsigned long s_magic;
} CORE;
struct inode {
  umode_t i_mode;
  unsigned int i_nlink, i_generation, i_rdev;
  unsigned long i_ino;
  struct super_block *i_sb;
} CORE;
struct qstr {
  const unsigned char *name;
} CORE;
struct dentry {
  struct dentry *d_parent;
  struct qstr d_name;
  struct inode *d_inode;
} CORE;
struct path {
  struct dentry *dentry;
} CORE;
struct file {
  unsigned int f_mode;
  struct path f_path;
  struct inode *f_inode;
} CORE;
struct vm_area_struct {
  struct file *vm_file;
} CORE;
struct linux_binprm {
  struct file *file;
} CORE;
struct iattr {
  unsigned int ia_valid;
  umode_t ia_mode;
} CORE;
struct posix_acl_entry {
  short e_tag;
  unsigned short e_perm;
} CORE;
struct posix_acl {
  unsigned int a_count;
  struct posix_acl_entry a_entries[0];
} CORE;
struct kernfs_node {
  struct kernfs_node *parent;
  const char *name;
} CORE;
struct cgroup {
  struct kernfs_node *kn;
} CORE;
struct css_set {
  struct cgroup *dfl_cgrp;
} CORE;
struct mm_struct {
  unsigned long arg_start, arg_end;
  struct file *exe_file;
} CORE;
struct task_struct {
  struct mm_struct *mm;
  struct css_set *cgroups;
} CORE;
struct mnt_idmap;
struct vfsmount;

const volatile __u32 rules = 0;

struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, __u32);
} members SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, MOST_FILES);
  __type(key, struct file_id);
  __type(value, __u32);
} files SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, MOST_UNITS);
  __type(key, struct unit_name);
  __type(value, __u32);
} units SEC(".maps");

/* Not kept with the inode itself: the kernel forgets one whose file nobody uses, and all of them when
 * it is told to drop its caches. */
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, MOST_WRITTEN);
  __type(key, struct written_id);
  __type(value, __u32);
} written SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, REASON_COUNT);
  __type(key, __u32);
  __type(value, __u64);
} refused SEC(".maps");

static __always_inline int is_member(void) {
  struct task_struct *task = (void *)bpf_get_current_task_btf();
  return bpf_task_storage_get(&members, task, 0, 0) != NULL;
}

static __always_inline int refuse(__u32 reason) {
  __u64 *count = bpf_map_lookup_elem(&refused, &reason);
  if (count) __sync_fetch_and_add(count, 1);
  return -EPERM;
}

static __always_inline int is_regular(struct inode *i) { return (i->i_mode & S_IFMT) == S_IFREG; }

static __always_inline int is_executable(struct inode *i) { return is_regular(i) && (i->i_mode & X); }

static __always_inline __u32 kind_of(struct inode *i) {
  struct file_id id = {.inode = i->i_ino, .device = i->i_sb->s_dev};
  __u32 *kind = bpf_map_lookup_elem(&files, &id);
  return kind ? *kind : 0;
}

static __always_inline struct written_id written_id(struct inode *i) {
  struct written_id id = {
      .inode = i->i_ino, .device = i->i_sb->s_dev, .generation = i->i_generation};
  return id;
}

static __always_inline int is_written(struct inode *i) {
  struct written_id id = written_id(i);
  return bpf_map_lookup_elem(&written, &id) != NULL;
}

/* Whether it is of one of these kinds, or lies in such a folder. */
static __always_inline int is_below(struct dentry *entry, __u32 kinds) {
  for (int depth = 0; depth < MOST_DEPTH; depth++) {
    struct inode *i = entry->d_inode;
    if (i && kind_of(i) & kinds) return 1;
    struct dentry *parent = entry->d_parent;
    if (parent == entry) return 0;
    entry = parent;
  }
  return 1;
}

/* A file that a member writes to: code for nobody from now on. What says what others run is not
 * written to, not even through a descriptor that somebody else has opened. */
static __always_inline int write_to(struct file *file) {
  struct inode *i = file->f_inode;
  struct written_id id = written_id(i);
  __u32 one = 1;
  if (bpf_map_lookup_elem(&written, &id)) return 0;
  if (is_below(file->f_path.dentry, KIND_DEPUTY | KIND_PROGRAMS)) return refuse(REASON_DEPUTY);
  return bpf_map_update_elem(&written, &id, &one, BPF_ANY) ? refuse(REASON_FULL) : 0;
}

/* --- who is a member -------------------------------------------------------------------------- */

SEC("lsm/task_alloc")
int BPF_PROG(forked, struct task_struct *child, unsigned long flags) {
  __u32 one = 1;
  if (!is_member()) return 0;
  return bpf_task_storage_get(&members, child, &one, BPF_LOCAL_STORAGE_GET_F_CREATE) ? 0 : -EAGAIN;
}

/* Names of 8 letters at most are compared as one number. */
union word {
  char letters[8];
  __u64 all;
};

/* Scopes and slices start nothing: they hold what was started elsewhere. */
static __always_inline int starts_nothing(const char *name, long length) {
  union word end = {};
  static const union word scope = {".scope"}, slice = {".slice"};
  if (length <= 7) return 0;
  bpf_probe_read_kernel_str(end.letters, sizeof end.letters, name + length - 7);
  return end.all == scope.all || end.all == slice.all;
}

/* Of templates those of services are known: one of another type may have the same name up to its @. */
static __always_inline int is_service(const char *name) {
  char whole[256];
  union word end = {};
  static const union word service = {{'.', 's', 'e', 'r', 'v', 'i', 'c', 'e'}};
  long length = bpf_probe_read_kernel_str(whole, sizeof whole, name);
  if (length <= (long)sizeof end || length == sizeof whole) return 0;
  bpf_probe_read_kernel(end.letters, sizeof end.letters, name + length - 1 - sizeof end);
  return end.all == service.all;
}

/* Every control group on the way up was there when the guard was loaded, or starts nothing. */
static __always_inline int is_in_known_unit(struct task_struct *task) {
  struct kernfs_node *node = task->cgroups->dfl_cgrp->kn;
  for (int level = 0; level < MOST_GROUPS; level++) {
    if (!node->parent) return 1; /* the root */
    char name[UNIT_NAME] = {};
    struct unit_name unit = {};
    int is_instance = 0;
    long length = bpf_probe_read_kernel_str(name, sizeof name, node->name);
    if (length < 0) return 0;
    for (int i = 0; i < UNIT_NAME - 1; i++) {
      if (name[i] == 0) break;
      unit.letters[i] = name[i];
      if (name[i] == '@') {
        is_instance = 1;
        break;
      }
    }
    __u32 *is = bpf_map_lookup_elem(&units, &unit);
    if (is && is_known(*is)) {
      if (is_instance && !is_service(node->name)) return 0;
    } else if (!starts_nothing(node->name, length)) {
      return 0;
    }
    node = node->parent;
  }
  return 0;
}

/* What executes this is no member yet, and will be one when it has. */
static __always_inline int is_to_be_member(void) {
  return rules & RULE_DETOUR && !is_in_known_unit((void *)bpf_get_current_task_btf());
}

SEC("lsm/bprm_committed_creds")
int BPF_PROG(executed, struct linux_binprm *program) {
  struct task_struct *task = (void *)bpf_get_current_task_btf();
  __u32 one = 1, kind = kind_of(program->file->f_inode);
  if (is_member()) return 0;
  if (!(kind & KIND_GATE) && (kind & KIND_STARTER || !is_to_be_member())) return 0;
  if (!bpf_task_storage_get(&members, task, &one, BPF_LOCAL_STORAGE_GET_F_CREATE))
    bpf_send_signal(SIGKILL);
  return 0;
}

/* --- starting a shell, or what a member wrote --------------------------------------------------- */

SEC("lsm/bprm_check_security")
int BPF_PROG(checked, struct linux_binprm *program) {
  struct inode *i = program->file->f_inode;
  if (rules & RULE_SHELL && kind_of(i) & KIND_SHELL && (is_member() || is_to_be_member()))
    return refuse(REASON_SHELL);
  if (!(rules & RULE_DETOUR)) return 0;
  if (is_written(i)) return refuse(REASON_WRITTEN_RUN);
  return i->i_nlink == 0 && is_member() ? refuse(REASON_NAMELESS) : 0;
}

enum meaning { OTHER, BUSYBOX, A_SHELL, MEANINGS };

struct window {
  char letters[WINDOW];
};

/* Where the last part of a path begins. Not inlined, nor static: so the kernel checks it by itself,
 * once, and not for each word again. */
__attribute__((noinline)) int base_in(const struct window *path) {
  int base = 0;
  if (!path) return 0;
  for (int i = 0; i < WINDOW; i++) {
    if (path->letters[i] == 0) break;
    if (path->letters[i] == '/') base = i + 1;
  }
  return base;
}

/* What a program of many names takes a word for, and MEANINGS times the word's length with its zero.
 * Of a long one only the end is looked at. */
__attribute__((noinline)) unsigned int word_at(unsigned long at) {
  static const union word busybox = {"busybox"};
  static const union word shells[] = {{"sh"}, {"ash"}, {"hush"}, {"msh"}, {"lash"}, {"bash"}};
  struct window path = {};
  char text[256];
  long n = bpf_probe_read_user_str(text, sizeof text, (void *)at);
  if (n < 3) return OTHER;
  if (n == sizeof text) return A_SHELL; /* for all that can be said: its end is not seen */
  unsigned long begin = n > WINDOW ? at + (unsigned long)n - WINDOW : at;
  bpf_probe_read_user_str(path.letters, sizeof path.letters, (void *)begin);
  int base = base_in(&path);
  if (base == 0 && n > WINDOW) return (unsigned int)n * MEANINGS + BUSYBOX; /* it may begin so */
  begin += (unsigned int)base;
  union word name = {};
  bpf_probe_read_user_str(name.letters, sizeof name.letters, (void *)begin);
  if (name.letters[0] == '-') { /* of a login */
    name.all = 0;
    bpf_probe_read_user_str(name.letters, sizeof name.letters, (void *)(begin + 1));
  }
  unsigned int length = (unsigned int)n * MEANINGS;
  if (name.all == busybox.all) return length + BUSYBOX; /* or begins so */
  for (unsigned int i = 0; i < sizeof shells / sizeof *shells; i++)
    if (name.all == shells[i].all) return length + A_SHELL;
  return length + OTHER;
}

/* A program of many names is a shell when its arguments say so. They are read from the new memory,
 * which no other thread can change any more: too late to refuse, so it is killed. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(named, struct task_struct *task, int old, struct linux_binprm *program) {
  if (!(rules & RULE_SHELL) || !(kind_of(program->file->f_inode) & KIND_NAMES)) return 0;
  if (!is_member()) return 0;
  unsigned long at = task->mm->arg_start;
  for (int i = 0; i < MOST_WORDS; i++) { /* sh; busybox sh; busybox busybox sh */
    unsigned int word = word_at(at);
    if (word % MEANINGS == OTHER) return 0;
    if (word % MEANINGS == A_SHELL) break;
    at += word / MEANINGS;
  }
  refuse(REASON_APPLET);
  bpf_send_signal(SIGKILL);
  return 0;
}

/* With RULE_DETOUR. */
static __always_inline int may_be_code(struct file *file) {
  struct inode *i = file->f_inode;
  if (is_written(i)) return refuse(REASON_WRITTEN_MAPPED);
  if (!is_member()) return 0;
  if (is_regular(i) && i->i_nlink == 0) return refuse(REASON_NAMELESS);
  __u32 kind = kind_of(i);
  if (!(rules & RULE_SHELL) || !(kind & (KIND_SHELL | KIND_NAMES))) return 0;
  if (kind & KIND_NAMES) { /* the kernel itself maps it so when it executes it */
    struct task_struct *task = (void *)bpf_get_current_task_btf();
    struct file *program = task->mm->exe_file;
    if (program && program->f_inode == i) return 0;
  }
  return refuse(REASON_SHELL_MAPPED);
}

SEC("lsm/mmap_file")
int BPF_PROG(mapped, struct file *file, unsigned long asked, unsigned long prot,
             unsigned long flags) {
  if (!file || !(rules & RULE_DETOUR)) return 0;
  if (prot & PROT_EXEC) {
    int error = may_be_code(file);
    if (error) return error;
  }
  if (!(prot & PROT_WRITE) || !(flags & MAP_SHARED) || !is_member()) return 0;
  struct inode *i = file->f_inode;
  if (!is_regular(i)) return 0;
  if (rules & RULE_WRITE && i->i_mode & X) return refuse(REASON_WRITE_MAPPED);
  return write_to(file);
}

SEC("lsm/file_mprotect")
int BPF_PROG(protected, struct vm_area_struct *area, unsigned long asked, unsigned long prot) {
  if (!(rules & RULE_DETOUR) || !(prot & PROT_EXEC)) return 0;
  struct file *file = area->vm_file;
  return file ? may_be_code(file) : 0;
}

/* --- deputies: what says what others run -------------------------------------------------------- */

static __always_inline int change(struct dentry *entry, __u32 kinds) {
  if (!(rules & RULE_DETOUR) || !is_member()) return 0;
  if (entry->d_parent->d_inode->i_sb->s_magic == BPF_FS) return refuse(REASON_BPF);
  return is_below(entry, kinds) ? refuse(REASON_DEPUTY) : 0;
}

/* Programs of the system are removed with their packages; nothing else takes their names. */
static __always_inline int remove(struct dentry *entry) { return change(entry, KIND_DEPUTY); }

static __always_inline int make(struct dentry *entry) {
  return change(entry, KIND_DEPUTY | KIND_PROGRAMS);
}

/* Files by which the kernel is told what to run: core_pattern, modprobe, and the like. */
static __always_inline int is_kernels(struct file *file, struct inode *i) {
  unsigned long magic = i->i_sb->s_magic;
  if (magic == CGROUP_FS || magic == CGROUP_1_FS || magic == BINFMT_FS) return 1;
  if (magic != PROC_FS) return 0;
  union word folder = {}, above = {};
  static const union word kernel = {"kernel"}, sys = {"sys"};
  struct dentry *parent = file->f_path.dentry->d_parent;
  bpf_probe_read_kernel_str(folder.letters, sizeof folder.letters, parent->d_name.name);
  bpf_probe_read_kernel_str(above.letters, sizeof above.letters, parent->d_parent->d_name.name);
  return folder.all == kernel.all && above.all == sys.all;
}

static __always_inline int is_disk_or_memory(struct inode *i) {
  umode_t type = i->i_mode & S_IFMT;
  if (type == S_IFBLK) return 1;
  if (type != S_IFCHR || i->i_rdev >> MINOR_BITS != MEMORY_DEVICES) return 0;
  unsigned int minor = i->i_rdev & ((1u << MINOR_BITS) - 1);
  return minor == MEM || minor == KMEM || minor == PORT;
}

/* A pipe or a terminal: anybody's words, and never a unit's. */
static __always_inline int is_typed(struct inode *i) {
  umode_t type = i->i_mode & S_IFMT;
  unsigned int major = i->i_rdev >> MINOR_BITS;
  return type == S_IFIFO || (type == S_IFCHR && major >= FIRST_TERMINALS && major <= LAST_TERMINALS);
}

SEC("lsm/inode_mkdir")
int BPF_PROG(made_folder, struct inode *folder, struct dentry *entry, umode_t mode) {
  return make(entry);
}

SEC("lsm/inode_rmdir")
int BPF_PROG(removed_folder, struct inode *folder, struct dentry *entry) { return remove(entry); }

SEC("lsm/inode_symlink")
int BPF_PROG(made_symlink, struct inode *folder, struct dentry *entry, const char *to) {
  return make(entry);
}

SEC("lsm/inode_unlink")
int BPF_PROG(removed, struct inode *folder, struct dentry *entry) { return remove(entry); }

SEC("lsm/inode_mknod")
int BPF_PROG(made_node, struct inode *folder, struct dentry *entry, umode_t mode, dev_t device) {
  return make(entry);
}

SEC("lsm/inode_link")
int BPF_PROG(linked, struct dentry *old, struct inode *folder, struct dentry *new) {
  int error = make(old); /* it could be written to by its other name */
  return error ? error : make(new);
}

SEC("lsm/inode_rename")
int BPF_PROG(renamed, struct inode *from, struct dentry *old, struct inode *to,
             struct dentry *new) {
  int error = remove(old);
  if (!error) error = make(new);
  if (error || !(rules & RULE_DETOUR)) return error;
  if (!(kind_of(old->d_inode) & KIND_ANCHOR) || !is_member()) return 0;
  return refuse(REASON_DEPUTY);
}

SEC("lsm/sb_mount")
int BPF_PROG(mounted, const char *device, const struct path *path, const char *type,
             unsigned long flags, void *data) {
  return rules & RULE_DETOUR && is_member() ? refuse(REASON_MOUNT) : 0;
}

/* One that is mounted nowhere, too. */
SEC("lsm/sb_kern_mount")
int BPF_PROG(kernel_mounted, const struct super_block *file_system) {
  return rules & RULE_DETOUR && is_member() ? refuse(REASON_MOUNT) : 0;
}

SEC("lsm/move_mount")
int BPF_PROG(moved_mount, const struct path *from, const struct path *to) {
  return rules & RULE_DETOUR && is_member() ? refuse(REASON_MOUNT) : 0;
}

SEC("lsm/sb_umount")
int BPF_PROG(unmounted, struct vfsmount *mount, int flags) {
  return rules & RULE_DETOUR && is_member() ? refuse(REASON_MOUNT) : 0;
}

/* --- writing to executables --------------------------------------------------------------------- */

SEC("lsm/file_open")
int BPF_PROG(opened, struct file *file) {
  struct inode *i = file->f_inode;
  if (!(file->f_mode & FMODE_WRITE)) {
    /* What systemd itself reads is a unit, or names what one runs: whoever links or names it. */
    if (!(rules & RULE_DETOUR) || bpf_get_current_pid_tgid() >> 32 != 1) return 0;
    return is_written(i) || is_typed(i) ? refuse(REASON_UNIT) : 0;
  }
  if (!is_member()) return 0;
  if (rules & RULE_DETOUR) {
    if (is_disk_or_memory(i)) return refuse(REASON_DISK);
    if (is_kernels(file, i)) return refuse(REASON_DEPUTY);
  }
  if (!is_regular(i)) return 0;
  if (rules & RULE_WRITE && i->i_mode & X) return refuse(REASON_WRITE_OPEN);
  return rules & RULE_DETOUR ? write_to(file) : 0;
}

/* What was opened before membership, or has no name. */
SEC("lsm/file_permission")
int BPF_PROG(used, struct file *file, int mask) {
  if (!(rules & RULE_DETOUR) || !(mask & MAY_WRITE)) return 0;
  struct inode *i = file->f_inode;
  if (!is_regular(i) || !is_member()) return 0;
  if (rules & RULE_WRITE && i->i_mode & X) return refuse(REASON_WRITE);
  return write_to(file);
}

SEC("lsm/path_truncate")
int BPF_PROG(truncated, const struct path *path) {
  int error = make(path->dentry);
  if (error || !(rules & RULE_DETOUR) || !(rules & RULE_WRITE)) return error;
  return is_executable(path->dentry->d_inode) && is_member() ? refuse(REASON_TRUNCATE) : 0;
}

/* --- giving execute permission ------------------------------------------------------------------ */

SEC("lsm/inode_setattr")
int BPF_PROG(changed, struct mnt_idmap *map, struct dentry *entry, struct iattr *to) {
  if (!(rules & RULE_PERMISSION) || !(to->ia_valid & ATTR_MODE)) return 0;
  struct inode *i = entry->d_inode;
  if (!is_regular(i) || !(to->ia_mode & X & ~i->i_mode) || !is_member()) return 0;
  return refuse(REASON_CHMOD);
}

SEC("lsm/inode_create")
int BPF_PROG(created, struct inode *folder, struct dentry *entry, umode_t mode) {
  int error = make(entry);
  if (error || !(rules & RULE_DETOUR) || !(rules & RULE_PERMISSION) || !(mode & X)) return error;
  return is_member() ? refuse(REASON_CREATE) : 0;
}

SEC("lsm/inode_set_acl")
int BPF_PROG(listed, struct mnt_idmap *map, struct dentry *entry, const char *name,
             struct posix_acl *list) {
  struct inode *i = entry->d_inode;
  if (!(rules & RULE_DETOUR) || !(rules & RULE_PERMISSION)) return 0;
  if (!list || !is_regular(i) || i->i_mode & X || !is_member()) return 0;
  unsigned int count = list->a_count;
  if (count > MOST_ENTRIES) return refuse(REASON_ACL);
  for (unsigned int n = 0; n < MOST_ENTRIES; n++) {
    struct posix_acl_entry entry_n = {};
    if (n >= count) break;
    bpf_probe_read_kernel(&entry_n, 4, (char *)&list->a_entries + n * 8);
    if (entry_n.e_perm & ACL_EXECUTE) return refuse(REASON_ACL);
  }
  return 0;
}

/* --- out of membership, and against the guard itself -------------------------------------------- */

SEC("lsm/ptrace_access_check")
int BPF_PROG(traced, struct task_struct *other, unsigned int mode) {
  if (!(rules & RULE_DETOUR) || !(mode & PTRACE_MODE_ATTACH) || !is_member()) return 0;
  return bpf_task_storage_get(&members, other, 0, 0) ? 0 : refuse(REASON_TRACE);
}

SEC("lsm/bpf")
int BPF_PROG(called_bpf, int command) {
  return rules & RULE_DETOUR && is_member() ? refuse(REASON_BPF) : 0;
}

SEC("lsm/kernel_read_file")
int BPF_PROG(loaded_file, struct file *file, int what) {
  return rules & RULE_DETOUR && what != READING_FIRMWARE && is_member() ? refuse(REASON_MODULE) : 0;
}

SEC("lsm/kernel_load_data")
int BPF_PROG(loaded_data, int what) {
  return rules & RULE_DETOUR && what != READING_FIRMWARE && is_member() ? refuse(REASON_MODULE) : 0;
}

/* --- what it has refused ------------------------------------------------------------------------ */

/* A file that is read, below /sys/fs/bpf, has no other way to text than to walk through something: of
 * all maps of the kernel, the first serves. */
struct seq_file;
struct bpf_iter_meta {
  struct seq_file *seq;
  __u64 session_id, seq_num;
} CORE;
struct bpf_iter__bpf_map {
  struct bpf_iter_meta *meta;
} CORE;

SEC("iter/bpf_map")
int told(struct bpf_iter__bpf_map *at) {
#define WORDS(name, words) words,
  static const char why[REASON_COUNT][REASON_WORDS] = {REASONS(WORDS)};
#undef WORDS
  if (at->meta->seq_num) return 0;
  for (__u32 i = 0; i < REASON_COUNT; i++) {
    __u32 reason = i;
    __u64 *count = bpf_map_lookup_elem(&refused, &reason);
    if (count && *count) BPF_SEQ_PRINTF(at->meta->seq, "%llu %s\n", *count, why[i]);
  }
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
