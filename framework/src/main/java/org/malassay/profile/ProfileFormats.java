package org.malassay.profile;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A set of allowed calls as files that others take. Every other call is refused with {@code EPERM}.
 */
public final class ProfileFormats {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final int EPERM = 1;

  /** Docker and systemd set the filter before they start the service, by this. */
  private static final String STARTS = "execve";

  /**
   * What the engine's own program, which is in Go, calls between setting the filter and {@link
   * #STARTS}: it sees to its descriptors by {@code /proc/self/fd}, on either width of ARM.
   */
  private static final List<String> ENGINES =
      List.of(
          "close",
          "epoll_ctl",
          "epoll_pwait",
          "fcntl",
          "fcntl64",
          "fstatfs",
          "fstatfs64",
          "futex",
          "getdents64",
          "getpid",
          "gettid",
          "mmap",
          "mmap2",
          "nanosleep",
          "newfstatat",
          "openat",
          "read",
          "rt_sigaction",
          "rt_sigprocmask",
          "rt_sigreturn",
          "sched_yield",
          "sigaltstack",
          "tgkill",
          "write");

  private ProfileFormats() {}

  /**
   * A seccomp profile for Docker and Podman ({@code --security-opt seccomp=FILE}). It has what the
   * engine calls once the filter is set, execve among it, and holds with {@code --security-opt
   * no-new-privileges} alone: without, the engine sets the filter first, and then the rights of the
   * container by calls that no service makes.
   */
  public static String docker(Collection<String> calls) throws IOException {
    ObjectNode profile = JSON.createObjectNode();
    profile.put("defaultAction", "SCMP_ACT_ERRNO");
    profile.put("defaultErrnoRet", EPERM);
    ObjectNode map = profile.putArray("archMap").addObject();
    map.put("architecture", "SCMP_ARCH_AARCH64");
    map.putArray("subArchitectures").add("SCMP_ARCH_ARM");
    ObjectNode own = ((ArrayNode) profile.get("archMap")).addObject();
    own.put("architecture", "SCMP_ARCH_ARM");
    own.putArray("subArchitectures");
    ObjectNode allowed = profile.putArray("syscalls").addObject();
    ArrayNode names = allowed.putArray("names");
    SortedSet<String> all = withStart(calls);
    all.addAll(ENGINES);
    all.forEach(names::add);
    allowed.put("action", "SCMP_ACT_ALLOW");
    return JSON.writeValueAsString(profile) + "\n";
  }

  /**
   * A drop-in for a unit of systemd ({@code /etc/systemd/system/NAME.service.d/seccomp.conf}). It
   * has execve, as systemd allows it in any case.
   */
  public static String systemd(Collection<String> calls) {
    return """
        # systemd allows execve whatever stands here, since it starts the service by it: what breaks
        # into the service can start programs. A library that sets the filter in the service closes that.
        [Service]
        SystemCallFilter=
        SystemCallFilter=%s
        SystemCallErrorNumber=EPERM
        """
        .formatted(String.join(" ", withStart(calls)));
  }

  /**
   * The numbers for {@code environments/defence/service-filter.c}, in order, each with its name.
   *
   * @throws IllegalArgumentException if a call has no number on 32-bit ARM
   */
  public static String header(Collection<String> calls, CallNames names) {
    SortedMap<Integer, String> numbers = new TreeMap<>();
    for (String call : calls) {
      numbers.put(
          names
              .number(call)
              .orElseThrow(
                  () -> new IllegalArgumentException(call + " has no number on 32-bit ARM")),
          call);
    }
    StringBuilder header = new StringBuilder();
    numbers.forEach((number, call) -> header.append("%d, /* %s */%n".formatted(number, call)));
    return header.toString();
  }

  private static SortedSet<String> withStart(Collection<String> calls) {
    SortedSet<String> all = new TreeSet<>(calls);
    all.add(STARTS);
    return all;
  }
}
