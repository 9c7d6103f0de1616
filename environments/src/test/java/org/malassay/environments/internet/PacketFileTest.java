package org.malassay.environments.internet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Endpoint;

/** Captures, and what the headers of packets say. */
class PacketFileTest {
  @TempDir private Path folder;

  /** A packet of TCP from the guest, or of UDP or ICMP; over IPv4. */
  static byte[] ipv4(int protocol, int sourcePort, String destination, int port, int flags) {
    byte[] to = FakeProgram.ends("192.168.1.50", 1, destination, 1).peer().getAddress();
    ByteBuffer packet = ByteBuffer.allocate(14 + 20 + 20 + 3);
    packet.put(new byte[12]).putShort((short) 0x0800);
    packet.put((byte) 0x45).put((byte) 0).putShort((short) 43).putInt(0);
    packet.put((byte) 64).put((byte) protocol).putShort((short) 0);
    packet.put(new byte[] {(byte) 192, (byte) 168, 1, 50}).put(to);
    if (protocol == 1) {
      packet.put((byte) flags);
    } else {
      packet.putShort((short) sourcePort).putShort((short) port);
      packet.put(14 + 20 + 12, (byte) 0x50).put(14 + 20 + 13, (byte) flags);
    }
    return packet.array();
  }

  @Test
  void whatIsWrittenIsReadAsItWas() throws IOException {
    Path file = folder.resolve("a.pcapng");
    long time = 1_800_000_000_123_456_789L;
    try (PacketFile out = PacketFile.create(file, "a comment")) {
      out.write(new Packet(time, false, 1500, new byte[] {1, 2, 3}), Optional.empty());
      out.write(new Packet(time + 1, true, 4, new byte[] {4, 5, 6, 7}), Optional.of("whose"));
    }
    List<Packet> read = new ArrayList<>();
    PacketFile.read(file, read::add);
    assertThat(read).hasSize(2);
    assertThat(read.get(0).time()).isEqualTo(time);
    assertThat(read.get(0).toGuest()).isFalse();
    assertThat(read.get(0).length()).isEqualTo(1500);
    assertThat(read.get(0).bytes()).containsExactly(1, 2, 3);
    assertThat(read.get(1).toGuest()).isTrue();
    assertThat(read.get(1).bytes()).containsExactly(4, 5, 6, 7);
  }

  /** These bytes were read by tshark and capinfos as they should be: see {@code OraclesIT}. */
  @Test
  void theBytesAreThoseOfPcapng() throws IOException {
    Path file = folder.resolve("a.pcapng");
    try (PacketFile out = PacketFile.create(file, "c")) {
      out.write(new Packet(0x0102030405060708L, true, 9, new byte[] {1}), Optional.of("me"));
    }
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
        .isEqualTo(
            "0a0d0d0a34000000" // section
                + "4d3c2b1a01000000ffffffffffffffff"
                + "040008004d616c6173736179" // Malassay
                + "0100010063000000" // c
                + "0000000034000000"
                + "010000002c000000" // interface
                + "0100000000020000"
                + "020005006775657374000000" // guest
                + "0900010009000000" // nanoseconds
                + "000000002c000000"
                + "0600000038000000" // packet
                + "00000000"
                + "04030201"
                + "08070605"
                + "01000000"
                + "09000000"
                + "01000000"
                + "0200040002000000" // to the guest
                + "010002006d650000" // me
                + "0000000038000000");
  }

  @Test
  void aFileThatIsCutIsReadAsFarAsItGoes() throws IOException {
    Path file = folder.resolve("a.pcapng");
    try (PacketFile out = PacketFile.create(file, "")) {
      for (int i = 0; i < 3; i++) {
        out.write(new Packet(i, false, 1, new byte[100]), Optional.empty());
      }
    }
    byte[] whole = Files.readAllBytes(file);
    List<Packet> read = new ArrayList<>();
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 5));
    PacketFile.read(file, read::add);
    assertThat(read).hasSize(2);
    Files.write(file, "no capture at all".getBytes(UTF_8));
    assertThatThrownBy(() -> PacketFile.read(file, read::add))
        .hasMessageContaining("is no capture that was made here");
  }

  @Test
  void theHeadersTellWhoTalksToWhom() {
    Packet.Header tcp =
        new Packet(0, false, 57, ipv4(6, 4000, "203.0.113.7", 23, 2)).header().orElseThrow();
    assertThat(tcp.transport()).isEqualTo("tcp");
    assertThat(tcp.source()).isEqualTo(new Endpoint("192.168.1.50", 4000));
    assertThat(tcp.destination()).isEqualTo(new Endpoint("203.0.113.7", 23));
    assertThat(tcp.payloadLength()).isEqualTo(3);
    assertThat(new Packet(0, false, 57, ipv4(17, 1, "8.8.8.8", 53, 0)).header().orElseThrow())
        .satisfies(udp -> assertThat(udp.transport()).isEqualTo("udp"));
    assertThat(new Packet(0, false, 57, ipv4(47, 1, "8.8.8.8", 53, 0)).header().orElseThrow())
        .satisfies(gre -> assertThat(gre.transport()).isEqualTo("ip-47"))
        .satisfies(gre -> assertThat(gre.destination().port()).isZero());
  }

  @Test
  void ipv6IsReadBehindItsExtensions() {
    ByteBuffer bytes = ByteBuffer.allocate(14 + 40 + 8 + 8);
    bytes.putShort(12, (short) 0x86DD).position(14);
    bytes.putInt(0x6000_0000).putShort((short) 16).put((byte) 60).put((byte) 64);
    bytes.put(new byte[] {(byte) 0xfd}).put(new byte[14]).put((byte) 0x50);
    bytes.put(new byte[] {0x20, 1, 0xd, (byte) 0xb8}).put(new byte[11]).put((byte) 9);
    bytes.put((byte) 17).put(new byte[7]).putShort((short) 4000).putShort((short) 53);
    Packet.Header header = new Packet(0, false, 70, bytes.array()).header().orElseThrow();
    assertThat(header.transport()).isEqualTo("udp");
    assertThat(header.source()).isEqualTo(new Endpoint("fd00::50", 4000));
    assertThat(header.destination()).isEqualTo(new Endpoint("2001:db8::9", 53));
    assertThat(header.payloadLength()).isZero();
  }

  @Test
  void noPacketIsTooStrange() {
    Random random = new Random(3);
    byte[] well = ipv4(6, 4000, "203.0.113.7", 23, 2);
    for (int i = 0; i < 50_000; i++) {
      byte[] bent = java.util.Arrays.copyOf(well, random.nextInt(well.length + 1));
      for (int j = 0; j < 3 && bent.length > 0; j++) {
        bent[random.nextInt(bent.length)] = (byte) random.nextInt();
      }
      new Packet(0, false, random.nextInt(), bent).header();
    }
    assertThat(new Packet(0, false, 0, new byte[0]).header()).isEmpty();
  }
}
