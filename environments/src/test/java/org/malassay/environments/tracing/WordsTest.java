package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.environments.tracing.Records.UNREADABLE;
import static org.malassay.environments.tracing.Records.inet;
import static org.malassay.environments.tracing.Records.openHow;
import static org.malassay.environments.tracing.Records.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WordsTest {

  private static List<String> words(Records records) throws IOException {
    List<KernelRecord> read = new ArrayList<>();
    new RecordReader(read::add).read(ByteBuffer.wrap(records.bytes()));
    KernelRecord record = read.get(0);
    return Words.of(CallTable.find(record.abi(), record.number()), record).arguments();
  }

  static Stream<Arguments> calls() {
    Records arm = Records.arm();
    return Stream.of(
        Arguments.of(
            arm.open("/a", 3, 0x20241), "\"/a\", O_WRONLY|O_CREAT|O_TRUNC|O_LARGEFILE, 0644"),
        Arguments.of(Records.arm().open("/a", 3, 2), "\"/a\", O_RDWR"),
        Arguments.of(
            Records.emulated().open("/a", 3, 0x10000), "AT_FDCWD, \"/a\", O_RDONLY|O_DIRECTORY"),
        Arguments.of(Records.arm().call("unlink", -14, UNREADABLE, 0x1234), "0x1234"),
        Arguments.of(Records.arm().call("unlink", -14, UNREADABLE, 0), "NULL"),
        Arguments.of(
            Records.arm().call("unlink", -2, "x".repeat(256).getBytes(UTF_8), 1),
            "\"" + "x".repeat(256) + "\"..."),
        Arguments.of(
            Records.arm().call("write", 90, "a\"\n\u00ff".getBytes(UTF_8), 1, 2, 90),
            "1, \"a\\\"\\n\\xc3\\xbf\"..., 90"),
        Arguments.of(Records.arm().call("kill", 0, 0xFFFF_FFFFL, 9), "-1, SIGKILL"),
        Arguments.of(Records.arm().call("kill", 0, 7, 0), "7, 0"),
        Arguments.of(
            Records.arm().call("reboot", -1, 0xfee1deadL, 0x28121969, 0x4321fedc),
            "LINUX_REBOOT_MAGIC1, 0x28121969, LINUX_REBOOT_CMD_POWER_OFF"),
        Arguments.of(Records.arm().call("prctl", 0, text("sshd"), 15, 1), "PR_SET_NAME, \"sshd\""),
        Arguments.of(Records.arm().call("prctl", 0, new byte[0], 4, 0), "PR_SET_DUMPABLE, 0"),
        Arguments.of(Records.arm().call("socket", 3, 17, 3, 768), "AF_PACKET, SOCK_RAW, 768"),
        Arguments.of(
            Records.arm().call("socket", 3, 2, 02004002, 17),
            "AF_INET, SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC, IPPROTO_UDP"),
        Arguments.of(
            Records.arm()
                .call("sendto", 3, List.of(text("hi"), inet(53, 8, 8, 8, 8)), 3, 1, 3, 0, 2, 16),
            "3, \"hi\\x00\", 3, 0, 8.8.8.8:53, 16"),
        Arguments.of(
            Records.arm().call("connect", 0, "\1\0/run/x\0zz".getBytes(UTF_8), 3, 1, 20),
            "3, \"/run/x\", 20"),
        Arguments.of(
            Records.arm().call("connect", 0, "\1\0\0x".getBytes(UTF_8), 3, 1, 4), "3, \"@x\", 4"),
        Arguments.of(
            Records.arm().call("connect", 0, "\20\0ab".getBytes(UTF_8), 3, 1, 4),
            "3, AF_NETLINK:\"ab\", 4"),
        Arguments.of(
            Records.arm().call("pipe", 0, new byte[] {3, 0, 0, 0, 4, 0, 0, 0}, 1), "[3, 4]"),
        Arguments.of(
            Records.arm()
                .call("mount", -1, List.of(text("none"), text("/m"), text("tmpfs")), 1, 2, 3, 4097),
            "\"none\", \"/m\", \"tmpfs\", MS_RDONLY|MS_BIND, NULL"),
        Arguments.of(
            Records.arm().call("pwrite64", 1, text("a"), 3, 1, 2, 99, 5, 1),
            "3, \"a\\x00\", 2, " + (5 + (1L << 32))),
        Arguments.of(
            Records.emulated().call("pwrite64", 1, text("a"), 3, 1, 2, 5), "3, \"a\\x00\", 2, 5"),
        Arguments.of(Records.arm().call("ftruncate64", 0, 3, 99, 7, 0), "3, 7"),
        Arguments.of(
            Records.arm().call("ioctl", 0, 3, 0x80045704L, 0xbef0), "3, WDIOC_SETOPTIONS, 0xbef0"),
        Arguments.of(
            Records.arm()
                .call("openat2", 3, List.of(text("/a"), openHow(0x20042, 0755, 8)), -100, 1, 2, 24),
            "AT_FDCWD, \"/a\", {flags=O_RDWR|O_CREAT|O_LARGEFILE, mode=0755, resolve=0x8}, 24"),
        Arguments.of(
            Records.arm().call("openat2", 3, List.of(text("/a"), UNREADABLE), -100, 1, 0x7ff0, 24),
            "AT_FDCWD, \"/a\", 0x7ff0, 24"),
        Arguments.of(
            Records.arm().call("openat2", -22, List.of(text("/a"), openHow(2)), -100, 1, 2, 8),
            "AT_FDCWD, \"/a\", 0x2, 8"),
        Arguments.of(Records.arm().call("clone", 5, 17, 0), "SIGCHLD, NULL"),
        Arguments.of(
            Records.arm().call("faccessat", 0, text("/a"), -100, 1, 5),
            "AT_FDCWD, \"/a\", X_OK|R_OK"));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void argumentsAreWords(Records call, String expected) throws IOException {
    assertThat(String.join(", ", words(call))).isEqualTo(expected);
  }

  @Test
  void everyKindOfArgumentInTheTableIsKnown() {
    List<String> known =
        List.of(
            "fd",
            "dirfd",
            "path",
            "exe",
            "str",
            "name",
            "data",
            "how",
            "sockaddr",
            "msghdr",
            "peer",
            "pair",
            "int",
            "uint",
            "hex",
            "ptr",
            "buf",
            "mode",
            "off",
            "pid",
            "id",
            "open");
    for (Abi abi : List.of(Abi.ARM, Abi.X86_64, Abi.ARM64)) {
      for (int number = 0; number < 512; number++) {
        CallTable.Call call = CallTable.find(abi, number);
        assertThat(call.arguments())
            .as(call.name())
            .allMatch(word -> known.contains(word) || Symbols.of(word).isPresent());
      }
    }
  }

  @Test
  void aCallByAnotherNameElsewhereHasThatOfARM() {
    assertThat(CallTable.find(Abi.X86_64, 262).name()).isEqualTo("fstatat64"); // newfstatat
    assertThat(CallTable.find(Abi.ARM, 327).name()).isEqualTo("fstatat64");
    assertThat(CallTable.find(Abi.ARM64, 79).name()).isEqualTo("fstatat64");
    assertThat(CallTable.find(Abi.ARM, 501).name()).as("0xf0005").isEqualTo("set_tls");
  }

  @Test
  void aNumberWithoutACallIsToldAsItIs() {
    assertThat(CallTable.find(Abi.ARM, 480).name()).isEqualTo("call_480");
    assertThat(CallTable.find(Abi.ARM, 511).name()).isEqualTo("call_other");
    assertThat(CallTable.find(Abi.ARM, 65535).name()).isEqualTo("call_other");
    assertThat(CallTable.find(Abi.I386, 5).name()).isEqualTo("i386_5");
    assertThat(CallTable.find(Abi.ARM, 480).arguments()).hasSize(6);
  }
}
