package org.malassay.behavior;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.behavior.Behavior.CallCount;
import org.malassay.behavior.Behavior.Change;
import org.malassay.behavior.Behavior.FileChanges;

class BehaviorTest {
  private static Behavior of(List<? extends Event> events) {
    BehaviorFold fold = Behavior.fold();
    events.forEach(fold::accept);
    return fold.behavior();
  }

  private static Duration ms(long ms) {
    return Duration.ofMillis(ms);
  }

  private static ProcessBegun begun(long at, int process, int parent) {
    return new ProcessBegun(ms(at), Origin.HOST_KERNEL, process, parent);
  }

  private static ProcessEnded exited(long at, int process, int status) {
    return new ProcessEnded(
        ms(at), Origin.HOST_KERNEL, process, OptionalInt.of(status), OptionalInt.empty());
  }

  private static ProgramStarted program(long at, int process, String... words) {
    return new ProgramStarted(ms(at), Origin.HOST_KERNEL, process, words[0], List.of(words), false);
  }

  private static SystemCall call(String name, String path, String target, String arguments) {
    return call(0, name, path, target, arguments, 1);
  }

  private static SystemCall call(
      long at, String name, String path, String target, String arguments, long result) {
    return new SystemCall(
        ms(at),
        Origin.HOST_KERNEL,
        Duration.ZERO,
        7,
        7,
        name,
        List.of(arguments.split(" ")),
        Optional.ofNullable(path),
        Optional.ofNullable(target),
        Optional.empty(),
        OptionalInt.empty(),
        result,
        result < 0 ? Optional.of("EACCES") : Optional.empty());
  }

  @Test
  void processesAreATreeWithProgramsAndEndings() {
    Behavior behavior =
        of(
            List.of(
                begun(0, 10, 1),
                program(1, 10, "/tmp/a"),
                begun(2, 11, 10),
                begun(3, 12, 11),
                program(4, 11, "/bin/sh", "-c", "x"),
                program(5, 11, "/bin/x"),
                exited(6, 11, 3),
                new ProcessEnded(
                    ms(7), Origin.HOST_KERNEL, 12, OptionalInt.empty(), OptionalInt.of(9))));

    assertThat(behavior.roots()).hasSize(1);
    ProcessLife first = behavior.roots().get(0);
    assertThat(first.process()).isEqualTo(10);
    assertThat(first.ended()).isEmpty();
    assertThat(first.programs()).extracting(ProgramStarted::program).containsExactly("/tmp/a");
    ProcessLife child = first.children().get(0);
    assertThat(child.begun()).isEqualTo(ms(2));
    assertThat(child.ended()).contains(ms(6));
    assertThat(child.status()).hasValue(3);
    assertThat(child.programs())
        .extracting(ProgramStarted::program)
        .containsExactly("/bin/sh", "/bin/x");
    assertThat(child.children().get(0).signal()).hasValue(9);
    assertThat(child.children().get(0).programs()).isEmpty();
  }

  @Test
  void anIdThatIsUsedAgainIsAnotherProcess() {
    Behavior behavior =
        of(
            List.of(
                begun(0, 10, 1),
                begun(1, 11, 10),
                exited(2, 11, 0),
                begun(3, 11, 10),
                program(4, 11, "/bin/b")));

    assertThat(behavior.roots().get(0).children()).hasSize(2);
    assertThat(behavior.roots().get(0).children().get(0).programs()).isEmpty();
    assertThat(behavior.roots().get(0).children().get(1).programs()).hasSize(1);
  }

  @Test
  void aProcessWhoseBeginningWasLostStandsForItself() {
    Behavior behavior = of(List.of(begun(0, 10, 1), program(5, 99, "/bin/x"), exited(6, 99, 1)));

    assertThat(behavior.roots()).extracting(ProcessLife::process).containsExactly(10, 99);
    assertThat(behavior.roots().get(1).begun()).isEqualTo(ms(5));
  }

  @Test
  void aForkBombIsBoundedHoweverDeepItIs() {
    List<Event> events = new ArrayList<>();
    IntStream.range(0, 30_000).forEach(i -> events.add(begun(i, 10 + i, 9 + i)));
    Behavior behavior = of(events);

    assertThat(behavior.processesLeftOut()).isEqualTo(20_000);
    int depth = 0;
    for (List<ProcessLife> at = behavior.roots(); !at.isEmpty(); at = at.get(0).children()) {
      depth++;
    }
    assertThat(depth).isEqualTo(64);
    assertThat(behavior.toString()).contains("process=10009,");
  }

  @ParameterizedTest
  @CsvSource({
    "open, /a, , '\"/a\" O_RDONLY', ",
    "open, /a, , '\"/a\" O_WRONLY|O_CREAT 0644', CREATED",
    "openat, /a, , 'AT_FDCWD \"/a\" O_WRONLY|O_CREAT|O_TRUNC 0755', CREATED WRITTEN MADE_EXECUTABLE",
    "openat, /a, , 'AT_FDCWD \"/a\" O_WRONLY|O_TRUNC', WRITTEN",
    "creat, /a, , '\"/a\" 0700', CREATED WRITTEN MADE_EXECUTABLE",
    "write, /a, , '3 \"x\" 1', WRITTEN",
    "read, /a, , '3 0x1 1', ",
    "openat2, /a, , 'AT_FDCWD \"/a\" {flags=O_RDWR|O_CREAT,mode=0755,resolve=0} 24', CREATED MADE_EXECUTABLE",
    "openat2, /a, , 'AT_FDCWD \"/a\" {flags=O_WRONLY|O_TRUNC,mode=0} 24', WRITTEN",
    "openat2, /a, , 'AT_FDCWD \"/a\" 0x7ff0 24', ",
    "sendfile64, /a, , '4 3 NULL 9', WRITTEN",
    "copy_file_range, /b, /a, '3 NULL 4 NULL 9 0', WRITTEN",
    "copy_file_range, /a, /b, '3 NULL 4 NULL 9 0', ",
    "copy_file_range, /a, , '3 NULL 4 NULL 9 0', ",
    "splice, , /a, '3 NULL 4 NULL 9 0', WRITTEN",
    "tee, , , '3 4 9 0', ",
    "ioctl, /a, , '4 FICLONE 0x3', WRITTEN",
    "ioctl, /a, , '4 FS_IOC_GETFLAGS 0x3', ",
    "fchmod, /a, , '3 0111', MADE_EXECUTABLE",
    "chmod, /a, , '\"/a\" 0644', ",
    "fchmodat, /a, , 'AT_FDCWD \"/a\" 0755', MADE_EXECUTABLE",
    "unlink, /a, , '\"/a\"', DELETED",
    "rmdir, /a, , '\"/a\"', DELETED",
    "mkdir, /a, , '\"/a\" 0755', CREATED",
    "link, /b, /a, '\"/b\" \"/a\"', CREATED",
    "rename, /a, /b, '\"/a\" \"/b\"', RENAMED",
    "rename, /b, /a, '\"/b\" \"/a\"', RENAMED",
  })
  void whatACallDoesToAFileIsKnown(
      String name, String path, String target, String arguments, String changes) {
    Set<Change> seen =
        of(List.of(call(name, path, target, arguments))).files().stream()
            .filter(file -> file.path().equals("/a"))
            .findFirst()
            .map(FileChanges::changes)
            .orElse(Set.of());

    assertThat(seen)
        .extracting(Change::name)
        .containsExactly(changes == null ? new String[0] : changes.split(" "));
  }

  @Test
  void aCallThatFailedChangesNoFile() {
    assertThat(of(List.of(call(0, "unlink", "/a", null, "\"/a\"", -13))).files()).isEmpty();
  }

  @Test
  void filesAreBounded() {
    Behavior behavior =
        of(IntStream.range(0, 12_000).mapToObj(i -> call("unlink", "/" + i, null, "x")).toList());
    assertThat(behavior.files()).hasSize(10_000);
    assertThat(behavior.filesLeftOut()).isEqualTo(2_000);
  }

  @Test
  void callsAreCountedOnceWhereTheRecorderCountedThemToo() {
    Behavior behavior =
        of(
            List.of(
                call("unlink", "/a", null, "x"),
                call(0, "open", "/a", null, "x", -13),
                new CallsCounted(ms(9), Origin.HOST_KERNEL, "unlink", 500, 20),
                new CallsCounted(ms(9), Origin.HOST_KERNEL, "futex", 70, 0),
                new UnsupportedCall(ms(9), Origin.LIBRARY_OS, "fork", "ENOSYS", 2)));

    assertThat(behavior.calls())
        .isEqualTo(
            Map.of(
                "unlink", new CallCount(500, 20),
                "futex", new CallCount(70, 0),
                "open", new CallCount(1, 1)));
    assertThat(behavior.calls().keySet()).containsExactly("unlink", "futex", "open");
    assertThat(behavior.unsupported())
        .containsExactly(new UnsupportedCall(ms(9), Origin.LIBRARY_OS, "fork", "ENOSYS", 2));
  }

  @Test
  void conversationsQuestionsAndFilesKeptAreThereAsTheyWereTold() {
    Behavior behavior = of(Events.oneOfEachKind());

    assertThat(behavior.conversations()).hasSize(1);
    assertThat(behavior.questions()).hasSize(1);
    assertThat(behavior.kept()).hasSize(1);
  }

  @Test
  void conversationsAreBounded() {
    Event one =
        Events.oneOfEachKind().stream()
            .filter(Conversation.class::isInstance)
            .findFirst()
            .orElseThrow();
    Behavior behavior = of(IntStream.range(0, 10_005).mapToObj(i -> one).toList());

    assertThat(behavior.conversations()).hasSize(10_000);
    assertThat(behavior.conversationsLeftOut()).isEqualTo(5);
  }

  @Test
  void saturationTellsInWhichSecondSomethingNewWasSeen() {
    List<Event> events = new ArrayList<>();
    events.add(begun(0, 10, 1));
    IntStream.range(0, 500)
        .forEach(i -> events.add(call(10L * i, "openat", "/proc/" + i + "/exe", null, "x", 3)));
    events.add(call(2_500, "unlink", "/a", null, "x", 0));
    Saturation saturation = of(events).saturation();

    assertThat(saturation.newKinds()).containsExactly(2, 0, 1);
    assertThat(saturation.kinds()).isEqualTo(3);
    assertThat(saturation.isOpenAt(ms(10_000), ms(5_000))).isFalse();
    assertThat(saturation.isOpenAt(ms(5_000), ms(3_000))).isTrue();
  }

  /** By the rule that the last fifth of the time counts, and a second at least. */
  @ParameterizedTest
  @CsvSource({
    "10000, 200 9000, true, still producing when stopped",
    "10000, 200 7999, true, nothing new since second 8",
    "10000, 200 3100, true, nothing new since second 4",
    "10000, 9000, false, ended by itself",
    "3000, 0 2400, true, still producing when stopped",
    "300000, 0 239999, true, nothing new since second 240",
    "300000, 0 240001, true, still producing when stopped",
    "400, 0, true, still producing when stopped",
  })
  void whetherASampleWasDoneIsToldByWhenItLastDidSomethingNew(
      long end, String times, boolean stopped, String words) {
    List<Event> events = new ArrayList<>();
    for (String at : times.split(" ")) {
      events.add(call(Long.parseLong(at), "new-" + "x".repeat(events.size()), null, null, "x", 0));
    }
    assertThat(of(events).saturation().inWords(ms(end), stopped)).contains(words);
  }

  /** Neither how it is stopped nor what is found out about it afterwards is of its doing. */
  @Test
  void theEndOfASampleIsNothingNewThatItDoes() {
    Behavior behavior =
        of(
            List.of(
                call(100, "nanosleep", null, null, "x", 0),
                new SystemCall(
                    ms(9_900),
                    Origin.HOST_KERNEL,
                    Duration.ZERO,
                    7,
                    7,
                    "nanosleep",
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalInt.empty(),
                    -516,
                    Optional.of("ERESTART_RESTARTBLOCK")),
                new ProcessEnded(
                    ms(10_000), Origin.HOST_KERNEL, 7, OptionalInt.empty(), OptionalInt.of(9)),
                new FileNotKept(ms(10_010), Origin.AGENT, "/x", "it is not there")));
    assertThat(behavior.saturation().newKinds()).containsExactly(1);
    assertThat(behavior.saturation().inWords(ms(10_000), true))
        .contains("nothing new since second 1");
    assertThat(of(List.of()).saturation().inWords(ms(1), true)).as("nothing seen").isEmpty();
  }

  @Test
  void whatAGuestUsedIsTheMostThatWasMeasured() {
    List<Event> events = new ArrayList<>();
    for (long memory : new long[] {1 << 20, 5 << 20, 3 << 20}) {
      events.add(
          new Usage(
              ms(1000L * events.size()),
              Origin.HOST,
              ms(10L + events.size()),
              OptionalLong.of(memory),
              OptionalLong.empty(),
              OptionalInt.empty(),
              OptionalLong.of(events.size()),
              OptionalLong.empty()));
    }
    assertThat(of(events).usage().orElseThrow().packetsSent()).hasValue(2);
    assertThat(of(events).usage().orElseThrow().packetsReceived()).isEmpty();
    BehaviorSummary summary = of(events).summary(ms(3000), false);
    assertThat(summary.cpuMs()).hasValue(12);
    assertThat(summary.peakMemoryBytes()).hasValue(5 << 20);
    assertThat(of(List.of()).summary(ms(1), false).cpuMs()).as("unknown, not 0").isEmpty();
  }

  @Test
  void aTimeThatIsOutOfAllBoundsTakesNoRoom() {
    Saturation saturation =
        of(List.of(call(-5, "a", null, null, "x", 0), call(1L << 40, "b", null, null, "x", 0)))
            .saturation();
    assertThat(saturation.newKinds()).hasSize(3_600);
    assertThat(saturation.kinds()).isEqualTo(2);
  }

  @Test
  void aLogIsFoldedFromItsFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve(EventLog.FILE);
    List<Event> events = List.of(begun(0, 10, 1), program(1, 10, "/tmp/a"), exited(2, 10, 0));
    try (EventLog log = EventLog.open(file, Instant.EPOCH, EventLog.Bounds.DEFAULT)) {
      events.forEach(log::accept);
    }

    assertThat(Behavior.of(file)).isEqualTo(of(events));
  }
}
