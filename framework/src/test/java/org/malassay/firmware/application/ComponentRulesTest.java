package org.malassay.firmware.application;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.malassay.firmware.Component;
import org.malassay.firmware.application.ComponentRules.Example;
import org.malassay.firmware.application.ComponentRules.Rule;

class ComponentRulesTest {
  private static final ComponentRules RULES = ComponentRules.own();

  static Stream<Rule> rules() {
    return RULES.rules().stream();
  }

  /** As in a program: NUL after each string, other bytes around them. */
  private static byte[] file(Example example) {
    return ("\u007fELF\u0001\0" + String.join("\0\u0001\0", example.strings()) + "\0\u0002")
        .getBytes(ISO_8859_1);
  }

  private static List<String> told(Rule rule, Example example) {
    return RULES.components("/usr/sbin/" + example.file(), RULES.hints(file(example))).stream()
        .filter(component -> component.name().equals(rule.name()))
        .map(Component::version)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aRuleKnowsItsExamplesAndNotItsCounterexamples(Rule rule) {
    assertThat(rule.yes()).as(rule.name()).isNotEmpty();
    assertThat(rule.no()).as(rule.name()).isNotEmpty();
    for (Example example : rule.yes()) {
      assertThat(told(rule, example))
          .as("%s: %s", rule.name(), example)
          .containsExactly(example.version().orElseThrow());
    }
    for (Example example : rule.no()) {
      assertThat(told(rule, example)).as("%s: %s", rule.name(), example).isEmpty();
    }
  }

  @Test
  void theMainProgramsAndLibrariesOfDevicesHaveRulesAndNamesAreUnique() {
    assertThat(rules().map(Rule::name))
        .doesNotHaveDuplicates()
        .contains(
            "busybox",
            "openssl",
            "dropbear",
            "openssh",
            "dnsmasq",
            "uclibc",
            "uclibc-ng",
            "musl",
            "glibc",
            "boa",
            "lighttpd",
            "mini_httpd",
            "thttpd",
            "goahead",
            "nginx",
            "uhttpd",
            "telnetd",
            "samba",
            "hostapd",
            "wpa_supplicant",
            "iptables",
            "libcurl",
            "wget",
            "zlib",
            "libupnp",
            "miniupnpd",
            "pppd",
            "openvpn",
            "sqlite");
  }

  @Test
  void theContentTellsAndTheNameDecides() {
    List<Hint> hints = RULES.hints("\0OpenSSL 1.0.2k  26 Jan 2017\0".getBytes(ISO_8859_1));

    assertThat(RULES.components("/lib/libcrypto.so.1.0.0", hints))
        .containsExactly(
            new Component(
                "openssl",
                "1.0.2k",
                "/lib/libcrypto.so.1.0.0",
                "rule openssl: \"OpenSSL 1.0.2k  26 Jan 2017\""));
    assertThat(RULES.components("/usr/sbin/nginx", hints)).isEmpty();
  }

  @Test
  void whatAFileIsNamedForComesBeforeWhatIsInIt() {
    List<Hint> hints =
        RULES.hints(
            "\0 deflate 1.2.13 Copyright 1995-2022 J\0SSH-2.0-dropbear_2019.78\0"
                .getBytes(ISO_8859_1));

    assertThat(RULES.components("/usr/sbin/dropbear", hints))
        .extracting(Component::name)
        .containsExactly("dropbear", "zlib");
  }

  @Test
  void hostileStringsAreBoundedAndMadeSafe() {
    String escape = "BusyBox v1.2.3 \t" + "A".repeat(5000);
    List<Hint> hints = RULES.hints(escape.repeat(50).getBytes(ISO_8859_1));

    assertThat(hints).hasSizeLessThan(5).allMatch(hint -> hint.how().length() <= 120);
    assertThat(RULES.components("/bin/busybox", hints).get(0).how()).doesNotContain("\t");
    byte[] noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    assertThat(RULES.hints(noise)).isEmpty();
  }

  @Test
  void ofWhatMayBeAVersionTheFirstTenThousandAreLookedAt() {
    String hostile = "\0" + "9.9.9\0".repeat(10_000) + "4.7.0\0wolfSSL Entering\0";

    assertThat(RULES.hints(hostile.getBytes(ISO_8859_1)))
        .extracting(Hint::version)
        .containsExactly("9.9.9");
    assertThat(RULES.hints(hostile.substring(6).getBytes(ISO_8859_1)))
        .extracting(Hint::version)
        .containsExactly("4.7.0");
  }
}
