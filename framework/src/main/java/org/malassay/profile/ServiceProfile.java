package org.malassay.profile;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The calls that a service is allowed: those that its files tell it may make, and those that it was
 * seen to make, without those that start another program, unless it was seen to.
 *
 * @param service its name
 * @param files what its files tell
 * @param workloads by name, the calls that it was seen to make under each, its start and end
 *     included
 */
public record ServiceProfile(
    String service, StaticCalls files, SortedMap<String, SortedSet<String>> workloads) {

  /** What an exploit of a service calls first, and a service that starts no programs never. */
  private static final Set<String> STARTS_PROGRAMS = Set.of("execve", "execveat");

  /**
   * The calls of the research report's table 1, in which it tells what an infection after a login
   * calls, with those that today's programs call in their place (as measured in a guest: {@code cp}
   * and {@code cat} copy in the kernel, {@code chmod} of busybox makes the old call).
   */
  static final List<String> TABLE_1 =
      List.of(
          "chdir",
          "chmod",
          "connect",
          "copy_file_range",
          "dup2",
          "execve",
          "fchmodat",
          "fcntl64",
          "openat",
          "read",
          "recv",
          "send",
          "sendfile64",
          "sendto",
          "socket",
          "write");

  public ServiceProfile {
    SortedMap<String, SortedSet<String>> copy = new TreeMap<>();
    workloads.forEach(
        (name, calls) -> copy.put(name, Collections.unmodifiableSortedSet(new TreeSet<>(calls))));
    workloads = Collections.unmodifiableSortedMap(copy);
  }

  /** The calls that it was seen to make under any workload. */
  public SortedSet<String> seen() {
    return union(workloads.values());
  }

  /** The calls that it was seen to make under the other workloads. */
  SortedSet<String> seenWithout(String workload) {
    Map<String, SortedSet<String>> others = new TreeMap<>(workloads);
    others.remove(workload);
    return union(others.values());
  }

  /** The calls that it is allowed. */
  public SortedSet<String> allowed() {
    return allowed(seen());
  }

  /** The same if no more than these had been seen. */
  SortedSet<String> allowed(Set<String> seen) {
    SortedSet<String> allowed = new TreeSet<>(files.reachable());
    allowed.removeAll(STARTS_PROGRAMS);
    allowed.addAll(seen);
    return allowed;
  }

  static SortedSet<String> union(Collection<? extends Collection<String>> sets) {
    return sets.stream().flatMap(Collection::stream).collect(Collectors.toCollection(TreeSet::new));
  }
}
