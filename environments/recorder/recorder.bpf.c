// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
/*
 * The kernel's part of the recorder: it tells every system call, process and program of the samples
 * of one run. The source serves kernels of x86-64 and of arm64, both of which also run 32-bit ARM
 * programs (by qemu-user, or by themselves). It needs their BTF (CO-RE), and changes nothing that a
 * sample could see except the time of its calls.
 *
 * A task declares itself a sample: the agent's child calls prctl(MARK, low, high) right before it
 * executes the sample. From there on its threads and children are followed, orphans included, until
 * the last one is gone. The high half of the cookie is that of this recorder (`run`), so that no
 * program can make guests up. A sample that makes the same call is followed already.
 *
 * A call is told when it returns. Tracing does not see the entry of a call that seccomp refuses:
 * such a call is recognised when it returns. Whatever one guest does, only its own records are left
 * out when there is no room. They are counted, by four reasons: see account().
 *
 * (The second license is for the kernel, which lets only programs under the GPL read its memory.)
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "kinds.h"

#define CORE __attribute__((preserve_access_index))

enum { EINVAL = 22, EBADF = 9, ENOTSOCK = 88, MAX_ERRNO = 4095 };
enum { SOCK_RAW = 3 };
enum { MINOR_BITS = 20, PSEUDO_TERMINALS = 136, LAST_OF_THEM = 143 };
enum { SIGNAL_GROUP_EXIT = 4, PR_SET_NAME = 15 };
enum { MOST_SLOTS = 256 };
enum { LOOK_EACH = 8 }; /* records of a guest: how full the ring is, is looked at so often */

/* The members of the kernel's structures that are read here. BTF tells their offsets. */
struct upid {
  int nr;
  void *ns;
};
struct pid {
  unsigned int level;
  struct upid numbers[1]; /* one for each level */
} CORE;
struct super_block {
  unsigned int s_dev;
} CORE;
struct inode {
  unsigned int i_rdev; /* of a device's file */
  unsigned long i_ino;
  struct super_block *i_sb;
} CORE;
struct file {
  struct inode *f_inode;
  void *private_data;
} CORE;
struct fdtable {
  unsigned int max_fds;
  struct file **fd;
} CORE;
struct files_struct {
  struct fdtable *fdt;
} CORE;
struct sock_common {
  __u16 skc_num;
} CORE;
struct sock {
  struct sock_common __sk_common;
} CORE;
struct socket {
  short type;
  struct sock *sk;
} CORE;
struct mm_struct {
  unsigned long arg_start, arg_end;
  struct file *exe_file;
} CORE;
struct linux_binprm {
  const char *filename;
} CORE;
typedef struct {
  int counter;
} atomic_t;
struct signal_struct {
  atomic_t live;
  int group_exit_code;
  unsigned int flags;
} CORE;
struct thread_info {
  __u32 status;
} CORE;
struct task_struct {
  struct thread_info thread_info;
  int pid, tgid, exit_code;
  struct task_struct *group_leader, *real_parent;
  struct pid *thread_pid;
  struct mm_struct *mm;
  struct files_struct *files;
  struct signal_struct *signal;
} CORE;

#ifdef ON_ARM64
struct pt_regs {
  __u64 regs[31], sp, pc, pstate, orig_x0;
} CORE;
enum { NATIVE = ABI_ARM64, COMPAT = ABI_ARM, NATIVE_PRCTL = 167, COMPAT_PRCTL = 172 };
enum { PSR_MODE32_BIT = 0x10, COMPAT_NUMBER = 7, NATIVE_NUMBER = 8 };
#else
struct pt_regs {
  unsigned long bp, bx, r10, r9, r8, cx, dx, si, di, orig_ax;
} CORE;
enum { NATIVE = ABI_X86_64, COMPAT = ABI_I386, NATIVE_PRCTL = 157, COMPAT_PRCTL = 172 };
enum { TS_COMPAT = 2, ARCH_PRCTL = 158, ARCH_SET_GS = 0x1001 };
#endif

/* Set before loading. */
const volatile __u32 run;
const volatile struct bounds bounds;
const volatile __u32 slots; /* for guests */
const volatile __u64 much; /* bytes in the ring, from which on its reader is woken */

/* The reader has set it: it does not look by itself until it is woken. */
volatile __u32 asleep;

/* A task that is followed. The record of its call is made in here, as there is no other room. */
struct task {
  __u64 guest;
  __u32 process, thread; /* as the guest sees them */
  __u32 slot;            /* of its guest */
  __u32 emulated;
  __u64 base; /* where an emulator has put address 0 of its program */
  enum { OUTSIDE, IGNORED, UNTOLD, TOLD } call; /* what it is in */
  __u16 number, abi;
  struct record record;
  __u8 data[PIECES * PIECE];
};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4 << 20); /* the loader says how much */
} ring SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 32768);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, __u32); /* the thread's id on this machine */
  __type(value, struct task);
} followed SEC(".maps");

/* Both of them are mapped by the loader, which says how large they are. */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, MOST_SLOTS);
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, __u32); /* its slot */
  __type(value, struct guest);
} guests SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, MOST_SLOTS * COUNTS_OF_SLOT);
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, __u32); /* the guest's slot times COUNTS_OF_SLOT, plus a call's position() */
  __type(value, struct count);
} counts SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 2 * NUMBERS);
  __type(key, __u32); /* the number, plus NUMBERS in the other ABI */
  __type(value, __u32);
} kinds SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __type(key, struct file_key);
  __type(value, __u32);
} emulators SEC(".maps");

/* Room for a record that belongs to no call, and for a task before it is followed. */
struct scratch {
  struct record record;
  __u8 data[PIECE + ARGUMENTS];
  struct task task;
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct scratch);
} scratch SEC(".maps");

static __always_inline struct scratch *room(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&scratch, &zero);
}

static __always_inline void add(__u64 *to, __u64 n) { __sync_fetch_and_add(to, n); }

/* (The kernel's JIT has this id without a call. An emulated processor feels each one.) */
static __always_inline struct task *find(void) {
  __u32 thread = bpf_get_current_task_btf()->pid;
  return bpf_map_lookup_elem(&followed, &thread);
}

static __always_inline struct guest *guest_of(const struct task *task) {
  __u32 slot = task->slot;
  struct guest *guest = bpf_map_lookup_elem(&guests, &slot);
  return guest && guest->id == task->guest ? guest : 0;
}

/* ---- ids as the guest sees them ---- */

static __always_inline __u32 id_at(struct task_struct *task, __u32 level) {
  struct pid *pid = task->thread_pid;
  struct upid number = {.nr = task->pid};
  if (level < 33) /* the kernel has no more levels */
    bpf_probe_read_kernel(&number, sizeof number, (void *)&pid->numbers + level * sizeof number);
  return number.nr;
}

/* ---- what goes out ---- */

/* Takes as many bytes from a bucket. Two processors at once may take a little too much. */
static __always_inline int take(struct bucket *from, __u64 bytes, __u64 now) {
  __u64 since = (now - from->filled) / 1000000; /* refilled each millisecond at most */
  if (since > 1000) since = 1000;
  if (since > 0) {
    __s64 filled = from->bytes + (__s64)(since * bounds.rate / 1000);
    from->bytes = filled > (__s64)bounds.burst ? (__s64)bounds.burst : filled;
    from->filled = now;
  }
  if (from->bytes < (__s64)bytes) return 0;
  from->bytes -= (__s64)bytes;
  return 1;
}

/* While records come, the reader looks by itself at intervals. It is woken when it has gone to sleep,
   when there is much to read, and when a guest begins or ends. */
static __always_inline int output(void *record, __u32 size, int now, int look) {
  if (asleep) {
    asleep = 0;
    now = 1;
  }
  if (!now && look) now = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) > much;
  return bpf_ringbuf_output(&ring, record, size, now ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

static __always_inline __u32 length_of(const struct record *record) {
  __u32 length = 0;
#pragma unroll
  for (int i = 0; i < PIECES; i++)
    if (record->piece[i] != UNREADABLE) length += record->piece[i];
  return length;
}

static __always_inline void begin(struct record *record, __u8 type, const struct task *task,
                                  __u64 now) {
  __builtin_memset(record, 0, sizeof *record);
  record->type = type;
  record->guest = task->guest;
  record->process = task->process;
  record->thread = task->thread;
  record->from = record->to = now;
  if (task->emulated) record->flags = EMULATED;
}

/* Tells a record of processes; its data stands behind it. */
static __always_inline void tell(struct guest *guest, struct record *record, __u32 length) {
  record->size = sizeof *record + length;
  record->lost = guest->lost;
  int vital = record->type == BEGIN || record->type == END;
  if (!vital && (guest->processes_told >= bounds.processes ||
                 !take(&guest->bucket[OF_PROCESSES], record->size, record->from))) {
    add(&guest->account.processes_lost, 1);
    return;
  }
  if (output(record, record->size, vital, 1))
    add(&guest->account.processes_lost, 1);
  else
    add(&guest->processes_told, 1);
}

static __always_inline void tell_call(struct guest *guest, struct task *task, __s64 result,
                                      __u64 now) {
  struct record *record = &task->record;
  __u32 length = length_of(record);
  if (length > sizeof task->data) length = sizeof task->data;
  record->size = sizeof *record + length;
  record->result = result;
  record->to = now;
  record->lost = guest->lost;
  if (output(record, sizeof *record + length, 0, guest->account.told % LOOK_EACH == 0)) {
    add(&guest->account.no_room, 1);
    __sync_fetch_and_add(&guest->lost, 1); /* whatever it was */
  } else {
    add(&guest->account.told, 1);
  }
}

/* ---- what a call is about ---- */

/* Appends a piece to data and returns its length. (This function and the next one are not inlined,
   so that the kernel verifies them once.) */
__noinline int read_piece(struct task *task, __u32 kind, __u64 argument, __u64 next, __u32 at) {
  if (!task || at > (PIECES - 1) * PIECE) return UNREADABLE;
  void *to = task->data + at;
  if (kind == STRING || kind == PROGRAM || kind == NAME) {
    long length = bpf_probe_read_user_str(to, PIECE, (void *)argument);
    return length < 0 ? UNREADABLE : length;
  }
  __u32 want = kind == SENT ? BYTES : kind == PAIR ? 2 * sizeof(__u32) : ADDRESS;
  if (kind == MESSAGE) { /* msg_name and msg_namelen, the first two words */
    __u64 name[2] = {};
    int wide = task->abi == ABI_X86_64 || task->abi == ABI_ARM64;
    if (bpf_probe_read_user(name, wide ? 2 * sizeof(__u64) : 2 * sizeof(__u32), (void *)argument))
      return UNREADABLE;
    argument = wide ? name[0] : (__u32)name[0];
    next = wide ? (__u32)name[1] : name[0] >> 32;
  } else if (kind == FROM) {
    next = 28; /* of a sockaddr_in6; a longer one is cut */
  }
  if (argument == 0) return 0;
  if (kind != PAIR && next < want) want = next;
  if (want > ADDRESS) want = ADDRESS;
  if (want == 0) return 0;
  return bpf_probe_read_user(to, want, (void *)argument) ? UNREADABLE : want;
}

enum moment { AT_ENTRY, AT_RETURN };

/* Reads the pieces that the kinds name: at the call's entry those that the program gave, at its
   return those that it got. */
__noinline int read_pieces(struct task *task, __u32 kinds_of_call, __u32 moment) {
  if (!task) return 0;
  struct record *record = &task->record;
  __u32 used = 0, piece = 0;
  __u32 left = kinds_of_call & OF_ARGUMENTS; /* most calls have but one, and it comes first */
  for (int i = 0; i < 6 && left != 0; i++, left >>= 4) {
    __u32 kind = left & 15;
    if (kind == NOTHING || kind == BUFFER || piece == PIECES) continue;
    int comes_back = kind == FROM || kind == PAIR;
    __u32 length = UNREADABLE;
    if ((moment == AT_ENTRY && comes_back) || (kind == NAME && record->args[0] != PR_SET_NAME))
      length = 0;
    else
      length = read_piece(task, kind, record->args[i], i < 5 ? record->args[i + 1] : 0, used);
    if (piece < PIECES) record->piece[piece] = length;
    if (length != UNREADABLE) used += length;
    piece++;
  }
  return 0;
}

static __always_inline int is_unreadable(const struct record *record) {
  int found = 0;
#pragma unroll
  for (int i = 0; i < PIECES; i++)
    if (record->piece[i] == UNREADABLE) found = 1;
  return found;
}

static __always_inline __u32 position(__u16 number, __u16 abi) {
  return (number & (NUMBERS - 1)) + (abi == NATIVE ? 0 : NUMBERS);
}

static __always_inline __u32 kinds_of(__u16 number, __u16 abi) {
  __u32 at = position(number, abi);
  __u32 *kind = bpf_map_lookup_elem(&kinds, &at);
  return kind ? *kind : 0;
}

/* What a descriptor of the task is; NULL when it has none of this number. */
static __always_inline struct file *file_of(__u32 descriptor) {
  struct task_struct *me = bpf_get_current_task_btf();
  struct fdtable *table = me->files->fdt;
  struct file *file = 0;
  if (descriptor >= table->max_fds) return 0;
  bpf_probe_read_kernel(&file, sizeof file, table->fd + descriptor);
  return file;
}

/* The file that a descriptor stands for, if that is the end of a pseudo-terminal that a program sits
   at; zeros otherwise. */
static __always_inline struct file_key terminal_of(__u32 descriptor) {
  struct file_key none = {}, key = {};
  struct file *file = file_of(descriptor);
  struct inode *inode = 0;
  struct super_block *on = 0;
  unsigned int device = 0, of = 0;
  unsigned long number = 0;
  if (!file) return none;
  bpf_probe_read_kernel(&inode, sizeof inode, &file->f_inode);
  if (!inode) return none;
  bpf_probe_read_kernel(&device, sizeof device, &inode->i_rdev);
  unsigned int major = device >> MINOR_BITS;
  if (major < PSEUDO_TERMINALS || major > LAST_OF_THEM) return none;
  bpf_probe_read_kernel(&on, sizeof on, &inode->i_sb);
  if (!on) return none;
  bpf_probe_read_kernel(&of, sizeof of, &on->s_dev);
  bpf_probe_read_kernel(&number, sizeof number, &inode->i_ino);
  key.device = of;
  key.inode = number;
  return key;
}

/*
 * Does the call read or write one byte at the terminal of the guest's login? A shell that edits its
 * line takes each letter that is typed by such a call, and shows it by another: of a program that is
 * typed as escapes these are eight for each byte, and would use up what there is for all calls of
 * their numbers. They tell nothing that this terminal has not shown. No other terminal is shown to
 * anybody: calls at these are told like any others.
 */
static __always_inline int is_key(const struct guest *guest, const struct task *task, __u32 kind) {
  if (!(kind & OF_TERMINAL) || task->record.args[2] != 1 || guest->terminal.inode == 0) return 0;
  struct file_key at = terminal_of(task->record.args[0]);
  return at.inode == guest->terminal.inode && at.device == guest->terminal.device;
}

/*
 * The local port of a socket, by which a conversation that is seen elsewhere gets its owner. One for
 * raw packets has none: there stands the number of its protocol.
 */
static __always_inline __u16 port_of(__u32 descriptor) {
  struct file *file = file_of(descriptor);
  struct socket *socket = 0;
  struct sock *sock = 0;
  __u16 port = 0;
  short type = 0;
  if (!file) return 0;
  bpf_probe_read_kernel(&socket, sizeof socket, &file->private_data);
  if (!socket) return 0;
  bpf_probe_read_kernel(&type, sizeof type, &socket->type);
  if (type == SOCK_RAW) return 0;
  bpf_probe_read_kernel(&sock, sizeof sock, &socket->sk);
  if (sock) bpf_probe_read_kernel(&port, sizeof port, &sock->__sk_common.skc_num);
  return port;
}

/* ---- which calls are told ---- */

static __always_inline struct count *count_of(const struct task *task) {
  __u32 at = task->slot * COUNTS_OF_SLOT + position(task->number, task->abi);
  return bpf_map_lookup_elem(&counts, &at);
}

/* Counts the task's call, and decides whether it is told. There are bounds for the calls of one
   number, for the bytes at a time, and for all calls together; what is never told uses up none. */
static __always_inline int account(struct guest *guest, const struct task *task, __u32 kind,
                                   __u64 now) {
  add(&guest->account.calls, 1);
  struct count *count = count_of(task);
  __u64 keys = count ? *(volatile __u64 *)&count->keys : 0; /* first: then calls are no fewer */
  __u64 before = count ? __sync_fetch_and_add(&count->calls, 1) - keys : 0;
  if (kind & COUNT_ONLY) return 0;
  if (is_key(guest, task, kind)) {
    if (count) add(&count->keys, 1);
    return 0;
  }
  __u64 *why = 0;
  if (before >= bounds.share)
    why = &guest->account.over_share;
  else if (guest->account.told >= bounds.calls)
    why = &guest->account.over_total;
  else if (!take(&guest->bucket[OF_CALLS], sizeof(struct record) + BYTES, now))
    why = &guest->account.over_rate;
  if (!why) return 1;
  add(why, 1);
  if (kind & CHANGES_DESCRIPTORS) __sync_fetch_and_add(&guest->lost, 1);
  return 0;
}

static __always_inline void read_call(struct task *task, struct pt_regs *registers, int refused) {
#ifdef ON_ARM64
  int narrow = (registers->pstate & PSR_MODE32_BIT) != 0;
  task->abi = narrow ? COMPAT : NATIVE;
  __u64 *args = task->record.args;
  args[0] = registers->orig_x0; /* a refusal has put its error where the argument was */
  args[1] = registers->regs[1];
  args[2] = registers->regs[2];
  args[3] = registers->regs[3];
  args[4] = registers->regs[4];
  args[5] = registers->regs[5];
  if (refused) task->number = known_number(narrow ? (__u32)registers->regs[COMPAT_NUMBER] : (__u32)registers->regs[NATIVE_NUMBER]);
#else
  struct task_struct *me = bpf_get_current_task_btf();
  int narrow = (me->thread_info.status & TS_COMPAT) != 0;
  task->abi = narrow ? COMPAT : NATIVE;
  __u64 *args = task->record.args;
  args[0] = narrow ? registers->bx : registers->di;
  args[1] = narrow ? registers->cx : registers->si;
  args[2] = registers->dx;
  args[3] = narrow ? registers->si : registers->r10;
  args[4] = narrow ? registers->di : registers->r8;
  args[5] = narrow ? registers->bp : registers->r9;
  if (refused) task->number = known_number((__u32)registers->orig_ax);
#endif
  if (narrow) {
#pragma unroll
    for (int i = 0; i < 6; i++) args[i] = (__u32)args[i];
  }
}

/* Is it about memory of the emulator, and not of the program that it runs, which is the 4 GiB from
   its base on? */
static __always_inline int is_own(const struct task *task, __u32 kind) {
  int own = 0;
#pragma unroll
  for (int i = 5; i >= 0; i--) {
    __u32 of = kind >> (4 * i) & 15;
    __u64 address = task->record.args[i];
    if (of == STRING || of == SENT || of == BUFFER || of == NAME)
      own = address != 0 && (address - task->base) >> 32 != 0;
  }
  return own && task->emulated && task->abi == NATIVE;
}

/* On x86-64, qemu-user tells its base to the processor, unless it is 0, in its last call before it
   runs the program. */
static __always_inline int sets_base(const struct task *task) {
#ifdef ON_ARM64
  return task->number == NUMBERS; /* not known how there */
#else
  return task->emulated && task->number == ARCH_PRCTL && task->record.args[0] == ARCH_SET_GS;
#endif
}

/* Begins the record of a call. False if the call is not to be told. */
static __always_inline int begin_call(struct task *task, struct guest *guest,
                                      struct pt_regs *registers, __u64 now, int refused) {
  __u32 kind;
  begin(&task->record, CALL, task, now);
  read_call(task, registers, refused);
  kind = kinds_of(task->number, task->abi);
  int own = is_own(task, kind);
  if (own && kind & ASKS) {
    add(&guest->account.own, 1);
    task->call = IGNORED;
    return 0;
  }
  if (sets_base(task)) task->base = task->record.args[1];
  if (!account(guest, task, kind, now)) return 0;
  task->record.number = task->number;
  task->record.abi = task->abi;
  if (own) task->record.flags |= OWN;
  if (refused) task->record.flags |= REFUSED;
  read_pieces(task, kind, AT_ENTRY);
  return 1;
}

/* ---- who is followed ---- */

/* The guest's slot, which it gets if it has none yet; slots if all are taken. */
static __always_inline __u32 slot_of(__u64 id) {
  __u32 at;
  for (at = 0; at < MOST_SLOTS && at < slots; at++) {
    __u32 slot = at;
    struct guest *guest = bpf_map_lookup_elem(&guests, &slot);
    if (guest && guest->id == id) return at;
  }
  for (at = 0; at < MOST_SLOTS && at < slots; at++) {
    __u32 slot = at;
    struct guest *guest = bpf_map_lookup_elem(&guests, &slot);
    if (!guest || __sync_val_compare_and_swap(&guest->id, 0, id) != 0) continue;
    return at;
  }
  return slots;
}

static __always_inline void follow(__u64 id) {
  if (id >> 32 != run) return;
  struct task_struct *me = bpf_get_current_task_btf();
  struct scratch *scratch = room();
  if (!scratch) return;
  __u64 now = bpf_ktime_get_ns();
  __u32 slot = slot_of(id);
  struct guest *guest = bpf_map_lookup_elem(&guests, &slot);
  if (!guest) return;
  if (guest->bucket[0].filled == 0) { /* it is new: its slot was zeros */
    guest->level = me->thread_pid->level;
#pragma unroll
    for (int i = 0; i < BUCKETS; i++) {
      guest->bucket[i].bytes = bounds.burst;
      guest->bucket[i].filled = now;
    }
  }
  struct file_key terminal = terminal_of(0);
  if (terminal.inode != 0) guest->terminal = terminal; /* a login asks: a sample has none there */
  __u32 level = guest->level, thread = me->pid;
  struct task *task = &scratch->task;
  task->guest = id;
  task->slot = slot;
  task->process = id_at(me->group_leader, level);
  task->thread = id_at(me, level);
  task->emulated = 0;
  task->base = 0;
  task->call = IGNORED;
  if (bpf_map_update_elem(&followed, &thread, task, BPF_ANY)) return;
  __sync_fetch_and_add(&guest->tasks, 1);
  begin(&scratch->record, BEGIN, task, now);
  scratch->record.parent = id_at(me->real_parent, level);
  tell(guest, &scratch->record, 0);
}

SEC("tp_btf/sys_exit")
int on_return(__u64 *ctx) {
  struct pt_regs *registers = (void *)ctx[0];
  __s64 result = ctx[1];
  struct task *task = find();
  if (!task) return 0;
  struct guest *guest = guest_of(task);
  __u32 was = task->call;
  int failed = result < 0 && result >= -MAX_ERRNO;
  task->call = OUTSIDE;
  if (!guest || was == IGNORED) return 0;
  __u64 now = bpf_ktime_get_ns();
  if (was == OUTSIDE) { /* refused before it was entered; or a new task's first return */
    if (!failed) return 0;
    if (begin_call(task, guest, registers, now, 1)) was = TOLD;
    if (task->call == IGNORED) {
      task->call = OUTSIDE;
      return 0;
    }
  }
  if (failed) {
    struct count *count = count_of(task);
    if (count) add(&count->failed, 1);
  }
  if (was != TOLD) return 0;
  __u32 kind = kinds_of(task->number, task->abi);
  if (!failed && kind & COMES_BACK) {
    read_pieces(task, kind, AT_RETURN);
  } else if (is_unreadable(&task->record) && !(kind & EXECUTES)) {
    /* Its page was not there yet when the call began. (A program that was executed has gone.) */
    read_pieces(task, kind, AT_ENTRY);
  }
  if (kind & OF_SOCKET && result != -ENOTSOCK && result != -EBADF)
    task->record.port = port_of(task->record.args[0]);
  tell_call(guest, task, result, now);
  return 0;
}

SEC("tp_btf/sched_process_fork")
int on_fork(__u64 *ctx) {
  struct task_struct *maker = (void *)ctx[0], *made = (void *)ctx[1];
  __u32 from = maker->pid, to = made->pid;
  struct task *task = bpf_map_lookup_elem(&followed, &from);
  if (!task) return 0;
  struct guest *guest = guest_of(task);
  struct scratch *scratch = room();
  if (!guest || !scratch) return 0;
  struct task *child = &scratch->task;
  child->guest = task->guest;
  child->slot = task->slot;
  child->process = id_at(made->group_leader, guest->level);
  child->thread = id_at(made, guest->level);
  child->emulated = task->emulated;
  child->base = task->base;
  child->call = OUTSIDE;
  if (bpf_map_update_elem(&followed, &to, child, BPF_ANY)) {
    add(&guest->account.tasks_lost, 1);
    return 0;
  }
  __sync_fetch_and_add(&guest->tasks, 1);
  begin(&scratch->record, FORK, child, bpf_ktime_get_ns());
  scratch->record.parent = task->process;
  if (made->tgid == maker->tgid) scratch->record.flags |= THREAD;
  if (made->files == maker->files) scratch->record.flags |= SHARED;
  tell(guest, &scratch->record, 0);
  return 0;
}

/* A thread that executes a program becomes its process's first one, and takes its id. */
static __always_inline void rename_task(struct task *task, __u32 from, __u32 to) {
  struct scratch *scratch = room();
  if (!scratch) return;
  bpf_probe_read_kernel(&scratch->task, sizeof scratch->task, task);
  scratch->task.thread = task->process;
  bpf_map_delete_elem(&followed, &from);
  bpf_map_update_elem(&followed, &to, &scratch->task, BPF_ANY);
}

SEC("tp_btf/sched_process_exec")
int on_exec(__u64 *ctx) {
  __u32 before = ctx[1];
  struct linux_binprm *program = (void *)ctx[2];
  struct task_struct *me = bpf_get_current_task_btf();
  __u32 thread = me->pid;
  struct task *task = bpf_map_lookup_elem(&followed, &before);
  if (task && before != thread) {
    rename_task(task, before, thread);
    task = find();
  }
  if (!task) return 0;
  struct guest *guest = guest_of(task);
  struct scratch *scratch = room();
  if (!guest || !scratch) return 0;

  struct inode *inode = me->mm->exe_file->f_inode;
  struct file_key key = {inode->i_sb->s_dev, inode->i_ino};
  task->emulated = bpf_map_lookup_elem(&emulators, &key) != 0;
  task->base = 0;

  struct record *record = &scratch->record;
  begin(record, EXEC, task, bpf_ktime_get_ns());
  record->args[0] = key.device;
  record->args[1] = key.inode;
  long name = bpf_probe_read_kernel_str(scratch->data, PIECE, program->filename);
  if (name < 0 || name > PIECE) name = 0;
  __u64 start = me->mm->arg_start, length = me->mm->arg_end - start;
  if (length >= ARGUMENTS) {
    length = ARGUMENTS - 1;
    record->flags |= CUT;
  }
  length &= ARGUMENTS - 1;
  if (bpf_probe_read_user(scratch->data + name, length, (void *)start)) {
    length = 0;
    record->flags |= CUT;
  }
  record->piece[0] = name;
  record->piece[1] = length;
  tell(guest, record, name + length);
  return 0;
}

SEC("tp_btf/sched_process_exit")
int on_exit(void *ctx) {
  (void)ctx;
  struct task_struct *me = bpf_get_current_task_btf();
  struct task *task = find();
  if (!task) return 0;
  struct guest *guest = guest_of(task);
  struct scratch *scratch = room();
  if (!guest || !scratch) return 0;
  __u64 now = bpf_ktime_get_ns();
  if (task->call == TOLD) tell_call(guest, task, 0, now); /* exit and exit_group do not return */
  struct record *record = &scratch->record;
  begin(record, EXIT, task, now);
  if (me->signal->flags & SIGNAL_GROUP_EXIT) record->flags |= WHOLE;
  record->result = record->flags & WHOLE ? me->signal->group_exit_code : me->exit_code;
  if (me->signal->live.counter == 0) record->flags |= LAST;
  __u32 thread = me->pid;
  bpf_map_delete_elem(&followed, &thread);
  tell(guest, record, 0);
  if (__sync_fetch_and_add(&guest->tasks, -1) == 1) {
    record->type = END;
    tell(guest, record, 0);
  }
  return 0;
}

/* Attached last, because with it samples begin to be followed. */
SEC("tp_btf/sys_enter")
int on_entry(__u64 *ctx) {
  struct pt_regs *registers = (void *)ctx[0];
  __u32 number = ctx[1];
  struct task *task = find();
  if (!task) {
    if (number == NATIVE_PRCTL || number == COMPAT_PRCTL) {
#ifdef ON_ARM64
      __u64 mark = registers->regs[0], low = registers->regs[1], high = registers->regs[2];
#else
      __u64 mark = registers->di, low = registers->si, high = registers->dx;
#endif
      if ((__u32)mark == MARK) follow((__u32)low | high << 32);
    }
    return 0;
  }
  struct guest *guest = guest_of(task);
  if (!guest) return 0;
  task->number = known_number(number);
  task->call = UNTOLD;
  if (begin_call(task, guest, registers, bpf_ktime_get_ns(), 0)) task->call = TOLD;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
