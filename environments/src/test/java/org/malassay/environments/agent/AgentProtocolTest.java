package org.malassay.environments.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Limits;
import org.malassay.environment.Used;
import org.malassay.environments.agent.AgentEvent.CallCount;

class AgentProtocolTest {
  private static final Limits LIMITS = new Limits(Duration.ofMillis(258), 1, 99, 99, 99, 2);

  private final List<AgentEvent> events = new ArrayList<>();
  private final AgentProtocol.Reader reader = new AgentProtocol.Reader(events::add);

  static byte[] frame(char type, byte[] payload) {
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) type)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  private static byte[] end(int how, int code, String error) {
    ByteBuffer payload = ByteBuffer.allocate(49 + error.length());
    payload.put((byte) how).putInt(code).putLong(5_000_000).putLong(3_000_000);
    payload.putLong(11).putLong(12).putInt(2).putLong(1).put(error.getBytes(UTF_8));
    return frame('X', payload.array());
  }

  @Test
  void commandsAreWhatTheAgentReads() {
    assertThat(AgentProtocol.file("/tmp/x", 3))
        .containsExactly('F', 0, 0, 0, 11, 0, 6, '/', 't', 'm', 'p', '/', 'x');
    assertThat(AgentProtocol.run(LIMITS, false, List.of()))
        .containsExactly(
            'R', 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
            2, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(AgentProtocol.run(LIMITS, true, List.of("a", "", "\u00e9")))
        .startsWith('R', 0, 0, 0, 38, 0)
        .endsWith(2, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 97, 0, 0, 0xC3, 0xA9, 0);
    byte[] run = AgentProtocol.run(LIMITS, true, List.of("a"));
    assertThat(AgentProtocol.order(LIMITS, true, List.of("a")))
        .isEqualTo(java.util.Arrays.copyOfRange(run, 5, run.length));
    assertThat(AgentProtocol.probe(Duration.ofSeconds(1)))
        .containsExactly('P', 0, 0, 0, 4, 0, 0, 3, (byte) 0xE8);
    assertThat(AgentProtocol.network("1.2.3.4"))
        .containsExactly('I', 0, 0, 0, 7, '1', '.', '2', '.', '3', '.', '4');
    assertThat(AgentProtocol.stop(Limit.DISK)).containsExactly('K', 0, 0, 0, 1, 1);
    assertThat(AgentProtocol.mark(0x0102030405060708L))
        .containsExactly('T', 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void aFileThatNoFrameCanHoldIsRefused() {
    assertThatThrownBy(() -> AgentProtocol.file("/tmp/x", 1L << 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it is too large for a guest: 4294967296 bytes");
  }

  @Test
  void theEndOfASampleIsReadInFull() throws IOException {
    reader.read(end(0, 3, ""));
    assertThat(events)
        .containsExactly(
            new AgentEvent.SampleEnd(
                new Ending.Exited(3),
                Duration.ofMillis(5),
                Duration.ofMillis(3),
                11,
                12,
                2,
                OptionalLong.of(1)));
  }

  @Test
  void everyWayToEndIsToldApart() throws IOException {
    reader.read(end(1, 11, ""));
    reader.read(end(2, 0, ""));
    reader.read(end(2, 1, ""));
    reader.read(end(3, 0, "ENOEXEC"));
    assertThat(events)
        .extracting(event -> ((AgentEvent.SampleEnd) event).ending())
        .containsExactly(
            new Ending.Signaled(11),
            new Ending.Stopped(Limit.TIME),
            new Ending.Stopped(Limit.DISK),
            new Ending.Refused("ENOEXEC"));
  }

  @Test
  void piecesOfAnySizeMakeTheSameEvents() throws IOException {
    byte[] probe =
        frame('P', ByteBuffer.allocate(8 + 6).putLong(7).put("EAGAIN".getBytes(UTF_8)).array());
    byte[] both =
        ByteBuffer.allocate(end(3, 0, "EPERM").length + probe.length)
            .put(end(3, 0, "EPERM"))
            .put(probe)
            .array();
    for (int size = 1; size <= both.length; size++) {
      events.clear();
      for (int at = 0; at < both.length; at += size) {
        reader.read(java.util.Arrays.copyOfRange(both, at, Math.min(both.length, at + size)));
      }
      assertThat(events).hasSize(2);
      assertThat(events.get(1))
          .isEqualTo(new AgentEvent.ProbeEnd(Duration.ofNanos(7), Optional.of("EAGAIN")));
    }
  }

  @Test
  void whatAGuestHasUsedIsKnownAsFarAsItIsTold() throws IOException {
    reader.read(frame('M', figures(5, 4096, -1, 1 << 30, 7, -1)));
    reader.read(frame('M', figures(-1, 4096, -1, 3, 7, -1)));
    assertThat(events)
        .containsExactly(
            new AgentEvent.Usage(
                Optional.of(
                    new Used(
                        Duration.ofNanos(5),
                        OptionalLong.of(4096),
                        OptionalLong.empty(),
                        OptionalInt.of(1 << 22),
                        OptionalLong.of(7),
                        OptionalLong.empty()))),
            new AgentEvent.Usage(Optional.empty()));
  }

  private static byte[] figures(long... numbers) {
    ByteBuffer figures = ByteBuffer.allocate(numbers.length * Long.BYTES);
    Arrays.stream(numbers).forEach(figures::putLong);
    return figures.array();
  }

  @Test
  void callsThatAreLackingAreReadInTheirOrder() throws IOException {
    reader.read(
        frame(
            'C',
            "fork ENOSYS 3\nsyscall_389 ENOSYS 1\nopen:/lib/ld.so.1 ENOENT 1\n".getBytes(UTF_8)));
    reader.read(frame('C', new byte[0]));
    reader.read(frame('N', ByteBuffer.allocate(8).putLong(172).array()));
    assertThat(events)
        .containsExactly(
            new AgentEvent.UnsupportedCalls(
                List.of(
                    new CallCount("fork", "ENOSYS", 3),
                    new CallCount("syscall_389", "ENOSYS", 1),
                    new CallCount("open:/lib/ld.so.1", "ENOENT", 1))),
            new AgentEvent.UnsupportedCalls(List.of()),
            new AgentEvent.RefusedForks(172));
  }

  @Test
  void aCallThatIsToldTwiceIsOne() throws IOException {
    reader.read(frame('C', "fork ENOSYS 3\nfork EPERM 1\nfork ENOSYS 4\n".getBytes(UTF_8)));
    assertThat(((AgentEvent.UnsupportedCalls) events.get(0)).calls())
        .containsExactly(new CallCount("fork", "ENOSYS", 4), new CallCount("fork", "EPERM", 1));
  }

  /** Root in a machine can speak in the agent's place. */
  @ParameterizedTest
  @CsvSource({
    "0, 256, 1, 1, 1, 1, 0, ''",
    "0, -1, 1, 1, 1, 1, 0, ''",
    "1, 65, 1, 1, 1, 1, 0, ''",
    "0, 0, -1, 1, 1, 1, 0, ''",
    "0, 0, 1, -9223372036854775808, 1, 1, 0, ''",
    "0, 0, 1, 1, -1, 1, 0, ''",
    "0, 0, 1, 1, 1, -1, 0, ''",
    "0, 0, 1, 1, 1, 1, -5, ''",
    "0, 0, 1, 1, 1, 1, 4194305, ''",
    "3, 0, 0, 0, 0, 0, 0, <b>",
    "3, 0, 0, 0, 0, 0, 0, ''"
  })
  void anEndThatCannotBeIsNotBelieved(
      int how, int code, long ns, long cpu, long out, long err, int survivors, String error) {
    ByteBuffer payload = ByteBuffer.allocate(49 + error.length());
    payload.put((byte) how).putInt(code).putLong(ns).putLong(cpu).putLong(out).putLong(err);
    payload.putInt(survivors).putLong(0).put(error.getBytes(UTF_8));
    assertThatThrownBy(() -> reader.read(frame('X', payload.array())))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("the guest's agent told of .* (cannot be: -?\\d+|words unknown)");
    assertThat(events).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fork ENOSYS 3",
        "fork ENOSYS\n",
        "fork ENOSYS -1\n",
        "fork ENOSYS 9999999999999999999\n",
        "fork  ENOSYS 3\n",
        "open:lib/ld.so ENOENT 1\n",
        "open:/lib/ld so ENOENT 1\n",
        "=fork ENOSYS 3\n",
        "\u001b[31m ENOSYS 3\n",
        "fork 38 3\n",
        "fork ENOSYS 3\n\n",
        "fork ENOSYS 3\r\n",
        "\u0000",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ENOSYS 1\n"
      })
  void callsInOtherWordsAreRefused(String text) {
    assertThatThrownBy(() -> reader.read(frame('C', text.getBytes(UTF_8))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("words unknown");
  }

  @Test
  void madeUpCallsWithoutEndAreCut() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      text.append("x").append(i).append(" ENOSYS 1\n");
    }
    reader.read(frame('C', text.toString().getBytes(UTF_8)));
    assertThat(((AgentEvent.UnsupportedCalls) events.get(0)).calls()).hasSize(500);
  }

  @ParameterizedTest
  @ValueSource(chars = {'X', 'S', 'D', 'P', 'N'})
  void aFrameThatIsTooShortForItsTypeIsRefused(char type) {
    assertThatThrownBy(() -> reader.read(frame(type, new byte[1])))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("short frame");
  }

  @Test
  void aFrameOfUnknownTypeOrEndingIsRefused() {
    assertThatThrownBy(() -> reader.read(frame('?', new byte[0])))
        .hasMessage("the guest's agent sent a frame of type 63");
    assertThatThrownBy(() -> new AgentProtocol.Reader(events::add).read(end(9, 0, "")))
        .hasMessageContaining("unknown ending: 9");
  }

  @ParameterizedTest
  @ValueSource(ints = {65 * 1024, Integer.MAX_VALUE, -1})
  void aFrameThatClaimsToBeHugeIsRefusedBeforeItArrives(int length) {
    byte[] header = ByteBuffer.allocate(5).put((byte) '1').putInt(length).array();
    assertThatThrownBy(() -> reader.read(header))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a frame of");
  }

  @Test
  void randomBytesAreRefusedOrAwaitedButNeverBreakTheReader() {
    Random random = new Random(42);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length > 5 && i % 2 == 0) { // a header that passes
        bytes[0] = (byte) "SUDLF12XHPECN".charAt(random.nextInt(13));
        bytes[1] = bytes[2] = bytes[3] = 0;
      }
      try {
        new AgentProtocol.Reader(events::add).read(bytes);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("the guest's agent");
      }
    }
  }
}
