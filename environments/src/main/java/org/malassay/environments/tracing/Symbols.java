package org.malassay.environments.tracing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The names of some values, as Linux's headers have them. */
record Symbols(Map<Long, String> names) {

  // Linux: include/uapi/asm-generic/fcntl.h, and the same for arm and arm64.
  private static final Symbols OPEN_COMMON =
      flags(
          "O_CREAT=0100 O_EXCL=0200 O_NOCTTY=0400 O_TRUNC=01000 O_APPEND=02000 O_NONBLOCK=04000"
              + " O_SYNC=04010000 O_DSYNC=010000 FASYNC=020000 O_NOATIME=01000000 O_CLOEXEC=02000000"
              + " O_PATH=010000000");
  static final Symbols OPEN_ARM =
      OPEN_COMMON.and(
          flags(
              "O_TMPFILE=020040000 O_DIRECTORY=040000 O_NOFOLLOW=0100000 O_DIRECT=0200000"
                  + " O_LARGEFILE=0400000"));
  static final Symbols OPEN_OTHER =
      OPEN_COMMON.and(
          flags(
              "O_TMPFILE=020200000 O_DIRECTORY=0200000 O_NOFOLLOW=0400000 O_DIRECT=040000"
                  + " O_LARGEFILE=0100000"));
  static final Symbols OPEN_ACCESS = flags("O_RDONLY=0 O_WRONLY=1 O_RDWR=2 O_ACCMODE=3");

  static final Symbols ERRORS =
      numbered(
              1,
              "EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT"
                  + " ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY"
                  + " ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG"
                  + " ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG"
                  + " EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR"
                  + " ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP"
                  + " EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX"
                  + " ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE"
                  + " ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT"
                  + " EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET"
                  + " ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN"
                  + " EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO"
                  + " EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED"
                  + " EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON")
          // A call that a signal interrupted, within the kernel: include/linux/errno.h.
          .and(
              flags(
                  "ERESTARTSYS=512 ERESTARTNOINTR=513 ERESTARTNOHAND=514"
                      + " ERESTART_RESTARTBLOCK=516"));

  static final Symbols SIGNALS =
      numbered(
          1,
          "SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2"
              + " SIGPIPE SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU"
              + " SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS");

  private static final Map<String, Symbols> BY_WORD = byWord();

  /** The sets that calls.tbl names, of which a value has one. */
  private static final List<String> CHOICES =
      List.of(
          "family",
          "proto",
          "shut",
          "fcntl",
          "prctl",
          "ptrace",
          "reboot",
          "rebootmagic",
          "ioctl",
          "level",
          "resource",
          "clock",
          "flock",
          "sig");

  private static Map<String, Symbols> byWord() {
    Map<String, Symbols> sets = new LinkedHashMap<>();
    sets.put("sig", SIGNALS);
    sets.put(
        "family",
        flags(
            "AF_UNSPEC=0 AF_UNIX=1 AF_INET=2 AF_INET6=10 AF_NETLINK=16 AF_PACKET=17 AF_ALG=38"
                + " AF_CAN=29 AF_BLUETOOTH=31 AF_VSOCK=40"));
    sets.put(
        "socktype",
        flags(
            "SOCK_STREAM=1 SOCK_DGRAM=2 SOCK_RAW=3 SOCK_RDM=4 SOCK_SEQPACKET=5 SOCK_PACKET=10"
                + " SOCK_NONBLOCK=04000 SOCK_CLOEXEC=02000000"));
    sets.put(
        "proto",
        flags(
            "IPPROTO_IP=0 IPPROTO_ICMP=1 IPPROTO_IGMP=2 IPPROTO_TCP=6 IPPROTO_UDP=17"
                + " IPPROTO_IPV6=41 IPPROTO_GRE=47 IPPROTO_ICMPV6=58 IPPROTO_RAW=255"));
    sets.put(
        "level", flags("SOL_SOCKET=1 IPPROTO_IP=0 IPPROTO_TCP=6 IPPROTO_IPV6=41 SOL_PACKET=263"));
    sets.put(
        "msg",
        flags(
            "MSG_OOB=1 MSG_PEEK=2 MSG_DONTROUTE=4 MSG_TRUNC=0x20 MSG_DONTWAIT=0x40 MSG_EOR=0x80"
                + " MSG_WAITALL=0x100 MSG_CONFIRM=0x800 MSG_ERRQUEUE=0x2000 MSG_NOSIGNAL=0x4000"
                + " MSG_MORE=0x8000 MSG_FASTOPEN=0x20000000 MSG_CMSG_CLOEXEC=0x40000000"));
    sets.put("shut", flags("SHUT_RD=0 SHUT_WR=1 SHUT_RDWR=2"));
    sets.put(
        "fcntl",
        flags(
            "F_DUPFD=0 F_GETFD=1 F_SETFD=2 F_GETFL=3 F_SETFL=4 F_GETLK=5 F_SETLK=6 F_SETLKW=7"
                + " F_SETOWN=8 F_GETOWN=9 F_SETSIG=10 F_GETSIG=11 F_GETLK64=12 F_SETLK64=13"
                + " F_SETLKW64=14 F_SETLEASE=1024 F_NOTIFY=1026 F_DUPFD_CLOEXEC=1030"
                + " F_SETPIPE_SZ=1031 F_ADD_SEALS=1033"));
    sets.put(
        "at",
        flags(
            "AT_SYMLINK_NOFOLLOW=0x100 AT_REMOVEDIR=0x200 AT_SYMLINK_FOLLOW=0x400"
                + " AT_NO_AUTOMOUNT=0x800 AT_EMPTY_PATH=0x1000"));
    sets.put("access", flags("F_OK=0 X_OK=1 W_OK=2 R_OK=4"));
    sets.put(
        "clone",
        flags(
            "CLONE_VM=0x100 CLONE_FS=0x200 CLONE_FILES=0x400 CLONE_SIGHAND=0x800"
                + " CLONE_PIDFD=0x1000 CLONE_PTRACE=0x2000 CLONE_VFORK=0x4000 CLONE_PARENT=0x8000"
                + " CLONE_THREAD=0x10000 CLONE_NEWNS=0x20000 CLONE_SYSVSEM=0x40000"
                + " CLONE_SETTLS=0x80000 CLONE_PARENT_SETTID=0x100000 CLONE_CHILD_CLEARTID=0x200000"
                + " CLONE_DETACHED=0x400000 CLONE_UNTRACED=0x800000 CLONE_CHILD_SETTID=0x1000000"
                + " CLONE_NEWCGROUP=0x2000000 CLONE_NEWUTS=0x4000000 CLONE_NEWIPC=0x8000000"
                + " CLONE_NEWUSER=0x10000000 CLONE_NEWPID=0x20000000 CLONE_NEWNET=0x40000000"
                + " CLONE_IO=0x80000000"));
    sets.put(
        "mount",
        flags(
            "MS_RDONLY=1 MS_NOSUID=2 MS_NODEV=4 MS_NOEXEC=8 MS_SYNCHRONOUS=16 MS_REMOUNT=32"
                + " MS_MANDLOCK=64 MS_DIRSYNC=128 MS_NOATIME=1024 MS_NODIRATIME=2048 MS_BIND=4096"
                + " MS_MOVE=8192 MS_REC=16384 MS_SILENT=32768 MS_UNBINDABLE=0x20000"
                + " MS_PRIVATE=0x40000 MS_SLAVE=0x80000 MS_SHARED=0x100000 MS_RELATIME=0x200000"));
    sets.put("umount", flags("MNT_FORCE=1 MNT_DETACH=2 MNT_EXPIRE=4 UMOUNT_NOFOLLOW=8"));
    sets.put("memfd", flags("MFD_CLOEXEC=1 MFD_ALLOW_SEALING=2 MFD_HUGETLB=4"));
    sets.put("rename", flags("RENAME_NOREPLACE=1 RENAME_EXCHANGE=2 RENAME_WHITEOUT=4"));
    sets.put("wait", flags("WNOHANG=1 WUNTRACED=2 WCONTINUED=8 __WALL=0x40000000"));
    sets.put("flock", flags("LOCK_SH=1 LOCK_EX=2 LOCK_UN=8"));
    sets.put(
        "resource",
        numbered(
            0,
            "RLIMIT_CPU RLIMIT_FSIZE RLIMIT_DATA RLIMIT_STACK RLIMIT_CORE RLIMIT_RSS RLIMIT_NPROC"
                + " RLIMIT_NOFILE RLIMIT_MEMLOCK RLIMIT_AS RLIMIT_LOCKS RLIMIT_SIGPENDING"
                + " RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_RTPRIO RLIMIT_RTTIME"));
    sets.put(
        "clock",
        numbered(
            0,
            "CLOCK_REALTIME CLOCK_MONOTONIC CLOCK_PROCESS_CPUTIME_ID CLOCK_THREAD_CPUTIME_ID"
                + " CLOCK_MONOTONIC_RAW CLOCK_REALTIME_COARSE CLOCK_MONOTONIC_COARSE"
                + " CLOCK_BOOTTIME"));
    sets.put(
        "prctl",
        flags(
            "PR_SET_PDEATHSIG=1 PR_GET_PDEATHSIG=2 PR_GET_DUMPABLE=3 PR_SET_DUMPABLE=4"
                + " PR_SET_KEEPCAPS=8 PR_SET_NAME=15 PR_GET_NAME=16 PR_GET_SECCOMP=21"
                + " PR_SET_SECCOMP=22 PR_CAPBSET_READ=23 PR_CAPBSET_DROP=24 PR_SET_TIMERSLACK=29"
                + " PR_SET_MM=35 PR_SET_CHILD_SUBREAPER=36 PR_SET_NO_NEW_PRIVS=38"
                + " PR_SET_VMA=0x53564d41 PR_SET_PTRACER=0x59616d61"));
    sets.put(
        "ptrace",
        flags(
            "PTRACE_TRACEME=0 PTRACE_PEEKTEXT=1 PTRACE_PEEKDATA=2 PTRACE_PEEKUSR=3 PTRACE_POKETEXT=4"
                + " PTRACE_POKEDATA=5 PTRACE_POKEUSR=6 PTRACE_CONT=7 PTRACE_KILL=8"
                + " PTRACE_SINGLESTEP=9 PTRACE_GETREGS=12 PTRACE_SETREGS=13 PTRACE_ATTACH=16"
                + " PTRACE_DETACH=17 PTRACE_SYSCALL=24 PTRACE_SETOPTIONS=0x4200"
                + " PTRACE_GETREGSET=0x4204 PTRACE_SEIZE=0x4206 PTRACE_INTERRUPT=0x4207"));
    sets.put("rebootmagic", flags("LINUX_REBOOT_MAGIC1=0xfee1dead"));
    sets.put(
        "reboot",
        flags(
            "LINUX_REBOOT_CMD_RESTART=0x1234567 LINUX_REBOOT_CMD_HALT=0xcdef0123"
                + " LINUX_REBOOT_CMD_CAD_ON=0x89abcdef LINUX_REBOOT_CMD_CAD_OFF=0"
                + " LINUX_REBOOT_CMD_POWER_OFF=0x4321fedc LINUX_REBOOT_CMD_RESTART2=0xa1b2c3d4"
                + " LINUX_REBOOT_CMD_SW_SUSPEND=0xd000fce2 LINUX_REBOOT_CMD_KEXEC=0x45584543"));
    sets.put(
        "ioctl",
        flags(
            "TCGETS=0x5401 TCSETS=0x5402 TIOCSCTTY=0x540e TIOCGPGRP=0x540f TIOCSPGRP=0x5410"
                + " TIOCSTI=0x5412 TIOCGWINSZ=0x5413 FIONREAD=0x541b FIONBIO=0x5421 TIOCNOTTY=0x5422"
                + " FIOCLEX=0x5451 SIOCADDRT=0x890b SIOCDELRT=0x890c SIOCGIFCONF=0x8912"
                + " SIOCGIFFLAGS=0x8913 SIOCSIFFLAGS=0x8914 SIOCGIFADDR=0x8915 SIOCSIFADDR=0x8916"
                + " SIOCGIFNETMASK=0x891b SIOCGIFHWADDR=0x8927 SIOCSIFHWADDR=0x8924"
                + " SIOCGIFINDEX=0x8933 WDIOC_GETSUPPORT=0x80285700 WDIOC_SETOPTIONS=0x80045704"
                + " WDIOC_KEEPALIVE=0x80045705 WDIOC_SETTIMEOUT=0xc0045706 BLKGETSIZE64=0x80081272"
                + " FS_IOC_GETFLAGS=0x80086601 FS_IOC_SETFLAGS=0x40086602 FS_IOC32_GETFLAGS=0x80046601"
                + " FS_IOC32_SETFLAGS=0x40046602 MEMGETINFO=0x80204d01 MEMERASE=0x40084d02"
                + " MEMLOCK=0x40084d05 MEMUNLOCK=0x40084d06 TUNSETIFF=0x400454ca FICLONE=0x40049409"
                + " FICLONERANGE=0x4020940d"));
    return Map.copyOf(sets);
  }

  Symbols {
    names = Map.copyOf(names);
  }

  /** Takes words such as {@code O_CREAT=0100}, with the number as in C. */
  private static Symbols flags(String words) {
    Map<Long, String> names = new LinkedHashMap<>();
    for (String word : words.split(" ", -1)) {
      String[] parts = word.split("=", 2);
      names.put(Long.decode(parts[1]), parts[0]);
    }
    return new Symbols(names);
  }

  /** Takes the names of consecutive numbers; a hyphen stands for no name. */
  private static Symbols numbered(long first, String words) {
    Map<Long, String> names = new LinkedHashMap<>();
    long number = first;
    for (String word : words.split(" ", -1)) {
      if (!word.equals("-")) {
        names.put(number, word);
      }
      number++;
    }
    return new Symbols(names);
  }

  private Symbols and(Symbols others) {
    Map<Long, String> all = new LinkedHashMap<>(names);
    all.putAll(others.names);
    return new Symbols(all);
  }

  /** The set of this word in calls.tbl. */
  static Optional<Symbols> of(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }

  /** True when an argument of this word in calls.tbl is one of its set, false when it is many. */
  static boolean isChoice(String word) {
    return CHOICES.contains(word);
  }

  /** The name of one value. */
  Optional<String> name(long value) {
    return Optional.ofNullable(names.get(value));
  }

  /** The value of this name. */
  OptionalLong value(String name) {
    return names.entrySet().stream()
        .filter(each -> each.getValue().equals(name))
        .mapToLong(Map.Entry::getKey)
        .findFirst();
  }

  /** The name of the value, or the value as a number. */
  String one(long value) {
    return name(value)
        .orElseGet(() -> value > 0xFFFF ? "0x" + Long.toHexString(value) : Long.toString(value));
  }

  /**
   * The names of the flags in a value, joined by bars, with what has no name as a number behind;
   * flags of several bits before those that they consist of.
   */
  String all(long value) {
    if (value == 0) {
      return names.getOrDefault(0L, "0");
    }
    List<Long> known = new ArrayList<>(names.keySet());
    known.sort(
        (a, b) ->
            Long.bitCount(a) != Long.bitCount(b)
                ? Integer.compare(Long.bitCount(b), Long.bitCount(a))
                : Long.compare(a, b));
    Map<Long, String> found = new LinkedHashMap<>();
    long left = value;
    for (long flag : known) {
      if (flag != 0 && (left & flag) == flag) {
        found.put(flag, names.getOrDefault(flag, ""));
        left &= ~flag;
      }
    }
    List<String> words = new ArrayList<>();
    found.keySet().stream().sorted().map(found::get).forEach(words::add);
    if (left != 0) {
      words.add("0x" + Long.toHexString(left));
    }
    return String.join("|", words);
  }
}
