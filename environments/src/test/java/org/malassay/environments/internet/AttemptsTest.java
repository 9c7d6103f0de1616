package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.environment.GuestException;

/** What only packets tell of. */
class AttemptsTest {
  private static final int TCP = 6;
  private static final int ICMP = 1;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int ACK = 16;

  @TempDir private Path folder;

  private List<Conversation> told(FakeProgram program) throws GuestException {
    program.network.finish();
    return program.conversations();
  }

  private static long at(int seconds) {
    return (FakeProgram.START.getEpochSecond() + seconds) * 1_000_000_000L;
  }

  @Test
  void aConnectionThatWasBegunAndNotMadeIsTold() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    program.packet(at(1), false, PacketFileTest.ipv4(TCP, 4000, "203.0.113.1", 23, SYN));
    program.packet(at(2), false, PacketFileTest.ipv4(TCP, 4000, "203.0.113.1", 23, SYN));
    program.packet(at(2), false, PacketFileTest.ipv4(TCP, 4000, "203.0.113.1", 23, RST));
    program.packet(at(3), false, PacketFileTest.ipv4(TCP, 4001, "203.0.113.2", 23, ACK));
    assertThat(told(program))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.transport()).isEqualTo("tcp");
              assertThat(it.peer()).isEqualTo(new Endpoint("203.0.113.1", 23));
              assertThat(it.at()).isEqualTo(Duration.ofSeconds(1));
              assertThat(it.lasted()).isEqualTo(Duration.ofSeconds(1));
              assertThat(it.protocol()).isEmpty();
            });
  }

  @Test
  void oneThatWasMadeIsToldOnce() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    program.packet(at(1), false, PacketFileTest.ipv4(TCP, 40_000, FakeProgram.PEER, 23, SYN));
    program.say(program.connect(23), "x\r\n");
    assertThat(told(program))
        .singleElement()
        .satisfies(it -> assertThat(it.protocol()).isPresent());
  }

  @Test
  void pingIsTold() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    program.packet(at(1), false, PacketFileTest.ipv4(ICMP, 0, "203.0.113.9", 0, 8));
    assertThat(told(program))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.transport()).isEqualTo("icmp");
              assertThat(it.guest()).isEqualTo(new Endpoint("192.168.1.50", 0));
              assertThat(it.sentBytes()).isEqualTo(23);
            });
  }

  @Test
  void howAKernelFindsItsNeighborsIsNot() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    ByteBuffer solicitation = ByteBuffer.allocate(14 + 40 + 8);
    solicitation.putShort(12, (short) 0x86DD).put(14 + 6, (byte) 58).put(14 + 40, (byte) 135);
    program.packet(at(1), false, solicitation.array());
    program.packet(at(1), false, PacketFileTest.ipv4(2, 0, "224.0.0.22", 0, 0));
    program.packet(at(1), false, PacketFileTest.ipv4(ICMP, 0, "203.0.113.9", 0, 3));
    assertThat(told(program)).isEmpty();
  }

  @Test
  void aScanIsBoundedAndCounted() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    for (int i = 0; i < 12_000; i++) {
      program.packet(
          at(1),
          false,
          PacketFileTest.ipv4(TCP, 4000, "203.0.%d.%d".formatted(i >> 8, i & 255), 23, SYN));
    }
    assertThat(program.network.finish().lost()).isEqualTo(2000);
    assertThat(program.conversations()).hasSize(10_000);
  }
}
