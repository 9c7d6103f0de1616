package org.malassay.environments.internet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Tools;

/**
 * Packages of Debian with all that they depend on, unpacked into a folder that programs are started
 * in: clients, and servers, that nobody here wrote. Fetched once.
 */
final class DebianTree {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long BYTES = 600 << 20;
  private static final int SHORT = 12;

  private final Path folder;

  private DebianTree(Path folder) {
    this.folder = folder;
  }

  /** Programs for ARM that talk to others. */
  static DebianTree clients() throws IOException, EnvironmentException {
    return get(
        "trixie",
        "armhf",
        List.of(
            "busybox-static", "curl", "tnftp", "ircii", "inetutils-telnet", "tftp-hpa", "chrony"),
        "usr/bin/curl");
  }

  /** The Internet simulation that people use, and what reads captures. */
  static DebianTree oracles() throws IOException, EnvironmentException {
    String architecture = Tools.machineHere().equals("aarch64") ? "arm64" : "amd64";
    // INetSim's name server does not go with the Net::DNS of Debian 13.
    return get("bookworm", architecture, List.of("inetsim", "tshark"), "usr/bin/tshark");
  }

  private static DebianTree get(
      String suite, String architecture, List<String> packages, String proof)
      throws IOException, EnvironmentException {
    Cache cache = new Cache(root().resolve("environments/target/debian").toAbsolutePath());
    String words = String.join(",", packages);
    String name =
        "%s-%s-%s"
            .formatted(
                suite,
                architecture,
                Recipe.ofFiles(java.util.Map.of("packages", Latin.bytes(words)))
                    .digest()
                    .substring(0, SHORT));
    Path made =
        cache
            .get(name, List.of(proof), BYTES, out -> make(out, suite, architecture, words))
            .folder();
    return new DebianTree(made);
  }

  private static Path root() {
    return Path.of(System.getProperty("malassay.root", ".."));
  }

  private static void make(Path out, String suite, String architecture, String packages)
      throws IOException {
    // The archive is debian.sh's.
    Tools.run(
        List.of(
            "sh",
            "-c",
            """
            . "$0"
            exec mmdebstrap --mode=chrootless --variant=extract --quiet --architectures="$1" \
              --include="$2" "$3" "$4" "deb $debian_mirror $3 main"\
            """,
            root().resolve("environments/debian/debian.sh").toAbsolutePath().toString(),
            architecture,
            packages,
            suite,
            out.toString()),
        out,
        PATIENCE,
        line -> {});
    Files.writeString(
        out.resolve("etc/passwd"), "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:\n");
    Files.writeString(out.resolve("etc/group"), "root:x:0:\nnogroup:x:65534:\ninetsim:x:901:\n");
    for (String link : List.of("lib", "lib64", "bin", "sbin")) { // a package of its own makes them
      if (Files.exists(out.resolve("usr").resolve(link)) && !Files.exists(out.resolve(link))) {
        Files.createSymbolicLink(out.resolve(link), Path.of("usr", link));
      }
    }
  }

  /** The folder that the programs see as the root of all files. */
  Path folder() {
    return folder;
  }

  /** The words by which a shell runs a program of this folder in it. */
  String in() {
    return System.getProperty("user.name").equals("root")
        ? "chroot " + folder
        : "unshare --user --map-root-user chroot " + folder;
  }
}
