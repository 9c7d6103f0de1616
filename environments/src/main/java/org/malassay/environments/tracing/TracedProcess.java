package org.malassay.environments.tracing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is known of one process while it lives. */
final class TracedProcess {
  private static final Pattern OF_DESCRIPTOR =
      Pattern.compile("(?:/proc/self|/proc/thread-self|/dev)/fd/(\\d{1,9})");

  /** Calls that may be an emulator's until it is known when the program began. */
  private static final int MOST_HELD = 64;

  /** Of the folder that a path begins at, longer than Linux takes: what is beyond is not known. */
  private static final int LONGEST_FOLDER = 4096;

  private final int id;
  private Optional<String> folder;
  private String root;
  private Descriptors descriptors;
  private Optional<String> program = Optional.empty();
  private OptionalLong leadersResult = OptionalLong.empty();

  // Only of a process that an emulator runs.
  private boolean starting;
  private boolean awaitsHelper;
  private final Set<Integer> helpers = new HashSet<>();
  private final List<KernelRecord> held = new ArrayList<>();

  private TracedProcess(int id, Optional<String> folder, String root, Descriptors descriptors) {
    this.id = id;
    this.folder = folder;
    this.root = root;
    this.descriptors = descriptors;
  }

  /**
   * A process whose maker is not known.
   *
   * @param folder that it is in, if that is known
   * @param room for its descriptors
   */
  static TracedProcess of(int id, Optional<String> folder, DescriptorRoom room) {
    return new TracedProcess(id, folder, "", new Descriptors(room));
  }

  /**
   * A child of this one.
   *
   * @param sharesDescriptors when what one of the two opens is open in the other
   */
  TracedProcess child(int childId, boolean sharesDescriptors) {
    TracedProcess child =
        new TracedProcess(
            childId, folder, root, sharesDescriptors ? descriptors.share() : descriptors.copy());
    child.program = program;
    return child;
  }

  int id() {
    return id;
  }

  Descriptors descriptors() {
    return descriptors;
  }

  /** The path of the program, as it was executed; empty before the first one. */
  Optional<String> program() {
    return program;
  }

  /** Forgets what a call that was not told may have changed. */
  void forget(DescriptorRoom room) {
    folder = Optional.empty();
    descriptors.release();
    descriptors = new Descriptors(room);
  }

  /** It is gone, or nobody follows it. */
  void end() {
    descriptors.release();
  }

  // --- where it is

  /**
   * The process changes its folder.
   *
   * @param path from the root, as {@link #resolve} makes it
   */
  void enter(Optional<String> path) {
    folder = path.filter(it -> it.startsWith("/"));
  }

  /** Makes a folder the root of all paths. */
  void confine(Optional<String> path) {
    path.filter(it -> it.startsWith("/") && it.length() <= LONGEST_FOLDER)
        .ifPresent(it -> root = it.equals("/") ? "" : it);
  }

  /** The place of a path that begins at the folder of a descriptor, or at that of the process. */
  Optional<String> resolve(long descriptor, String path) {
    if (path.startsWith("/")) {
      return Optional.of(ofDescriptor(path).orElseGet(() -> normal(root, path)));
    }
    Optional<String> from =
        (descriptor == Words.AT_FDCWD
                ? folder
                : descriptors.find(descriptor).flatMap(Descriptor::path))
            .filter(it -> it.length() <= LONGEST_FOLDER);
    if (path.isEmpty()) {
      return from;
    }
    return Optional.of(from.map(it -> normal(it, path)).orElse(path));
  }

  /** What a path that names a descriptor stands for. */
  private Optional<String> ofDescriptor(String path) {
    Matcher matcher = OF_DESCRIPTOR.matcher(path);
    return matcher.matches()
        ? descriptors.find(Long.parseLong(matcher.group(1))).flatMap(Descriptor::path)
        : Optional.empty();
  }

  /**
   * Without {@code .}, {@code ..} and doubled slashes, as if there were no symbolic links.
   *
   * @param from which has none of these, if it begins at the root
   */
  private static String normal(String from, String path) {
    boolean isNormal = from.isEmpty() || (from.startsWith("/") && from.length() > 1);
    StringBuilder all = new StringBuilder(isNormal ? from : "");
    for (String name : (isNormal ? path : from + "/" + path).split("/", -1)) {
      if (name.equals("..")) {
        all.setLength(Math.max(0, all.lastIndexOf("/")));
      } else if (!name.isEmpty() && !name.equals(".")) {
        all.append('/').append(name);
      }
    }
    return all.length() == 0 ? "/" : all.toString();
  }

  // --- its life

  /**
   * A program is executed.
   *
   * @param isEmulated when it is an emulator that runs it
   * @return the calls that were held and are the program's before after all
   */
  List<KernelRecord> exec(String path, boolean isEmulated) {
    List<KernelRecord> released = letGo();
    program = Optional.of(path);
    Descriptors own = descriptors.copy();
    descriptors.release();
    descriptors = own;
    descriptors.exec();
    starting = isEmulated;
    awaitsHelper = isEmulated;
    helpers.clear();
    return released;
  }

  void leaderEnded(long result) {
    leadersResult = OptionalLong.of(result);
  }

  OptionalLong leadersResult() {
    return leadersResult;
  }

  // --- an emulator's own doing

  /** True as long as it is not known whether the program itself has begun. */
  boolean isStarting() {
    return starting;
  }

  /** Keeps a call that may be the emulator's; false when no more can be kept. */
  boolean hold(KernelRecord call) {
    return held.size() < MOST_HELD && held.add(call);
  }

  /** It is known now that the program has begun; returns what was held. */
  List<KernelRecord> letGo() {
    List<KernelRecord> released = List.copyOf(held);
    held.clear();
    starting = false;
    return released;
  }

  /** The emulator makes a thread for itself in each process, before the program goes on. */
  void awaitHelper() {
    awaitsHelper = true;
  }

  /** A thread began. */
  void addThread(int thread) {
    if (awaitsHelper) {
      awaitsHelper = false;
      helpers.add(thread);
    }
  }

  /** True when the thread is one that the emulator made for itself. */
  boolean hasHelper(int thread) {
    return helpers.contains(thread);
  }
}
