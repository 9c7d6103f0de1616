package org.malassay.firmware.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Component;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Kernel.Told;
import org.malassay.firmware.SourcePackage;
import org.malassay.firmware.SourcePackage.Patch;
import org.malassay.firmware.source.SourceComparison.Version;

class SourceJudgeTest {
  private final SourceJudge judge = new SourceJudge();

  private void file(String path, String text) {
    byte[] content = text.getBytes(ISO_8859_1);
    judge.accept(new Entry(0, path, Kind.FILE, 0644, 0, "", content.length, content));
  }

  private void folder(String path) {
    judge.accept(new Entry(0, path, Kind.FOLDER, 0755, 0, "", 0, new byte[0]));
  }

  private List<String> told() {
    return judge.sources().components().stream()
        .map(component -> component.name() + " " + component.version())
        .toList();
  }

  private static String config(String... options) {
    StringBuilder config = new StringBuilder("# Linux/mips 2.6.36 Kernel Configuration\n");
    for (int i = 0; i < 25; i++) {
      config.append("CONFIG_FILLER_").append(i).append("=y\n");
    }
    for (String option : options) {
      config.append(option).append('\n');
    }
    return config.toString();
  }

  @Test
  void treesTellTheirVersionsByTheirMakefiles() {
    file(
        "/gpl/linux-2.6.36.x/Makefile",
        "VERSION = 2\nPATCHLEVEL = 6\nSUBLEVEL = 36\nEXTRAVERSION = .4\nNAME = Flesh-Eating Bats\n");
    file("/gpl/uboot/Makefile", "VERSION = 2013\nPATCHLEVEL = 10\nSUBLEVEL =\nEXTRAVERSION =\n");
    file(
        "/gpl/busybox/Makefile",
        "VERSION = 1\nPATCHLEVEL = 19\nSUBLEVEL = 4\nEXTRAVERSION =\nall: busybox\n");

    assertThat(told()).containsExactly("busybox 1.19.4", "linux 2.6.36.4", "u-boot 2013.10");
  }

  @Test
  void buildrootsTellTheirPackages() {
    file("/sdk/package/network/dropbear/Makefile", "PKG_NAME:=dropbear\nPKG_VERSION:=2015.67\n");
    file("/buildroot/package/dnsmasq/dnsmasq.mk", "DNSMASQ_VERSION = 2.80\nDNSMASQ_SITE = x\n");
    file("/src/ppp/configure.ac", "AC_INIT([ppp],[2.4.9],[a@b])\n");
    folder("/src/openssl-1.0.2k");
    folder("/src/lib-foo");
    file("/dl/zlib-1.2.8.tar.gz", "");
    file("/src/iptables-1.4.21/configure.ac", "AC_INIT(iptables, 1.4.21)\n");

    assertThat(told())
        .containsExactly(
            "dnsmasq 2.80",
            "dropbear 2015.67",
            "iptables 1.4.21",
            "openssl 1.0.2k",
            "ppp 2.4.9",
            "zlib 1.2.8");
  }

  @Test
  void whatABuildSaysCountsBeforeTheNameOfAFolder() {
    folder("/a/dropbear-0.52");
    file("/b/dropbear/Makefile", "PKG_NAME:=dropbear\nPKG_VERSION:=2015.67\n");
    folder("/c/dropbear-2019.78");

    assertThat(told()).containsExactly("dropbear 2015.67");
  }

  @Test
  void patchesNameWhatTheyMend() {
    file(
        "/sdk/package/libs/openssl/patches/110-heartbleed.patch",
        "From: x\nSubject: Fix CVE-2014-0160\u001b[31m\n---\n");
    file("/sdk/package/utils/busybox/patches/CVE-2011-2716.patch", "--- a\n+++ b\n");

    assertThat(judge.sources().patches())
        .extracting(Patch::of, Patch::subject, Patch::mends)
        .containsExactly(
            tuple("openssl", "Fix CVE-2014-0160\\x1b[31m", List.of("CVE-2014-0160")),
            tuple("busybox", "CVE-2011-2716.patch", List.of("CVE-2011-2716")));
  }

  @Test
  void theConfigurationOfATreeComesFirst() {
    file("/a/arch/mips/configs/router_defconfig", config("CONFIG_SECCOMP=y"));
    file("/z/linux/.config", config("CONFIG_SECCOMP=y", "CONFIG_DEVKMEM=y"));
    file("/a/busybox/.config", "CONFIG_ASH=y\n");

    assertThat(judge.sources().configurations())
        .extracting(SourcePackage.SourceConfiguration::path)
        .containsExactly("/z/linux/.config", "/a/arch/mips/configs/router_defconfig");
  }

  @Test
  void aRootFileSystemIsNoSourcePackage() {
    file("/usr/share/readme.patch", "x");
    file("/boot/config-3.10", config("CONFIG_SECCOMP=y"));
    folder("/opt/zlib-1.2.8");
    assertThat(judge.found()).isEmpty();
    file("/linux/Makefile", "VERSION = 2\nPATCHLEVEL = 6\nSUBLEVEL = 36\n");
    assertThat(judge.found()).isPresent();
  }

  @Test
  void anArchiveMayBeOne() {
    assertThat(List.of("GPL_1.0.tar.bz2", "a.tgz", "a.zip", "a.tar")).allMatch(SourceJudge::mayBe);
    assertThat(List.of("fw.bin", "root.squashfs", "kernel.gz")).noneMatch(SourceJudge::mayBe);
  }

  @Test
  void sourcesAreComparedWithTheBinaryOfTheSameProduct() {
    file("/linux/Makefile", "VERSION = 2\nPATCHLEVEL = 6\nSUBLEVEL = 36\n");
    file("/linux/.config", config("CONFIG_SECCOMP=y"));
    folder("/dropbear-0.52");
    folder("/never-built-1.0");
    ImageFacts image =
        new ImageFacts(
            new FirmwareImage("a.bin", Path.of("a.bin"), "v", "p", "1", Optional.empty()),
            "00",
            1,
            List.of(),
            1,
            List.of(),
            List.of(
                new Component("dropbear", "2015.67", "/usr/sbin/dropbear", "x"),
                new Component("linux", "2.6.36+", "", "x"),
                new Component("samba", "3.0.37", "/sbin/smbd", "x"),
                new Component("telnetd", "", "/sbin/telnetd", "x")),
            List.of(
                new Kernel(
                    "2.6.36+",
                    "mips",
                    "",
                    "banner",
                    Map.of(
                        "CONFIG_SECCOMP", new Told("n", "string"),
                        "CONFIG_COMPAT_BRK", new Told("n", "string")),
                    Map.of())),
            List.of(),
            List.of());

    SourceComparison comparison = SourceComparison.of(judge.sources(), image);

    assertThat(comparison.versions())
        .containsExactly(
            new Version("dropbear", "0.52", "2015.67"), new Version("linux", "2.6.36", "2.6.36+"));
    assertThat(comparison.versions()).extracting(Version::same).containsExactly(false, true);
    assertThat(comparison.onlyBinary()).containsExactly("samba");
    assertThat(comparison.options())
        .extracting(SourceComparison.Option::name)
        .containsExactly("CONFIG_SECCOMP");
  }

  @Test
  void moreComponentsThanTheBoundAreCounted() {
    for (int i = 0; i < 6000; i++) {
      folder("/a/package" + letters(i) + "-1.0");
    }

    assertThat(judge.sources().components()).hasSize(5000);
    assertThat(judge.sources().unlisted()).isEqualTo(1000);
  }

  private static String letters(int number) {
    StringBuilder letters = new StringBuilder();
    for (int n = number + 1; n > 0; n /= 26) {
      letters.append((char) ('a' + n % 26));
    }
    return letters.toString();
  }
}
