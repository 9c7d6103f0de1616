package org.malassay.environments.internet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.malassay.environment.EnvironmentException;
import org.malassay.guest.Recipe;
import org.malassay.guest.Tools;
import org.malassay.qemu.Cache;

/**
 * Packages of Debian with all that they depend on, unpacked into a folder that programs are started
 * in: clients, and servers, that nobody here wrote. Fetched once.
 */
final class DebianTree {
  private static final String SUITE = "trixie";
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
        "armhf",
        List.of("busybox-static", "curl", "tnftp", "ircii", "inetutils-telnet", "tftp-hpa"),
        "usr/bin/curl");
  }

  /** The Internet simulation that people use, and what reads captures. */
  static DebianTree oracles() throws IOException, EnvironmentException {
    String architecture = Tools.machineHere().equals("aarch64") ? "arm64" : "amd64";
    return get(architecture, List.of("inetsim", "tshark"), "usr/bin/tshark");
  }

  private static DebianTree get(String architecture, List<String> packages, String proof)
      throws IOException, EnvironmentException {
    Path root = Path.of(System.getProperty("malassay.root", ".."));
    Cache cache = new Cache(root.resolve("environments/target/debian").toAbsolutePath());
    String words = String.join(",", packages);
    String name =
        "%s-%s-%s"
            .formatted(
                SUITE,
                architecture,
                Recipe.ofFiles(java.util.Map.of("packages", Latin.bytes(words)))
                    .digest()
                    .substring(0, SHORT));
    Path made = cache.get(name, List.of(proof), BYTES, out -> make(out, architecture, words)).folder();
    return new DebianTree(made);
  }

  private static void make(Path out, String architecture, String packages) throws IOException {
    String mirror =
        Optional.ofNullable(System.getenv("MALASSAY_DEBIAN_MIRROR"))
            .orElse("http://deb.debian.org/debian");
    Tools.run(
        List.of(
            "mmdebstrap",
            "--mode=chrootless",
            "--variant=extract",
            "--quiet",
            "--architectures=" + architecture,
            "--include=" + packages,
            SUITE,
            out.toString(),
            "deb %s %s main".formatted(mirror, SUITE)),
        out,
        PATIENCE,
        line -> {});
    for (String link : List.of("lib", "lib64", "bin", "sbin")) { // a package of its own makes them
      if (Files.exists(out.resolve("usr").resolve(link)) && !Files.exists(out.resolve(link))) {
        Files.createSymbolicLink(out.resolve(link), Path.of("usr", link));
      }
    }
  }

  Path folder() {
    return folder;
  }

  /** The command that runs a shell's command in the folder. */
  List<String> shell(Path shell, String command) {
    List<String> words = new ArrayList<>();
    if (!System.getProperty("user.name").equals("root")) {
      words.addAll(List.of("unshare", "--user", "--map-root-user"));
    }
    words.addAll(List.of("chroot", folder.toString()));
    words.addAll(List.of("/" + shell, "sh", "-c", command));
    return words;
  }
}
