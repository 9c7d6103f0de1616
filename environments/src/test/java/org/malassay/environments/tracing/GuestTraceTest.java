package org.malassay.environments.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.malassay.environments.tracing.Records.inet;
import static org.malassay.environments.tracing.Records.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.environments.contract.ToldEvents;
import org.malassay.environments.tracing.KernelRecord.Flag;

class GuestTraceTest {
  private static final long SET_GS = 0x1001;
  private static final long SET_FS = 0x1002;

  private static Traced trace(Records records) throws IOException {
    List<Event> events = new ArrayList<>();
    GuestTrace trace = new GuestTrace(events::add, Origin.GUEST_KERNEL, Optional.of("/tmp"), 2);
    new RecordReader(trace::accept).read(ByteBuffer.wrap(records.bytes()));
    trace.end(2_000_000_000);
    return new Traced(events, trace);
  }

  private record Traced(List<Event> events, GuestTrace trace) implements ToldEvents {
    /** As {@code name(argument, ...) path}. */
    List<String> calls() {
      return all(SystemCall.class).stream()
          .map(
              call ->
                  "%s(%s)%s"
                      .formatted(
                          call.name(),
                          String.join(", ", call.arguments()),
                          call.path().map(path -> " " + path).orElse("")))
          .toList();
    }

    List<Optional<String>> paths() {
      return all(SystemCall.class).stream().map(SystemCall::path).toList();
    }
  }

  @Test
  void aDescriptorIsKnownByItsPathUntilItIsClosed() throws IOException {
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .open("a", 3, 0)
                .call("fchmod", 0, 3, 0755)
                .call("dup2", 9, 3, 9)
                .call("close", 0, 3)
                .call("write", 5, text("hello"), 9, 0x2000, 5)
                .call("read", 0, 3, 0x2000, 5));

    assertThat(traced.paths())
        .containsExactly(
            Optional.of("/tmp/a"),
            Optional.of("/tmp/a"),
            Optional.of("/tmp/a"),
            Optional.of("/tmp/a"),
            Optional.of("/tmp/a"),
            Optional.empty());
  }

  @Test
  void aProcessThatDeclaresItselfTheSamplesLaterIsTheRootOfATreeOfItsOwn() throws IOException {
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .open("a", 3, 0)
                .in(20)
                .begin()
                .open("unknown", 3, 0)
                .call("chdir", 0, text("/root"), 0x1000)
                .open("b", 4, 0)
                .fork(21)
                .in(21)
                .open("c", 5, 0)
                .in(10)
                .open("d", 4, 0));

    assertThat(traced.all(ProcessBegun.class))
        .extracting(ProcessBegun::process, ProcessBegun::parent)
        .containsExactly(tuple(10, 1), tuple(20, 1), tuple(21, 20));
    assertThat(traced.all(ProcessBegun.class).get(1).at()).isPositive();
    assertThat(traced.paths())
        .containsExactly(
            Optional.of("/tmp/a"),
            Optional.of("unknown"), // the folder of that process is not
            Optional.of("/root"),
            Optional.of("/root/b"),
            Optional.of("/root/c"),
            Optional.of("/tmp/d"));
  }

  @Test
  void aChildHasItsParentsDescriptorsAndAProgramThoseThatStayOpen() throws IOException {
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .open("/stays", 3, 0)
                .open("/goes", 4, Words.O_CLOEXEC)
                .fork(11)
                .call("close", 0, 3)
                .in(11)
                .call("fsync", 0, 3)
                .call("fsync", 0, 4)
                .exec("/bin/true", "true")
                .call("fsync", 0, 3)
                .call("fsync", 0, 4)
                .in(10)
                .call("fsync", 0, 3)
                .call("fsync", 0, 4));

    assertThat(traced.paths().subList(3, 9))
        .containsExactly(
            Optional.of("/stays"),
            Optional.of("/goes"),
            Optional.of("/stays"),
            Optional.empty(),
            Optional.empty(),
            Optional.of("/goes"));
  }

  @Test
  void threadsAndWhoeverSharesThemHaveTheSameDescriptors() throws IOException {
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .newThread(11)
                .in(10, 11)
                .open("/by-thread", 3, 0)
                .in(10)
                .fork(12, Flag.SHARED)
                .in(12)
                .open("/by-child", 4, 0)
                .in(10)
                .call("fsync", 0, 3)
                .call("fsync", 0, 4));

    assertThat(traced.paths().subList(2, 4))
        .containsExactly(Optional.of("/by-thread"), Optional.of("/by-child"));
  }

  @Test
  void pathsAreToldFromTheRoot() throws IOException {
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .call("unlink", 0, text("./a//b/../c"), 1)
                .call("chdir", 0, text("/etc"), 1)
                .call("unlink", 0, text("x"), 1)
                .open("/var/log", 5, 0)
                .call("unlinkat", 0, text("y"), 5, 1, 0)
                .call("unlinkat", 0, text("y"), 77, 1, 0)
                .call("fchdir", 0, 5)
                .call("rename", 0, List.of(text("p"), text("/q")), 1, 2)
                .call("chroot", 0, text("."), 1)
                .call("unlink", 0, text("/z"), 1)
                .call("unlink", 0, text("/proc/self/fd/5"), 1));

    assertThat(traced.calls())
        .contains(
            "unlink(\"./a//b/../c\") /tmp/a/c",
            "unlink(\"x\") /etc/x",
            "unlinkat(5, \"y\", 0) /var/log/y",
            "unlinkat(77, \"y\", 0) y",
            "rename(\"p\", \"/q\") /var/log/p",
            "unlink(\"/z\") /var/log/z",
            "unlink(\"/proc/self/fd/5\") /var/log");
    assertThat(traced.all(SystemCall.class).get(7).target()).contains("/q");
  }

  @Test
  void aCallThatCopiesToAnotherDescriptorIsAboutBoth() throws IOException {
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .open("/source", 3, 0)
                .open("/copy", 4, 0101)
                .call("pipe", 0, new byte[] {5, 0, 0, 0, 6, 0, 0, 0}, 1)
                .call("socket", 7, 2, 1, 0)
                .call("connect", 0, inet(80, 192, 0, 2, 7), 7, 1, 16)
                .call("copy_file_range", 9, 3, 0, 4, 0, 9, 0)
                .call("splice", 9, 5, 0, 4, 0, 9, 0)
                .call("splice", 9, 5, 0, 7, 0, 9, 0)
                .call("sendfile64", 9, 4, 3, 0, 9)
                .call("tee", 9, 5, 4, 9, 0));

    List<SystemCall> calls = traced.all(SystemCall.class).subList(5, 10);
    assertThat(calls)
        .extracting(SystemCall::path, SystemCall::target)
        .containsExactly(
            tuple(Optional.of("/source"), Optional.of("/copy")),
            tuple(Optional.empty(), Optional.of("/copy")),
            tuple(Optional.empty(), Optional.empty()),
            tuple(Optional.of("/copy"), Optional.empty()),
            tuple(Optional.empty(), Optional.empty()));
    assertThat(calls.get(2).endpoint()).contains(new Endpoint("192.0.2.7", 80));
  }

  @Test
  void aDescriptorOfOpenat2IsClosedByAProgramIfItsFlagsSaySo() throws IOException {
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .call("openat2", 3, how("/goes", Words.O_CLOEXEC), Words.AT_FDCWD, 1, 2, 24)
                .call("openat2", 4, how("/stays", 2), Words.AT_FDCWD, 1, 2, 24)
                .exec("/bin/true", "true")
                .call("fsync", 0, 3)
                .call("fsync", 0, 4));

    assertThat(traced.paths().subList(2, 4))
        .containsExactly(Optional.empty(), Optional.of("/stays"));
  }

  /** What openat2 is given: a path, and flags. */
  private static List<byte[]> how(String path, long flags) {
    return List.of(text(path), Records.openHow(flags, 0, 0));
  }

  @Test
  void aSocketIsKnownByItsPeer() throws IOException {
    Endpoint peer = new Endpoint("192.0.2.7", 23);
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .call("socket", 3, 2, 1, 0)
                .call("connect", -115, inet(23, 192, 0, 2, 7), 3, 1, 16)
                .call("send", 4, text("abc"), 3, 1, 4, 0x4000)
                .call("accept", 6, inet(4000, 192, 0, 2, 9), 4, 1, 1)
                .call("close", 0, 6)
                .call("shutdown", 0, 3, 2));

    List<SystemCall> calls = traced.all(SystemCall.class);
    assertThat(calls.get(0).arguments()).containsExactly("AF_INET", "SOCK_STREAM", "IPPROTO_IP");
    assertThat(calls.get(1).arguments()).containsExactly("3", "192.0.2.7:23", "16");
    assertThat(calls.get(1).error()).contains("EINPROGRESS");
    assertThat(calls.get(2).arguments()).containsExactly("3", "\"abc\\x00\"", "4", "MSG_NOSIGNAL");
    assertThat(calls)
        .extracting(SystemCall::endpoint)
        .containsExactly(
            Optional.empty(),
            Optional.of(peer),
            Optional.of(peer),
            Optional.of(new Endpoint("192.0.2.9", 4000)),
            Optional.of(new Endpoint("192.0.2.9", 4000)),
            Optional.of(peer));
  }

  @Test
  void whatIsKnownIsForgottenWhenACallThatChangesItWasNotTold() throws IOException {
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .open("/a", 3, 0)
                .lost(1)
                .call("fsync", 0, 3)
                .call("unlink", 0, text("b"), 1)
                .open("/c", 4, 0)
                .call("fsync", 0, 4));

    assertThat(traced.paths())
        .containsExactly(
            Optional.of("/a"),
            Optional.empty(),
            Optional.of("b"),
            Optional.of("/c"),
            Optional.of("/c"));
  }

  @Test
  void aProgramOfAMemoryFileIsKnownByItsName() throws IOException {
    Traced traced =
        trace(
            Records.arm()
                .begin()
                .call("memfd_create", 3, text("kworker"), 1, 1)
                .call("execve", 0, text("/proc/self/fd/3"), 1, 0, 0)
                .exec("/proc/self/fd/3", "x", "", "y z"));

    assertThat(traced.all(ProgramStarted.class))
        .extracting(ProgramStarted::program, ProgramStarted::arguments, ProgramStarted::cut)
        .containsExactly(tuple("memfd:kworker", List.of("x", "", "y z"), false));
  }

  @ParameterizedTest
  @CsvSource({
    "0x0700, , 7, ", // exit(7)
    "9, , , 9", // SIGKILL
    "0x8b, , , 11", // SIGSEGV, with a core
    "0, 0x0300, 3, ", // the first thread has left with 3; the last one leaves with 0
  })
  void aProcessEndsWithItsLastThread(String last, String first, Integer status, Integer signal)
      throws IOException {
    Records records = Records.arm().begin().newThread(11);
    if (first == null) {
      records.exit(Long.decode(last), Flag.WHOLE).in(10, 11);
      records.exit(Long.decode(last), Flag.WHOLE, Flag.LAST);
    } else {
      records.exit(Long.decode(first)).in(10, 11).exit(Long.decode(last), Flag.LAST);
    }

    assertThat(trace(records).all(ProcessEnded.class))
        .extracting(ProcessEnded::status, ProcessEnded::signal)
        .containsExactly(
            tuple(
                status == null ? OptionalInt.empty() : OptionalInt.of(status),
                signal == null ? OptionalInt.empty() : OptionalInt.of(signal)));
  }

  @Test
  void timesCountFromTheSamplesBeginning() throws IOException {
    Traced traced = trace(Records.arm().begin().open("/a", 3, 0));

    assertThat(traced.all(ProcessBegun.class).get(0).at()).isZero();
    assertThat(traced.all(ProcessBegun.class).get(0).parent()).isEqualTo(1);
    SystemCall opened = traced.all(SystemCall.class).get(0);
    assertThat(opened.at().toNanos()).isEqualTo(1000);
    assertThat(opened.took().toNanos()).isEqualTo(500);
    assertThat(opened.origin()).isEqualTo(Origin.GUEST_KERNEL);
  }

  @Test
  void ioUringIsSaidToBeBlindness() throws IOException {
    Traced refused = trace(Records.arm().begin().call("io_uring_setup", -1, 8, 1));
    assertThat(refused.trace().blind()).isEmpty();

    Traced traced = trace(Records.arm().begin().call("io_uring_setup", 3, 8, 1));
    assertThat(traced.trace().states(Optional.empty(), RecorderBounds.DEFAULT))
        .isEqualTo(
            Map.of(
                Facet.CALLS,
                FacetState.cut(0, "io_uring from 0.0 s on, which makes no system calls"),
                Facet.PROCESSES,
                FacetState.OBSERVED));
  }

  @Test
  void ioUringIsSaidToBeBlindnessWhereItsCallWasLostInAFlood() throws IOException {
    Traced refused = trace(Records.arm().begin().counts("io_uring_setup", 2, 2));
    assertThat(refused.trace().blind()).isEmpty();

    Traced traced =
        trace(Records.arm().begin().counts("unlink", 90_000, 0, "io_uring_setup", 2, 1));
    Account account = new Account(90_002, 0, 0, 0, 90_002, 0, 0, 0, 0, 0);
    assertThat(traced.trace().states(Optional.of(account), RecorderBounds.DEFAULT).get(Facet.CALLS))
        .isEqualTo(
            FacetState.cut(
                90_002,
                "more than 4 MiB a second; io_uring at a time that was not told, which makes no"
                    + " system calls"));
  }

  @Test
  void aSampleThatWasNotSeenToBeginIsMissing() throws IOException {
    Traced traced = trace(Records.arm().open("/a", 3, 0));

    assertThat(traced.events()).isEmpty();
    FacetState missing = FacetState.missing("the recorder did not see the sample begin");
    assertThat(traced.trace().states(Optional.empty(), RecorderBounds.DEFAULT))
        .isEqualTo(Map.of(Facet.CALLS, missing, Facet.PROCESSES, missing));
  }

  // --- room

  /** In a folder whose path has 4 KB. */
  private static Records deep() {
    Records records = Records.arm().begin();
    for (int i = 0; i < 20; i++) {
      records.call("chdir", 0, text("d".repeat(200)), 1);
    }
    return records;
  }

  private static Records openMany(Records records, int files) {
    for (int i = 3; i < 3 + files; i++) {
      records.open("f", i, 0);
    }
    return records;
  }

  /** The bytes of the paths of the descriptors that are closed. */
  private static final class Kept implements EventSink {
    private final GuestTrace trace =
        new GuestTrace(this, Origin.GUEST_KERNEL, Optional.of("/tmp"), 0);
    private long bytes;
    private Optional<String> last = Optional.empty();

    Kept(Records records) throws IOException {
      new RecordReader(trace::accept).read(ByteBuffer.wrap(records.bytes()));
    }

    @Override
    public void accept(Event event) {
      if (event instanceof SystemCall call && call.name().equals("close")) {
        last = call.path();
        bytes += last.map(String::length).orElse(0);
      }
    }

    FacetState state() {
      return states().get(Facet.CALLS);
    }

    private Map<Facet, FacetState> states() {
      return trace.states(Optional.empty(), RecorderBounds.DEFAULT);
    }
  }

  private static final FacetState MORE_PATHS =
      FacetState.cut(0, "more than 8 MiB of descriptors' paths, beyond which they are unknown");

  private static Records closeAll(Records records, int files) {
    for (int i = 3; i < 3 + files; i++) {
      records.call("close", 0, i);
    }
    return records;
  }

  @Test
  void thePathsOfAHundredThousandDescriptorsAreKeptWithinBounds() throws IOException {
    Records records = deep();
    for (int child = 11; child < 111; child++) {
      openMany(records.in(10).fork(child).in(child), 1000);
    }
    for (int child = 11; child < 111; child++) {
      closeAll(records.in(child), 1000);
    }
    Kept kept = new Kept(records);
    assertThat(kept.bytes).isBetween(3L << 20, 8L << 20);
    assertThat(kept.state()).isEqualTo(MORE_PATHS);
    assertThat(kept.states().get(Facet.PROCESSES)).isEqualTo(FacetState.OBSERVED);

    Kept after = new Kept(records.open("f", 3, 0).call("close", 0, 3));
    assertThat(after.last).as("room was given back").isPresent();
  }

  @Test
  void whatAChildHasOfItsParentTakesRoomAsLongAsTheChildHasIt() throws IOException {
    Records records = deep();
    for (int child = 11; child < 31; child++) {
      openMany(records, 500).fork(child);
      records.call("close_range", 0, 3, 0xFFFF_FFFFL, 0);
    }
    for (int child = 11; child < 31; child++) {
      closeAll(records.in(child), 500);
    }
    Kept kept = new Kept(records);
    assertThat(kept.bytes).isBetween(3L << 20, 8L << 20);
    assertThat(kept.state()).isEqualTo(MORE_PATHS);
  }

  @Test
  void aProcessThatEndsGivesItsRoomBackWhateverItShared() throws IOException {
    Records records = deep();
    for (int child = 100; child < 400; child += 3) {
      openMany(records.in(10).fork(child).in(child), 200);
      records.fork(child + 1, Flag.SHARED).fork(child + 2);
      records.in(child + 1).open("f", 500, 0).exec("/bin/true", "true").open("f", 501, 0);
      records.in(child + 2).open("f", 502, 0);
      for (int each = child; each < child + 3; each++) {
        records.in(each).exit(0, Flag.LAST, Flag.WHOLE);
      }
    }
    records.in(10);
    for (int lost = 1; lost <= 30; lost++) {
      openMany(records.lost(lost).call("chdir", 0, text("/" + "d".repeat(240)), 1), 1000);
    }
    records.call("close_range", 0, 3, 0xFFFF_FFFFL, 0);
    for (int child = 1000; child < 4000; child++) { // more than are followed
      records.fork(child).in(child).open("f", 3, 0).in(10);
    }
    assertThat(new Kept(records.open("f", 3, 0).call("close", 0, 3)).last).isPresent();
    assertThat(new Kept(records).state()).isEqualTo(FacetState.OBSERVED);
  }

  // --- qemu-user

  /** What qemu-user does of itself until its program begins. */
  private static Records starting() {
    return Records.emulated()
        .begin()
        .exec("/tmp/a", "/usr/bin/qemu-arm", "/tmp/a", "a", "one")
        .call("arch_prctl", 0, SET_FS, 0x7f00_0000_0000L)
        .call("prlimit64", 0, 0, 3, 0, 0x7f00_0000_0000L)
        .newThread(12)
        .call("clone3", 12, 0x7f00_0000_0000L, 88)
        .with(Flag.EMULATED, Flag.OWN)
        .open("/proc/self/maps", 4, 0)
        .call("read", 100, 4, 0x7f00_0000_0000L, 100)
        .with(Flag.EMULATED)
        .call("close", 0, 4)
        .call("close", 0, 3);
  }

  @Test
  void anEmulatorsOwnCallsAreLeftOut() throws IOException {
    Traced traced =
        trace(
            starting()
                .call("arch_prctl", 0, SET_GS, 0x1000)
                .call("prlimit64", 0, 0, 3, 0, 0x7f00_0000_0000L)
                .open("/tmp/b", 3, 0)
                .in(10, 12)
                .call("clock_nanosleep", 0, 0, 0, 0, 0)
                .in(10)
                .counts("close", 3, 0, "openat", 2, 0, "arch_prctl", 2, 0, "prlimit64", 2, 0));

    assertThat(traced.calls())
        .containsExactly(
            "prlimit64(0, RLIMIT_STACK, NULL, 0x7f0000000000)",
            "openat(AT_FDCWD, \"/tmp/b\", O_RDONLY) /tmp/b");
    assertThat(traced.all(ProgramStarted.class).get(0).arguments()).containsExactly("a", "one");
    assertThat(traced.all(CallsCounted.class))
        .extracting(CallsCounted::name, CallsCounted::calls)
        .containsExactlyInAnyOrder(tuple("close", 1L), tuple("openat", 1L), tuple("prlimit64", 1L));
  }

  @Test
  void withoutASignOfTheProgramsBeginningNoCallIsLeftOutThatMayBeItsOwn() throws IOException {
    assertThat(trace(starting().call("setsid", 10).open("/tmp/b", 3, 0)).calls())
        .containsExactly(
            "prlimit64(0, RLIMIT_STACK, NULL, 0x7f0000000000)",
            "close(3)",
            "setsid()",
            "openat(AT_FDCWD, \"/tmp/b\", O_RDONLY) /tmp/b");
    assertThat(trace(starting().call("exit_group", 0, 9).exit(0x0900, Flag.LAST)).calls())
        .contains("exit_group(9)");
  }

  @Test
  void theProgramsOwnThreadsAndChildrenAreTold() throws IOException {
    Traced traced =
        trace(
            starting()
                .call("arch_prctl", 0, SET_GS, 0x1000)
                .newThread(13)
                .call("clone3", 13, 0x7f00_0000_0000L, 88)
                .in(10, 13)
                .call("clock_nanosleep", 0, 1, 0, 0, 0)
                .in(10)
                .fork(14)
                .call("clone", 14, 0x1200011)
                .in(14)
                .call("clone3", -38, 0x7f00_0000_0000L, 88)
                .newThread(15)
                .call("clone3", 15, 0x7f00_0000_0000L, 88)
                .newThread(16)
                .call("clone3", 16, 0x7f00_0000_0000L, 88));

    String thread =
        "clone(CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM, NULL)";
    assertThat(traced.calls())
        .containsExactly(
            thread,
            "clock_nanosleep(CLOCK_MONOTONIC, 0, NULL, NULL)",
            "clone(CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, NULL)",
            thread);
  }

  @Test
  void whatTheEmulatorPutsInThePlaceOfProcSelfExeIsTheProgram() throws IOException {
    Traced traced =
        trace(
            starting()
                .call("arch_prctl", 0, SET_GS, 0x1000)
                .with(Flag.EMULATED, Flag.OWN)
                .open("/tmp/a", 3, 0)
                .with(Flag.EMULATED)
                .call("read", 4, 3, 0x20000, 4)
                .counts("openat", 2, 0));

    assertThat(traced.paths()).containsExactly(Optional.of("/tmp/a"), Optional.of("/tmp/a"));
    assertThat(traced.all(CallsCounted.class).get(0).calls()).isEqualTo(1);
  }

  @Test
  void aNativeProgramThatASampleExecutesIsNotTakenForAnEmulator() throws IOException {
    Traced traced =
        trace(
            starting()
                .with()
                .exec("/tmp/native", "/usr/bin/qemu-arm", "/tmp/x", "x")
                .call("openat", 3, text("/tmp/b"), Words.AT_FDCWD, 0x7f00_0000_0000L, 0, 0));

    assertThat(traced.paths()).endsWith(Optional.of("/tmp/b"));
    assertThat(traced.all(ProgramStarted.class).get(1).arguments())
        .containsExactly("/usr/bin/qemu-arm", "/tmp/x", "x");
  }
}
