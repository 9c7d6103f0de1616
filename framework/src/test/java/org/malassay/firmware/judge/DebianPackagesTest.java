package org.malassay.firmware.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Component;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;

/**
 * The rules of components on Debian's packages for other architectures: the version that a rule
 * tells is the package's own. {@code mvn test -pl framework -Dtest=DebianPackagesTest
 * -Dexcluded.tests= -Dpackages=DIR}, a folder of {@code .deb} files as {@code apt-get download
 * busybox:mipsel} brings them. Needs {@code dpkg-deb}.
 */
@Tag("checkout")
class DebianPackagesTest {
  private static final Path FOLDER = Path.of(System.getProperty("packages", "no-packages-given"));

  /** {@code NAME_[EPOCH%3a]UPSTREAM[-REVISION]_ARCHITECTURE.deb}. */
  private static final Pattern NAME =
      Pattern.compile("([^_]+)_(?:\\d+%3a)?([^_-]+?(?:-[^_-]+)*?)(?:-[^_-]+)?_([^_]+)\\.deb");

  /** The rule that a package is for. */
  private static final Map<String, String> RULES =
      Map.ofEntries(
          Map.entry("busybox", "busybox"),
          Map.entry("dropbear-bin", "dropbear"),
          Map.entry("dnsmasq-base", "dnsmasq"),
          Map.entry("libssl3", "openssl"),
          Map.entry("lighttpd", "lighttpd"),
          Map.entry("hostapd", "hostapd"),
          Map.entry("wpasupplicant", "wpa_supplicant"),
          Map.entry("iptables", "iptables"),
          Map.entry("curl", "curl"),
          Map.entry("libcurl4", "libcurl"),
          Map.entry("wget", "wget"),
          Map.entry("zlib1g", "zlib"),
          Map.entry("miniupnpd", "miniupnpd"),
          Map.entry("ppp", "pppd"),
          Map.entry("openvpn", "openvpn"),
          Map.entry("libsqlite3-0", "sqlite"),
          Map.entry("libc6", "glibc"),
          Map.entry("musl", "musl"),
          Map.entry("openssh-server", "openssh"),
          Map.entry("nginx-core", "nginx"),
          Map.entry("nginx", "nginx"),
          Map.entry("bash", "bash"),
          Map.entry("libpcap0.8", "libpcap"),
          Map.entry("libexpat1", "expat"),
          Map.entry("mosquitto", "mosquitto"),
          Map.entry("vsftpd", "vsftpd"),
          Map.entry("proftpd-core", "proftpd"),
          Map.entry("pure-ftpd", "pure-ftpd"),
          Map.entry("libsnmp40", "net-snmp"),
          Map.entry("avahi-daemon", "avahi"),
          Map.entry("lua5.1", "lua"),
          Map.entry("util-linux", "util-linux"),
          Map.entry("stunnel4", "stunnel"),
          Map.entry("minidlna", "minidlna"),
          Map.entry("xl2tpd", "xl2tpd"),
          Map.entry("libpng16-16", "libpng"),
          Map.entry("libevent-2.1-7", "libevent"),
          Map.entry("libmbedcrypto7", "mbedtls"),
          Map.entry("libwolfssl35", "wolfssl"),
          Map.entry("libssh2-1", "libssh2"),
          Map.entry("libssh-4", "libssh"),
          Map.entry("e2fsprogs", "e2fsprogs"),
          Map.entry("radvd", "radvd"),
          Map.entry("samba", "samba"),
          Map.entry("strongswan-starter", "strongswan"),
          Map.entry("systemd", "systemd"),
          Map.entry("thttpd", "thttpd"));

  private static ImageFacts judged(Path deb) throws Exception {
    ImageJudge judge = new ImageJudge(FileCache.none());
    Process process = new ProcessBuilder("dpkg-deb", "--fsys-tarfile", deb.toString()).start();
    try (InputStream out = process.getInputStream();
        TarArchiveInputStream tar = new TarArchiveInputStream(out)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String path = entry.getName().replaceFirst("^\\.", "");
        if (entry.isSymbolicLink()) {
          judge.accept(new Entry(0, path, Kind.LINK, 0777, 0, entry.getLinkName(), 0, new byte[0]));
        } else if (entry.isFile()) {
          byte[] content = tar.readAllBytes();
          judge.accept(new Entry(0, path, Kind.FILE, 0755, 0, "", content.length, content));
        }
      }
    }
    assertThat(process.waitFor()).isZero();
    return judge.facts(
        new FirmwareImage(deb.getFileName().toString(), deb, "", "", "", Optional.empty()),
        "",
        0,
        List.of());
  }

  @Test
  void rulesTellTheVersionsOfPackages() throws Exception {
    List<Path> debs;
    try (Stream<Path> files = Files.list(FOLDER)) {
      debs = files.filter(file -> file.toString().endsWith(".deb")).sorted().toList();
    }
    Map<String, Set<String>> right = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    for (Path deb : debs) {
      Matcher name = NAME.matcher(deb.getFileName().toString());
      assertThat(name.matches()).as(deb.toString()).isTrue();
      String rule = RULES.get(name.group(1));
      if (rule == null) {
        continue;
      }
      ImageFacts facts = judged(deb);
      Set<String> told =
          facts.components().stream()
              .filter(component -> component.name().equals(rule))
              .map(Component::version)
              .collect(Collectors.toCollection(TreeSet::new));
      boolean all =
          !told.isEmpty() && told.stream().allMatch(version -> isOf(version, name.group(2)));
      if (all) {
        right.computeIfAbsent(rule, any -> new TreeSet<>()).add(name.group(3));
      } else {
        wrong.add(deb.getFileName() + ": rule " + rule + " tells " + told);
      }
    }
    System.out.println(right.size() + " rules on " + debs.size() + " packages: " + right);
    wrong.forEach(System.out::println);
    assertThat(wrong).isEmpty();
    assertThat(right).hasSizeGreaterThan(20);
  }

  /** Debian adds to versions ({@code +ds1}, {@code ~deb12}), and rules leave that out. */
  private static boolean isOf(String told, String upstream) {
    String plain = upstream.replaceFirst("[+~].*", "");
    return told.equals(plain) || plain.startsWith(told + ".") || told.startsWith(plain);
  }
}
