package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.run.Result;
import org.malassay.verdict.Verdict.Outcome;

/**
 * What Debian's {@code busybox-static} prints in the unikernel is what it prints in a container: by
 * the applets that need no process, for hard and for soft floats.
 */
@Tag("guest")
class BusyboxAppletsIT {
  private static final List<String> ABIS = List.of("armhf", "armel");
  private static final String PAGE = "/var/www/html/index.html";
  private static final Path PAGE_HERE =
      SampleSources.ROOT.resolve("environments/service/index.html");

  /** Where QEMU lets a command of the host answer. */
  private static final String PEER = "10.0.2.100";

  private static final Path QEMU = Path.of("/usr/bin/qemu-system-arm");

  @TempDir Path folder;
  private HarmlessSamples harmless;

  @BeforeEach
  void build() throws IOException {
    harmless = HarmlessSamples.build();
  }

  /** What a sample said, and how it ended. */
  private record Said(int status, String stdout, String stderr) {}

  @Test
  void appletsAreChosenByTheFilesName() throws Exception {
    Map<String, Said> said = sameInBoth("", "uname", "id", "ls", "cat", "md5sum");
    for (String abi : ABIS) {
      assertThat(said.get(abi + "/uname").stdout()).isEqualTo("Linux\n");
      assertThat(said.get(abi + "/id").stdout()).isEqualTo("uid=0(root) gid=0(root)\n");
      assertThat(said.get(abi + "/ls").stdout()).isEqualTo("ls\n");
      assertThat(said.get(abi + "/cat").stdout()).isEmpty();
      assertThat(said.get(abi + "/md5sum").stdout())
          .isEqualTo("d41d8cd98f00b204e9800998ecf8427e  -\n"); // of no bytes at all
    }
  }

  @Test
  void filesAreListedAndRead() throws Exception {
    Map<String, Said> said =
        sameInBoth(PAGE + " /etc/malassay-guest /etc/absent", "ls", "cat", "md5sum");
    String page = Files.readString(PAGE_HERE);
    for (String abi : ABIS) {
      assertThat(said.get(abi + "/ls").stdout()).isEqualTo("/etc/malassay-guest\n" + PAGE + "\n");
      assertThat(said.get(abi + "/cat").stdout())
          .isEqualTo(page + "Everything in this guest of Malassay may be destroyed.\n");
      assertThat(said.get(abi + "/md5sum").stdout())
          .startsWith(Command.of("md5sum", PAGE_HERE.toString()).run().output().substring(0, 32));
      assertThat(said.values())
          .allSatisfy(it -> assertThat(it.stderr()).contains("/etc/absent", "No such file"));
    }
  }

  @Test
  void optionsReachThem() throws Exception {
    Map<String, Said> said = sameInBoth("-a", "uname", "ls");
    for (String abi : ABIS) {
      assertThat(said.get(abi + "/uname").stdout())
          .isEqualTo("Linux malassay-guest RELEASE VERSION MACHINE GNU/Linux\n");
      assertThat(said.get(abi + "/ls").stdout()).isEqualTo(".\n..\nls\n");
    }
  }

  @Test
  void appletsAreChosenByTheFirstArgument() throws Exception {
    for (Said said : sameInBoth("md5sum " + PAGE, "busybox").values()) {
      assertThat(said.stdout()).endsWith("  " + PAGE + "\n");
    }
    for (Said said : sameInBoth("id -u", "busybox").values()) {
      assertThat(said.stdout()).isEqualTo("0\n");
    }
  }

  @Test
  void theGuestsOwnPageIsFetched() throws Exception {
    String page = Files.readString(PAGE_HERE);
    assertThat(sameInBoth("-q -O - http://127.0.0.1/", "wget").values())
        .extracting(Said::stdout)
        .containsExactly(page, page);
  }

  /**
   * The same page from beyond the card, as the guests of the test above have it from themselves.
   */
  @Test
  void aPageIsFetchedFromAPeerOnTheSealedNetworksOtherSide() throws Exception {
    Path requests = folder.resolve("requests");
    Map<String, String> environment =
        Map.of("PATH", qemuWithAPeer(requests) + ":" + System.getenv("PATH"));

    Map<String, Said> said =
        run("unikernel", environment, "-q -O - http://%s/page".formatted(PEER), "wget");

    String page = Files.readString(PAGE_HERE);
    assertThat(said.values()).extracting(Said::stdout).containsExactly(page, page);
    assertThat(Files.readAllLines(requests))
        .containsExactly("GET /page HTTP/1.1", "GET /page HTTP/1.1");
  }

  /**
   * A folder with a QEMU that is the real one, but for a peer in the guest's network: a command of
   * the host, whose input and output are what the guest sends and gets.
   */
  private Path qemuWithAPeer(Path requests) throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path peer = bin.resolve("peer");
    Files.writeString(
        peer,
        """
        IFS= read -r request
        printf '%%s\\n' "$request" | tr -d '\\r' >>'%s'
        while IFS= read -r header && [ "${#header}" -gt 1 ]; do :; done
        printf 'HTTP/1.0 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n'
        exec cat '%s'
        """
            .formatted(requests, Files.size(PAGE_HERE), PAGE_HERE));
    Path qemu = bin.resolve(QEMU.getFileName());
    Files.writeString(
        qemu,
        """
        #!/bin/sh
        for word; do
          shift
          case $word in user,*) word="$word,guestfwd=tcp:%s:80-cmd:sh %s" ;; esac
          set -- "$@" "$word"
        done
        exec %s "$@"
        """
            .formatted(PEER, peer, QEMU));
    Files.setPosixFilePermissions(qemu, PosixFilePermissions.fromString("rwx------"));
    return bin;
  }

  /** What the applets say in either environment, after a look that it is the same. */
  private Map<String, Said> sameInBoth(String arguments, String... applets) throws Exception {
    Map<String, Said> container = run("container", Map.of(), arguments, applets);
    assertThat(run("unikernel", Map.of(), arguments, applets)).isEqualTo(container);
    return container;
  }

  /**
   * Runs the applets, each for either ABI, and tells what they said by their place in the corpus.
   */
  private Map<String, Said> run(
      String environment, Map<String, String> variables, String arguments, String... applets)
      throws Exception {
    Path work = Files.createTempDirectory(folder, environment);
    Path runs = Files.createDirectory(work.resolve("runs"));
    // The peer of one of the tests is in QEMU's own network.
    List<String> options = new ArrayList<>(List.of("-Denv=" + environment, "-Dinternet=none"));
    options.add("-Dsamples=" + corpus(work.resolve("samples"), applets));
    if (!arguments.isEmpty()) {
      options.add("-Dsample.arguments=" + arguments);
    }
    try (MainJob job = MainJob.start(runs, variables, options.toArray(String[]::new))) {
      job.await();
      Map<String, Said> said = new TreeMap<>();
      for (Result result : MainJob.results(runs)) {
        assertThat(result.verdict().outcome()).as(job.console()).isNotEqualTo(Outcome.INCONCLUSIVE);
        assertThat(result.unsupportedCalls()).isEmpty();
        said.put(result.sample(), said(runs.resolve("latest").resolve(result.evidence()), result));
      }
      assertThat(said).as(job.console()).hasSize(ABIS.size() * applets.length);
      return said;
    }
  }

  /** Each file gets its own name at its end: the same bytes under two names are one sample. */
  private Path corpus(Path samples, String... applets) throws IOException {
    for (String abi : ABIS) {
      Path there = Files.createDirectories(samples.resolve(abi));
      for (String applet : applets) {
        Files.copy(harmless.sample("busybox-debian-" + abi), there.resolve(applet));
        Files.writeString(there.resolve(applet), applet, StandardOpenOption.APPEND);
      }
    }
    return samples;
  }

  private static Said said(Path evidence, Result result) throws IOException {
    return new Said(
        result.exitCode().orElse(-1),
        withoutKernelAndLogin(text(evidence.resolve("stdout"))),
        text(evidence.resolve("stderr")));
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /**
   * What differs by nature. A container has the host's kernel, and the unikernel is one of its own:
   * release, version and machine in {@code uname -a}. Docker gives root its groups, as a login
   * does; in the unikernel nobody logs in, as in its cross-check: the groups in {@code id}.
   */
  private static String withoutKernelAndLogin(String text) {
    return text.replaceAll(
            "(?m)^(Linux malassay-guest) \\S+ #.* (?:armv\\S+|aarch64) (GNU/Linux)$",
            "$1 RELEASE VERSION MACHINE $2")
        .replaceAll("(?m)^(uid=0\\(root\\) gid=0\\(root\\)) groups=0\\(root\\)$", "$1");
  }
}
