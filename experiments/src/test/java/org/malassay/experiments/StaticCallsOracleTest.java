package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.malassay.environments.tracing.ArmCalls;
import org.malassay.profile.CallNames;
import org.malassay.profile.StaticCalls;
import org.malassay.profile.StaticCalls.Loaded;
import org.malassay.profile.StaticCalls.OfFile;

/**
 * The calls that are found in Debian's programs and libraries for armhf, whose decoder objdump
 * checks. The files are fetched once, into {@code experiments/target/profile-debian}.
 */
@Tag("slow")
class StaticCallsOracleTest {
  private static final Path ROOT = Path.of(System.getProperty("malassay.root"));
  private static final CallNames NAMES = CallNames.of(ArmCalls.names());
  private static final String LIBRARIES = "usr/lib/arm-linux-gnueabihf/";
  private static final String LIBC = LIBRARIES + "libc.so.6";
  private static final String LOADER = LIBRARIES + "ld-linux-armhf.so.3";

  /** What is loaded with nginx. */
  private static final List<String> NGINX =
      List.of(
          "usr/sbin/nginx",
          LIBRARIES + "libcrypt.so.1",
          LIBRARIES + "libpcre2-8.so.0",
          LIBRARIES + "libssl.so.3",
          LIBRARIES + "libcrypto.so.3",
          LIBRARIES + "libz.so.1",
          LIBRARIES + "libzstd.so.1",
          LIBC,
          LOADER);

  /** A call in Thumb code that stands alone: others that objdump tells of are data. */
  private static final Pattern SVC = Pattern.compile("(?m)^\\s+[0-9a-f]+:\\s+svc\\s+0\\s*(@.*)?$");

  private static final Path TREE = ROOT.resolve("experiments/target/profile-debian");

  @BeforeAll
  static void fetched() throws Exception {
    output(
        ROOT.resolve("experiments/profile/debian-tree.sh").toString(),
        TREE.toString(),
        "nginx",
        "libc6",
        "libcrypt1",
        "libpcre2-8-0",
        "libssl3t64",
        "zlib1g",
        "libzstd1",
        "busybox-static");
  }

  private static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static List<Loaded> files(List<String> paths) throws Exception {
    List<Loaded> files = new ArrayList<>();
    for (String path : paths) {
      files.add(new Loaded(path, Files.readAllBytes(TREE.resolve(path))));
    }
    return files;
  }

  @Test
  void theCallsOfLibcAreFound() throws Exception {
    StaticCalls libc = StaticCalls.ofLibraries(files(List.of(LIBC)), NAMES);
    assertThat(libc.every())
        .contains("read", "write", "openat", "connect", "accept4", "execve", "wait4", "setuid32")
        .hasSizeGreaterThanOrEqualTo(310);
    // Calls that Linux no longer has (bdflush, nfsservctl, uselib), and two from a struct.
    assertThat(libc.unresolved()).hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void theCallsInCodeAreThoseThatObjdumpTells() throws Exception {
    Map<String, Long> ours = new TreeMap<>();
    Map<String, Long> theirs = new TreeMap<>();
    for (String path : NGINX) {
      OfFile found = StaticCalls.ofLibraries(files(List.of(path)), NAMES).files().get(0);
      ours.put(path, (long) found.services());
      String told =
          output(
              "arm-linux-gnueabihf-objdump",
              "-d",
              "-M",
              "force-thumb",
              "--no-show-raw-insn",
              TREE.resolve(path).toString());
      theirs.put(path, SVC.matcher(told).results().count());
    }
    System.out.printf("svc found: %s%nby objdump: %s%n", ours, theirs);
    assertThat(ours.get(LIBC)).isEqualTo(theirs.get(LIBC));
    assertThat(ours.get(LOADER)).isEqualTo(theirs.get(LOADER));
    // What objdump takes for code in the data of a stripped libcrypto is not here.
    ours.forEach(
        (path, count) ->
            assertThat(count).as(path).isLessThanOrEqualTo(theirs.getOrDefault(path, 0L)));
  }

  @Test
  void nginxReachesWhatItsWorkloadsMake() throws Exception {
    StaticCalls nginx = StaticCalls.of(files(NGINX), NAMES);
    System.out.printf("nginx: %d reachable: %s%n", nginx.reachable().size(), nginx.reachable());
    assertThat(nginx.reachable())
        .contains(
            "accept4",
            "epoll_wait",
            "sendfile64",
            "writev",
            "recv",
            "clone",
            "wait4",
            "unlink",
            "clock_nanosleep",
            "sendmsg",
            "recvmsg",
            "socketpair",
            "setuid32",
            "setgid32",
            "setgroups32",
            "set_tls",
            "rt_sigreturn")
        .doesNotContain("init_module", "mount", "ptrace", "reboot", "swapon")
        .hasSizeLessThan(150);
    assertThat(nginx.every()).hasSizeGreaterThan(310);
    assertThat(nginx.opens()).isTrue();
  }

  @Test
  void aStaticProgramTellsAllOfItsOwn() throws Exception {
    StaticCalls busybox = StaticCalls.of(files(List.of("usr/bin/busybox")), NAMES);
    assertThat(busybox.files()).hasSize(1);
    assertThat(busybox.reachable()).contains("read", "write", "execve", "mount", "reboot");
  }
}
