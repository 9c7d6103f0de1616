package org.malassay.behavior;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Events to test with: one of each kind, and any number of calls. */
public final class Events {
  private static final Duration AT = Duration.ofNanos(1_250_000);

  private Events() {}

  public static List<Event> oneOfEachKind() {
    return List.of(
        new SystemCall(
            AT,
            Origin.HOST_KERNEL,
            Duration.ofNanos(900),
            41,
            42,
            "renameat",
            List.of("AT_FDCWD", "\"/tmp/a\"", "AT_FDCWD", "\"/tmp/b\""),
            Optional.of("/tmp/a"),
            Optional.of("/tmp/b"),
            Optional.empty(),
            OptionalInt.empty(),
            -13,
            Optional.of("EACCES")),
        new SystemCall(
            AT,
            Origin.LIBRARY_OS,
            Duration.ZERO,
            1,
            1,
            "connect",
            List.of("3", "192.0.2.1:23", "16"),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Endpoint("192.0.2.1", 23)),
            OptionalInt.of(40001),
            0,
            Optional.empty()),
        new CallsCounted(AT, Origin.HOST_KERNEL, "futex", 5_000_000_000L, 3),
        new UnsupportedCall(AT, Origin.LIBRARY_OS, "fork", "ENOSYS", 3),
        new ProcessBegun(AT, Origin.GUEST_KERNEL, 42, 41),
        new ProgramStarted(
            AT,
            Origin.GUEST_KERNEL,
            42,
            "/bin/busybox",
            List.of("wget", "http://192.0.2.1/x", ""),
            true),
        new ProcessEnded(AT, Origin.GUEST_KERNEL, 42, OptionalInt.of(1), OptionalInt.empty()),
        new ProcessEnded(AT, Origin.GUEST_KERNEL, 43, OptionalInt.empty(), OptionalInt.of(9)),
        new FileKept(
            AT, Origin.AGENT, "/tmp/x", 5, 4, "ab".repeat(32), "ELF executable", "files.zip"),
        new FileNotKept(AT, Origin.AGENT, "/tmp/\n../y", "it is a symbolic link"),
        new Conversation(
            AT,
            Origin.NETWORK,
            Duration.ofSeconds(3),
            OptionalInt.of(42),
            "tcp",
            new Endpoint("192.168.1.50", 40000),
            new Endpoint("2001:db8::7", 80),
            Optional.of("http"),
            17,
            2,
            "GET / HTTP/1.0\r\n\0ÿ",
            "\u0080\u0001",
            Optional.of("network/1.bin")),
        new Question(
            AT,
            Origin.NETWORK,
            OptionalInt.empty(),
            "dns",
            new Endpoint("192.168.1.50", 40001),
            new Endpoint("192.168.1.1", 53),
            "A cnc.example",
            "198.51.100.7"),
        new Usage(
            AT,
            Origin.HOST,
            Duration.ofMillis(20),
            OptionalLong.of(4096),
            OptionalLong.of(8192),
            OptionalInt.of(3),
            OptionalLong.empty(),
            OptionalLong.of(7)),
        new ServiceAsked(
            Duration.ofMillis(-40),
            Origin.PROBE,
            Duration.ofMillis(2),
            OptionalInt.of(200),
            Optional.of(true),
            Optional.empty()),
        new ServiceAsked(
            AT,
            Origin.PROBE,
            Duration.ofSeconds(2),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.of("no answer")));
  }

  /** Opens a file; the n-th of many. */
  public static SystemCall call(int n) {
    return new SystemCall(
        Duration.ofNanos(1_000L * n),
        Origin.HOST_KERNEL,
        Duration.ofNanos(700 + n % 500),
        4000 + n % 7,
        4000 + n % 7,
        "openat",
        List.of("AT_FDCWD", "\"/tmp/file-" + n % 1000 + "\"", "O_WRONLY|O_CREAT|O_TRUNC", "0644"),
        Optional.of("/tmp/file-" + n % 1000),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        3,
        Optional.empty());
  }
}
