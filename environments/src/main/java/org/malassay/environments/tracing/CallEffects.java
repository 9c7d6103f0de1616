package org.malassay.environments.tracing;

import java.util.List;
import java.util.Optional;
import org.malassay.environments.tracing.CallTable.Call;

/** The effects of a call on the descriptors and the current folder of its process. */
final class CallEffects {
  private static final int F_DUPFD = 0;
  private static final int F_SETFD = 2;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int O_CLOEXEC = Words.O_CLOEXEC; // and SOCK_CLOEXEC, which is the same

  private final Call call;
  private final KernelRecord record;
  private final Words words;
  private final List<Optional<String>> paths;
  private final TracedProcess process;
  private final Descriptors descriptors;

  /**
   * @param paths of the call, from the root
   */
  CallEffects(
      TracedProcess process,
      Call call,
      KernelRecord record,
      Words words,
      List<Optional<String>> paths) {
    this.process = process;
    this.call = call;
    this.record = record;
    this.words = words;
    this.paths = paths;
    this.descriptors = process.descriptors();
  }

  private long argument(int i) {
    return record.arguments().get(i);
  }

  private Optional<String> path() {
    return paths.isEmpty() ? Optional.empty() : paths.get(0);
  }

  /** Changes what is known of the process. */
  void apply() {
    if (call.name().equals("connect")) {
      connect(); // which may still be under way, and is no failure then
    } else if (record.succeeded()) {
      succeed();
    }
  }

  private void succeed() {
    switch (call.name()) {
      case "open" -> open(argument(1));
      case "openat" -> open(argument(2));
      case "openat2" -> open(words.openFlags());
      case "creat", "open_tree", "fspick", "open_by_handle_at" -> open(0);
      case "memfd_create" ->
          put(
              record.result(),
              Descriptor.file("memfd:" + words.text().orElse(""), isSet(argument(1), 1)));
      case "close" -> descriptors.remove(argument(0));
      case "close_range" -> closeRange();
      case "dup" -> descriptors.duplicate(argument(0), record.result(), false);
      case "dup2" -> dup(false);
      case "dup3" -> dup(isSet(argument(2), O_CLOEXEC));
      case "fcntl", "fcntl64" -> fcntl();
      case "socket" -> made(isSet(argument(1), O_CLOEXEC));
      case "accept" -> accept(false);
      case "accept4" -> accept(isSet(argument(3), O_CLOEXEC));
      case "pipe" -> pair(false);
      case "pipe2", "socketpair" -> pair(isSet(argument(1), O_CLOEXEC));
      case "chdir" -> process.enter(path());
      case "fchdir" -> process.enter(descriptors.find(argument(0)).flatMap(Descriptor::path));
      case "chroot" -> process.confine(path());
      case "epoll_create",
          "epoll_create1",
          "eventfd",
          "eventfd2",
          "signalfd",
          "signalfd4",
          "timerfd_create",
          "inotify_init",
          "inotify_init1",
          "fanotify_init",
          "userfaultfd",
          "perf_event_open",
          "bpf",
          "io_uring_setup",
          "pidfd_open",
          "pidfd_getfd",
          "mq_open",
          "fsopen",
          "fsmount",
          "memfd_secret",
          "landlock_create_ruleset" ->
          made(false);
      default -> {
        // changes nothing that is known here
      }
    }
  }

  private static boolean isSet(long flags, long flag) {
    return (flags & flag) != 0;
  }

  private void put(long descriptor, Descriptor what) {
    descriptors.put(descriptor, what);
  }

  private void made(boolean closedByExec) {
    put(record.result(), Descriptor.of(closedByExec));
  }

  private void open(long flags) {
    put(record.result(), new Descriptor(path(), Optional.empty(), isSet(flags, O_CLOEXEC), false));
  }

  private void dup(boolean closedByExec) {
    if (argument(0) != argument(1)) {
      descriptors.duplicate(argument(0), record.result(), closedByExec);
    }
  }

  private void pair(boolean closedByExec) {
    words.pair().forEach(descriptor -> put(descriptor, Descriptor.of(closedByExec)));
  }

  private void accept(boolean closedByExec) {
    put(record.result(), Descriptor.of(closedByExec).connectedTo(words.endpoint()));
  }

  private void connect() {
    descriptors
        .find(argument(0))
        .ifPresent(socket -> put(argument(0), socket.connectedTo(words.endpoint())));
  }

  private void closeRange() {
    if (!isSet(argument(2), CLOSE_RANGE_CLOEXEC)) {
      descriptors.closeRange(argument(0) & 0xFFFF_FFFFL, argument(1) & 0xFFFF_FFFFL);
    }
  }

  private void fcntl() {
    switch ((int) argument(1)) {
      case F_DUPFD -> descriptors.duplicate(argument(0), record.result(), false);
      case F_DUPFD_CLOEXEC -> descriptors.duplicate(argument(0), record.result(), true);
      case F_SETFD ->
          descriptors
              .find(argument(0))
              .ifPresent(it -> put(argument(0), it.closedByExec(isSet(argument(2), 1))));
      default -> {
        // changes nothing that is known here
      }
    }
  }
}
