package org.malassay.environments.unikernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Recording;
import org.malassay.behavior.SystemCall;
import org.malassay.environments.agent.AgentEvent;
import org.malassay.environments.agent.AgentProtocol;
import org.malassay.environments.contract.ToldEvents;
import org.malassay.environments.host.Tools;
import org.malassay.environments.tracing.Recorder;

/**
 * The shim's recording itself ({@code recording.c}), on this machine, which acts out a sample of
 * 1,000 calls of a kind: its bounds, its counts, and what this side makes of its frames.
 */
@Tag("guest")
class RecordingFramesIT {
  private static final Path SOURCES = Kernels.SOURCES;
  private static final int CALLS = 1_000;
  private static final int SHARE = Long.BYTES; // where the order has it, and the others behind it
  private static final int RATE = 2 * Long.BYTES;
  private static final int BURST = 3 * Long.BYTES;
  private static final int TOTAL = 4 * Long.BYTES;
  private static final int PROCESSES = 5 * Long.BYTES;

  @TempDir private static Path folder;

  private final List<Event> events = new ArrayList<>();
  private final ToldEvents sample = () -> events;
  private final ShimRecording recording = new ShimRecording(Recorder.FACETS, events::add);
  private final byte[] order = recording.order(new byte[0]);

  @BeforeAll
  static void compile() throws IOException {
    Path linux = Files.createDirectory(folder.resolve("linux"));
    Files.copy(SOURCES.resolve("linux_types.h"), linux.resolve("types.h"));
    try (var source =
        RecordingFramesIT.class.getResourceAsStream("/unikernel/recording-frames.c")) {
      Files.copy(Objects.requireNonNull(source), folder.resolve("frames.c"));
    }
    Tools.run(
        List.of(
            Tools.compilerFor(Tools.machineHere())
                .orElseThrow(() -> new IOException("no C compiler here; -Dsetup installs one")),
            "-Wno-pointer-to-int-cast", // addresses of the guest have 32 bits
            "-I" + folder,
            "-I" + SOURCES,
            "-I" + SOURCES.resolveSibling("recorder"),
            "-I" + SOURCES.resolveSibling("agent"),
            "-o",
            "frames",
            "frames.c"),
        folder,
        Duration.ofMinutes(1),
        line -> {});
  }

  /** What this side makes of all that the program tells. */
  private Recording recorded() throws Exception {
    Path asked = Files.write(folder.resolve("order"), order);
    Process program =
        new ProcessBuilder(folder.resolve("frames").toString())
            .redirectInput(asked.toFile())
            .start();
    new AgentProtocol.Reader(frame -> recording.take(((AgentEvent.Recorded) frame).bytes()))
        .read(program.getInputStream().readAllBytes());
    assertThat(program.waitFor()).isZero();
    return recording.finish();
  }

  private void bound(int which, long most) {
    ByteBuffer.wrap(order).putLong(which, most);
  }

  private List<SystemCall> unlinked() {
    return sample.calls("unlink");
  }

  @Test
  void aSampleIsToldAsItWas() throws Exception {
    Recording told = recorded();
    assertThat(told.of(Facet.CALLS)).isEqualTo(FacetState.OBSERVED);
    assertThat(told.of(Facet.PROCESSES)).isEqualTo(FacetState.OBSERVED);
    assertThat(sample.all(ProcessBegun.class))
        .extracting(ProcessBegun::process)
        .containsExactly(2, 4);
    assertThat(sample.all(ProgramStarted.class))
        .singleElement()
        .satisfies(
            program -> {
              assertThat(program.program()).isEqualTo("/tmp/sample");
              assertThat(program.arguments()).containsExactly("/tmp/sample", "one", "two words");
            });
    assertThat(sample.all(ProcessEnded.class))
        .extracting(ProcessEnded::status)
        .containsExactly(OptionalInt.of(5), OptionalInt.of(7));
    assertThat(unlinked())
        .hasSize(CALLS)
        .allSatisfy(
            call -> {
              assertThat(call.path()).contains("/tmp/absent");
              assertThat(call.error()).isEqualTo(Optional.of("ENOENT"));
              assertThat(call.took()).isPositive();
            });
    assertThat(sample.all(CallsCounted.class))
        .extracting(CallsCounted::name, CallsCounted::calls, CallsCounted::failed)
        .containsExactlyInAnyOrder(
            tuple("execve", 1L, 0L),
            tuple("unlink", (long) CALLS, (long) CALLS),
            tuple("brk", 7L, 0L));
  }

  @Test
  void ofAFloodWhatIsWithinTheBoundIsToldAndTheRestCounted() throws Exception {
    bound(SHARE, 100);
    assertLost(recorded(), CALLS - 100, "more than 20000 of one kind");
  }

  @Test
  void thereIsABoundForAllCalls() throws Exception {
    bound(TOTAL, 50); // of which one is execve
    assertLost(recorded(), CALLS - 49, "more than 200000 in all");
  }

  @Test
  void thereIsABoundForAMoment() throws Exception {
    bound(RATE, 0);
    bound(BURST, 17_600); // 100 calls, of which one is execve
    assertLost(recorded(), CALLS - 99, "more than 4 MiB a second");
  }

  private void assertLost(Recording told, int calls, String why) {
    assertThat(told.of(Facet.CALLS)).isEqualTo(FacetState.cut(calls, why));
    assertThat(unlinked()).hasSize(CALLS - calls);
  }

  @Test
  void processesHaveABoundOfTheirOwn() throws Exception {
    bound(PROCESSES, 2); // the beginning and the program
    assertThat(recorded().of(Facet.PROCESSES).lost()).isEqualTo(4);
    assertThat(recording.finish().of(Facet.CALLS)).isEqualTo(FacetState.OBSERVED);
  }

  @Test
  void whatIsAskedWithAnotherCookieIsNotThisGuests() throws Exception {
    bound(0, "another".hashCode());
    assertThat(recorded().of(Facet.CALLS).kind()).isEqualTo(FacetState.Kind.MISSING);
    assertThat(events).isEmpty();
  }
}
