package org.malassay.firmware.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.firmware.Account;
import org.malassay.firmware.Component;
import org.malassay.firmware.Kernel.Told;
import org.malassay.firmware.Start;

class SystemFactsTest {
  private final SystemFacts system = new SystemFacts();

  private List<String> commands() {
    return system.starts().stream().map(Start::command).toList();
  }

  private Start start(String command) {
    return system.starts().stream()
        .filter(start -> start.command().equals(command))
        .findFirst()
        .orElseThrow(() -> new AssertionError(system.starts().toString()));
  }

  @Test
  void inittabStartsAllButWhatShutsDownAndShellsOnATerminalAreDoors() {
    system.file(
        "/etc/inittab",
        """
        # a comment
        ::sysinit:/etc/init.d/rcS
        ttyS0::askfirst:-/bin/sh
        ::respawn:/usr/sbin/telnetd -F -l /bin/sh
        ttyS1::respawn:/sbin/getty -L ttyS1 115200 vt100
        tty2::respawn:/sbin/getty -n -l /bin/sh tty2
        id:3:initdefault:
        ::shutdown:/bin/umount -a -r
        nonsense
        """);

    assertThat(commands())
        .containsExactly(
            "/etc/init.d/rcS",
            "-/bin/sh",
            "/usr/sbin/telnetd -F -l /bin/sh",
            "/sbin/getty -L ttyS1 115200 vt100",
            "/sbin/getty -n -l /bin/sh tty2");
    assertThat(start("-/bin/sh").debug()).isTrue();
    assertThat(start("/usr/sbin/telnetd -F -l /bin/sh").debug()).isTrue();
    assertThat(start("/usr/sbin/telnetd -F -l /bin/sh").services()).containsExactly("telnet");
    assertThat(start("/sbin/getty -n -l /bin/sh tty2").debug()).isTrue();
    assertThat(start("/sbin/getty -L ttyS1 115200 vt100").debug()).isFalse();
    assertThat(start("/etc/init.d/rcS").by()).isEqualTo("inittab");
  }

  @Test
  void scriptsOfInitDStartWhatTheyNameWithTheirVariables() {
    system.file(
        "/etc/init.d/S50dropbear",
        """
        #!/bin/sh
        DAEMON="dropbear"
        PROG=/usr/sbin/$DAEMON
        DROPBEAR_ARGS='-R -B'
        start() {
        	start-stop-daemon -S -q -p /var/run/dropbear.pid --exec $PROG -- $DROPBEAR_ARGS
        }
        stop() { start-stop-daemon -K -q -p /var/run/dropbear.pid --exec $PROG; }
        """);
    system.file("/etc/init.d/S01nothing", "echo nothing\n");
    system.file("/etc/init.d/unlinked", "/usr/sbin/telnetd &\n");

    assertThat(commands()).containsExactly("/etc/init.d/S01nothing", "/usr/sbin/dropbear -R -B");
    assertThat(start("/usr/sbin/dropbear -R -B").services()).containsExactly("ssh");
    assertThat(start("/usr/sbin/dropbear -R -B").by()).isEqualTo("init.d");
  }

  @Test
  void scriptsStartWhatIsLinkedAndProcdIsTold() {
    system.file(
        "/etc/init.d/uhttpd",
        """
        #!/bin/sh /etc/rc.common
        USE_PROCD=1
        UHTTPD_BIN="/usr/sbin/uhttpd"
        start_instance() {
          procd_set_param command "$UHTTPD_BIN" -f
        }
        """);
    system.file(
        "/etc/init.d/ssh", "start-stop-daemon --start --quiet --exec /usr/sbin/sshd -- -D\n");
    system.link("/etc/rc.d/S50uhttpd", "../init.d/uhttpd");
    system.link("/etc/rc3.d/S02ssh", "../init.d/ssh");
    system.link("/etc/rc0.d/K01ssh", "../init.d/ssh");
    system.link("/etc/rc.d/K50uhttpd", "../init.d/uhttpd");

    assertThat(system.starts())
        .extracting(Start::by, Start::from, Start::command)
        .containsExactly(
            tuple("procd", "/etc/rc.d/S50uhttpd", "/usr/sbin/uhttpd -f"),
            tuple("rc", "/etc/rc3.d/S02ssh", "/usr/sbin/sshd -D"));
  }

  @Test
  void rcsStartsServicesInTheBackgroundAndWithoutAPath() {
    system.file(
        "/etc/init.d/rcS",
        """
        mount -a
        telnetd
        /bin/goahead &
        if [ -f /bin/upnpd ]; then upnpd br0 ppp0 > /dev/null; fi
        # utelnetd -d
        killall boa
        cat /etc/telnetd
        /usr/sbin/dnsmasq -C /etc/dnsmasq.conf; /sbin/adbd &
        nohup nc -ll -p 9999 -e /bin/sh &
        """);

    assertThat(commands())
        .containsExactly(
            "telnetd",
            "/bin/goahead",
            "upnpd br0 ppp0",
            "/usr/sbin/dnsmasq -C /etc/dnsmasq.conf",
            "/sbin/adbd",
            "nc -ll -p 9999 -e /bin/sh");
    assertThat(start("/sbin/adbd").debug()).isTrue();
    assertThat(start("nc -ll -p 9999 -e /bin/sh").debug()).isTrue();
    assertThat(start("/usr/sbin/dnsmasq -C /etc/dnsmasq.conf").services())
        .containsExactly("dns", "dhcp");
  }

  @Test
  void unitsStartThatAreWanted() {
    system.file(
        "/lib/systemd/system/ssh.service",
        "[Service]\nExecStartPre=/usr/sbin/sshd -t\nExecStart=-/usr/sbin/sshd -D $SSHD_OPTS\n");
    system.file("/usr/lib/systemd/system/unwanted.service", "[Service]\nExecStart=/bin/unwanted\n");
    system.file(
        "/lib/systemd/system/serial-getty@.service",
        "ExecStart=-/sbin/agetty -o '-p -- \\\\u' --keep-baud %I\n");
    system.file("/lib/systemd/system/cups.socket", "[Socket]\nListenStream=631\n");
    system.file("/lib/systemd/system/cups.service", "[Service]\nExecStart=/usr/sbin/cupsd -l\n");
    system.link(
        "/etc/systemd/system/multi-user.target.wants/ssh.service",
        "/lib/systemd/system/ssh.service");
    system.link(
        "/etc/systemd/system/getty.target.wants/serial-getty@ttyS0.service",
        "/lib/systemd/system/serial-getty@.service");
    system.link(
        "/etc/systemd/system/sockets.target.wants/cups.socket", "/lib/systemd/system/cups.socket");
    system.link(
        "/etc/systemd/system/multi-user.target.wants/gone.service",
        "/lib/systemd/system/gone.service");

    assertThat(commands())
        .containsExactlyInAnyOrder(
            "/usr/sbin/sshd -D $SSHD_OPTS",
            "/sbin/agetty -o '-p -- \\\\u' --keep-baud %I",
            "/usr/sbin/cupsd -l",
            "gone.service");
    assertThat(start("/usr/sbin/cupsd -l").services()).containsExactly("ipp");
  }

  @Test
  void accountsAreToldByTheSchemeOfTheirPassword() {
    system.file(
        "/etc/passwd",
        """
        root:x:0:0:root:/root:/bin/ash
        admin:$1$abc$0123456789abcdef012345:0:0:root:/:/bin/sh
        guest::500:500::/home:/bin/sh
        daemon:*:1:1:daemon:/var:/bin/false
        ftp:x:55:55:ftp:/home/ftp:/usr/sbin/nologin
        broken:x
        """);
    system.file("/etc/shadow", "root:$6$salt$hash:0:0:99999:7:::\n");

    assertThat(system.accounts())
        .containsExactly(
            new Account("root", 0, "sha512", true, "/etc/shadow"),
            new Account("admin", 0, "md5", true, "/etc/passwd"),
            new Account("guest", 500, "none", true, "/etc/passwd"),
            new Account("daemon", 1, "locked", false, "/etc/passwd"),
            new Account("ftp", 55, "unknown", false, "/etc/passwd"));
    assertThat(system.accounts())
        .filteredOn(Account::weak)
        .extracting(Account::name)
        .containsExactly("admin", "guest");
  }

  @ParameterizedTest
  @CsvSource({
    "'', none",
    "*, locked",
    "!, locked",
    "!$6$x$y, locked",
    "$1$x$y, md5",
    "$2b$12$xyz, bcrypt",
    "$5$x$y, sha256",
    "$6$x$y, sha512",
    "$y$j9T$x$y, yescrypt",
    "$7$x, yescrypt",
    "abJnggxhB/yWI, des",
    "_J9..K0AyUubRhXZrYVE, des",
    "$9$x, unknown",
    "toolongforadeshash, unknown"
  })
  void schemesAreThoseOfCrypt(String hash, String scheme) {
    assertThat(Accounts.scheme(hash)).isEqualTo(scheme);
  }

  @Test
  void packagesAndReleasesAreComponents() {
    system.file(
        "/usr/lib/opkg/status",
        "Package: dnsmasq\n"
            + "Version: 2.80-15\n"
            + "Status: install user installed\n\n"
            + "Package: gone\n"
            + "Version: 1\n"
            + "Status: deinstall ok not-installed\n");
    system.file("/lib/apk/db/installed", "C:x\nP:musl\nV:1.2.3-r4\n\nP:busybox\nV:1.35.0-r29\n");
    system.file("/etc/openwrt_release", "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='19.07.3'\n");

    assertThat(system.packages())
        .containsExactlyInAnyOrder(
            new Component("dnsmasq", "2.80-15", "/usr/lib/opkg/status", "package of opkg"),
            new Component("musl", "1.2.3-r4", "/lib/apk/db/installed", "package of apk"),
            new Component("busybox", "1.35.0-r29", "/lib/apk/db/installed", "package of apk"),
            new Component("openwrt", "19.07.3", "/etc/openwrt_release", "release"));
  }

  @Test
  void settingsOfTheKernelAreTold() {
    system.file(
        "/etc/sysctl.conf",
        "# kernel.randomize_va_space = 2\nkernel.randomize_va_space = 0\nnet.ipv4.ip_forward=1\n");
    system.file("/etc/selinux/config", "SELINUX=permissive\n");
    system.file("/etc/apparmor.d/usr.sbin.dnsmasq", "profile x {}");

    assertThat(system.settings())
        .containsEntry("kernel.randomize_va_space", new Told("0", "/etc/sysctl.conf"))
        .containsEntry("selinux", new Told("permissive", "/etc/selinux/config"))
        .containsEntry("apparmor", new Told("profiles", "/etc/apparmor.d/usr.sbin.dnsmasq"))
        .hasSize(3);
  }

  @Test
  void aRootFileSystemWithinAnotherHasItsOwnShadow() {
    system.file("/image/etc/passwd", "root:x:0:0::/:/bin/sh\n");
    system.file("/image/etc/shadow", "root::0:0:::::\n");
    system.file("/etc/shadow", "root:$6$a$b:0:0:::::\n");

    assertThat(system.accounts())
        .containsExactly(new Account("root", 0, "none", true, "/image/etc/shadow"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/inittab",
        "/etc/init.d/rcS",
        "/etc/passwd",
        "/etc/sysctl.conf",
        "/var/lib/dpkg/status"
      })
  void hostileTextIsBounded(String path) {
    assertThat(SystemFacts.isWanted(path)).isTrue();
    system.file(
        path,
        ("::respawn:/bin/telnetd " + "\u001b[31m" + "x".repeat(10_000) + "\n").repeat(500)
            + "A=$A$A\nB=$A$A\n".repeat(2000)
            + "$B$B$B telnetd -l $B\n".repeat(2000)
            + "((((".repeat(10_000));

    assertThat(system.starts()).hasSizeLessThanOrEqualTo(2000);
    assertThat(system.starts())
        .allSatisfy(start -> assertThat(start.command().length()).isLessThan(2000));
    assertThat(system.starts())
        .allSatisfy(start -> assertThat(start.command()).doesNotContain("\u001b"));
    assertThat(system.accounts()).isEmpty();
    assertThat(system.packages()).isEmpty();
  }

  @Test
  @Timeout(30)
  void manyLinksToManyUnitsAndScriptsTakeNoSquareOfTheirNumber() {
    system.file("/etc/init.d/many", "/usr/sbin/telnetd -p $A\n".repeat(5000));
    system.file("/etc/inittab", "::respawn:/bin/x\n".repeat(100_000));
    for (int i = 0; i < 20_000; i++) {
      system.file("/lib/systemd/system/u%d.service".formatted(i), "ExecStart=/bin/u" + i);
      system.link(
          "/etc/systemd/system/m.wants/u%d.service".formatted(i),
          "/lib/systemd/system/u%d.service".formatted(i));
      system.link("/etc/rc3.d/S10many%d".formatted(i), "../init.d/many");
    }

    assertThat(system.starts()).hasSize(2000);
  }

  @Test
  @Timeout(10)
  void aLineThatAlmostOpensAShellTakesNoCubeOfItsLength() {
    assertThat(Services.isDebug("nc " + "-e".repeat(3000))).isFalse();
    assertThat(Services.isDebug("/bin/nc -p 99 -lle /bin/sh -i")).isTrue();
    assertThat(Services.isDebug("nc -p 99 /bin/sh")).isFalse();
    assertThat(Services.isDebug("nc -e /bin/shell")).isFalse();
  }

  @Test
  void theTextsThatAreKeptAreBoundedTogether() {
    system.file("/etc/init.d/S01big", "\n".repeat(SystemFacts.MOST_TEXT - 30));
    system.file("/etc/passwd", "root::0:0::/:/bin/sh\nother::1:1::/:/bin/sh\n");
    system.file("/image/etc/passwd", "root::0:0::/:/bin/sh\n");

    assertThat(system.accounts()).extracting(Account::from).containsExactly("/image/etc/passwd");
  }
}
