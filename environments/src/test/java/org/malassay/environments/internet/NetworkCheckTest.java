package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.GuestException;

class NetworkCheckTest {
  private static final byte[] QUESTION = {
    0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1
  };
  private static final String CHECKED = "checked\n";

  @TempDir private Path folder;

  private FakeProgram program;

  @BeforeEach
  void make() {
    program = new FakeProgram(folder);
  }

  private void connect() {
    program.end(program.connect(80));
  }

  private void ask() {
    program.send(5000, 53, QUESTION);
  }

  private String talk() {
    connect();
    ask();
    return CHECKED;
  }

  @Test
  void whatIsSaidAndHeardIsWell() {
    assertThatCode(() -> NetworkCheck.run(program.network, this::talk)).doesNotThrowAnyException();
  }

  @Test
  void aNetworkThatTellsNothingIsNone() {
    program.counts = new Traffic(0, 0, 0, 0, 0, 0);
    assertThatThrownBy(() -> NetworkCheck.run(program.network, () -> CHECKED))
        .isInstanceOf(GuestException.class)
        .hasMessage(
            "the simulated Internet was tried with 1 question and 1 connection, and told 0, 0 and 0"
                + " packets: observed");
  }

  @Test
  void aNetworkThatCapturesNothingIsNone() {
    program.counts = new Traffic(5, 4, 0, 0, 0, 0);
    assertThatThrownBy(() -> NetworkCheck.run(program.network, this::talk))
        .isInstanceOf(GuestException.class)
        .hasMessageContaining("told 1, 1 and 0 packets: cut (9 packets are not in");
  }

  @Test
  void aNetworkThatTellsNoQuestionsIsNone() {
    assertThatThrownBy(
            () ->
                NetworkCheck.run(
                    program.network,
                    () -> {
                      connect();
                      return CHECKED;
                    }))
        .isInstanceOf(GuestException.class)
        .hasMessageContaining("told 0, 1 and 9 packets: ");
  }

  @Test
  void whyNothingCouldBeSaidIsTold() {
    String said = "internet: cannot reach anybody from the guest's side: Network is unreachable\n";
    assertThatThrownBy(() -> NetworkCheck.run(program.network, () -> said))
        .isInstanceOf(GuestException.class)
        .hasMessage(
            "the simulated Internet could not be tried: cannot reach anybody from the guest's side:"
                + " Network is unreachable");
    assertThatThrownBy(() -> NetworkCheck.run(program.network, () -> ""))
        .isInstanceOf(GuestException.class)
        .hasMessageEndingWith("the program said nothing");
  }
}
