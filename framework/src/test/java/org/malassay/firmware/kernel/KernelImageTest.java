package org.malassay.firmware.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.firmware.Kernel.Told;

class KernelImageTest {
  static final String BANNER =
      "Linux version 3.10.14 (root@build) (gcc version 4.6.3 (Buildroot 2012.11.1) ) #2 SMP Thu Jul"
          + " 16 10:27:54 CST 2015";

  /** As large as a kernel, with what is given at its beginning and in its middle. */
  static byte[] kernel(byte[]... pieces) {
    byte[] file = new byte[400 * 1024];
    new Random(3).nextBytes(file);
    for (int i = 0; i < file.length; i++) {
      file[i] |= (byte) 0x80; // nothing printable by chance
    }
    int at = 100 * 1024;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, file, at, piece.length);
      at += piece.length + 16;
    }
    return file;
  }

  static byte[] text(String text) {
    return ("\0" + text + "\n\0").getBytes(ISO_8859_1);
  }

  static byte[] ikconfig(String config) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("IKCFG_ST".getBytes(ISO_8859_1));
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(config.getBytes(ISO_8859_1));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    out.writeBytes("IKCFG_ED".getBytes(ISO_8859_1));
    return out.toByteArray();
  }

  static String config(String title, String... options) {
    StringBuilder config = new StringBuilder(title + "\n");
    for (int i = 0; i < 30; i++) {
      config.append("CONFIG_FILLER_").append(i).append("=y\n");
    }
    for (String option : options) {
      config.append(option).append('\n');
    }
    return config.toString();
  }

  private static KernelFinding read(byte[]... pieces) {
    return KernelImage.read(kernel(pieces), Optional.empty()).orElseThrow();
  }

  @Test
  void theBannerTellsVersionAndDate() {
    KernelFinding kernel = read(text(BANNER));

    assertThat(kernel.version()).isEqualTo("3.10.14");
    assertThat(kernel.built()).isEqualTo("Thu Jul 16 10:27:54 CST 2015");
    assertThat(kernel.configured()).isFalse();
    assertThat(kernel.options()).containsEntry("CONFIG_SMP", new Told("y", "banner"));
  }

  @Test
  void debiansBannerTellsItsOwnDate() {
    KernelFinding kernel =
        read(
            text(
                "Linux version 6.1.0-18-armmp (debian-kernel@lists.debian.org)"
                    + " (arm-linux-gnueabihf-gcc-12 (Debian 12.2.0-14) 12.2.0, GNU ld) #1 SMP"
                    + " Debian 6.1.76-1 (2024-02-01)"));

    assertThat(kernel.version()).isEqualTo("6.1.0-18-armmp");
    assertThat(kernel.built()).isEqualTo("2024-02-01");
  }

  @Test
  void itsOwnConfigurationTellsEveryOptionThatIsAskedFor() {
    KernelFinding kernel =
        read(
            text(BANNER),
            ikconfig(
                config(
                    "# Linux/mips 3.10.14 Kernel Configuration",
                    "CONFIG_CPU_LITTLE_ENDIAN=y",
                    "CONFIG_CC_STACKPROTECTOR=y",
                    "CONFIG_DEFAULT_SECURITY=\"selinux\"",
                    "# CONFIG_SECCOMP is not set")));

    assertThat(kernel.configured()).isTrue();
    assertThat(kernel.architecture()).isEqualTo("mipsel");
    assertThat(kernel.options())
        .containsEntry("CONFIG_STACKPROTECTOR", new Told("y", "ikconfig"))
        .containsEntry("CONFIG_SECCOMP", new Told("n", "ikconfig, not set"))
        .containsEntry("CONFIG_DEFAULT_SECURITY", new Told("selinux", "ikconfig"))
        .containsKeys(Hardening.wanted().keySet().toArray(String[]::new));
  }

  @Test
  void aDamagedConfigurationLeavesTheStrings() {
    byte[] config = ikconfig(config("# Linux/arm 3.10.14 Kernel Configuration"));
    byte[] cut = Arrays.copyOf(config, 30);

    KernelFinding kernel = read(text(BANNER), cut, text("SELinux:  Initializing."));

    assertThat(kernel.configured()).isFalse();
    assertThat(kernel.options().get("CONFIG_SECURITY_SELINUX").value()).isEqualTo("y");
  }

  @Test
  void stringsTellWhatIsThereAndAbsenceOnlyFromTheVersionThatHasThem() {
    KernelFinding old =
        read(text(BANNER), text("stack-protector: Kernel stack is corrupted in: %p"));
    KernelFinding late =
        read(text("Linux version 5.15.0 (a@b) (gcc) #1 Fri Jan 7 10:00:00 UTC 2022"));

    assertThat(old.options().get("CONFIG_STACKPROTECTOR"))
        .isEqualTo(new Told("y", "string \"stack-protector: Kernel stack is corrupted in\""));
    assertThat(old.options().get("CONFIG_SECURITY_SELINUX"))
        .isEqualTo(new Told("n", "no string \"SELinux:  Initializing.\""));
    assertThat(old.options()).doesNotContainKey("CONFIG_SECURITY_LANDLOCK");
    assertThat(late.options().get("CONFIG_SECURITY_LANDLOCK").value()).isEqualTo("n");
    assertThat(late.options().get("CONFIG_STACKPROTECTOR").value()).isEqualTo("n");
    assertThat(late.options()).doesNotContainKey("CONFIG_RANDOMIZE_BASE");
  }

  @Test
  void anExportedSymbolTellsByItsWholeName() {
    assertThat(
            read(text(BANNER), text("\0__stack_chk_fail\0")).options().get("CONFIG_STACKPROTECTOR"))
        .isEqualTo(new Told("y", "symbol __stack_chk_fail"));
    assertThat(
            read(text(BANNER), text("my__stack_chk_fail_too"))
                .options()
                .get("CONFIG_STACKPROTECTOR")
                .value())
        .isEqualTo("n");
  }

  @ParameterizedTest
  @CsvSource({
    "'3.10.14 SMP mod_unload MIPS32_R2 32BIT ', mips",
    "'4.4.0 SMP mod_unload ARMv7 p2v8 ', arm",
    "'6.1.0 SMP mod_unload aarch64', aarch64",
    "arch/mips/kernel/traps.c, mips",
    "arch/powerpc/mm/fault.c, powerpc",
  })
  void theArchitectureIsToldByMagicOrFolders(String words, String architecture) {
    assertThat(read(text(BANNER), text(words)).architecture()).isEqualTo(architecture);
  }

  @ParameterizedTest
  @CsvSource({"08 00 e0 03, mipsel", "03 e0 00 08, mips", "00 00 00 00, mips"})
  void theOrderOfTheBytesOfMipsIsToldByItsCode(String word, String architecture) {
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (int shift = 0; shift < 4; shift++) { // wherever it comes to lie, one of them is aligned
      for (int i = 0; i < 16; i++) {
        code.writeBytes(HexFormat.ofDelimiter(" ").parseHex(word));
      }
      code.write(0);
    }
    assertThat(
            read(text(BANNER), text("arch/mips/kernel/traps.c"), code.toByteArray()).architecture())
        .isEqualTo(architecture);
  }

  @Test
  void whatQuotesABannerIsNoKernel() {
    byte[] log = ("[    0.000000] " + BANNER + "\n").repeat(5000).getBytes(ISO_8859_1);
    byte[] small = Arrays.copyOf(text(BANNER), 1000);

    assertThat(KernelImage.read(log, Optional.empty())).isEmpty();
    assertThat(KernelImage.read(small, Optional.empty())).isEmpty();
    assertThat(KernelImage.read(kernel(text("Linux version %s")), Optional.empty())).isEmpty();
    assertThat(KernelImage.read(kernel(), Optional.empty())).isEmpty();
  }

  @Test
  void aBombOfAConfigurationIsCut() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.writeBytes("IKCFG_ST".getBytes(ISO_8859_1));
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        gzip.write(zeros);
      }
    }

    assertThat(read(text(BANNER), bomb.toByteArray()).configured()).isFalse();
  }

  @Test
  void aConfigurationIsTriedSixteenTimes() {
    byte[] config = ikconfig(config("# Linux/mips 3.10.14 Kernel Configuration"));

    assertThat(read(text(BANNER), text("IKCFG_ST ".repeat(15)), config).configured()).isTrue();
    assertThat(read(text(BANNER), text("IKCFG_ST ".repeat(16)), config).configured()).isFalse();
  }

  @Test
  void aConfigurationOfSomethingElseIsNone() {
    assertThat(Configuration.read(config("# Busybox version: 1.30.1", "# CONFIG_X is not set")))
        .isEmpty();
    assertThat(Configuration.read("# Linux/arm 5.4.0 Kernel Configuration\nCONFIG_A=y\n"))
        .isEmpty();
    assertThat(Configuration.read("")).isEmpty();
    Configuration old =
        Configuration.read(
                config("#\n# Linux kernel version: 2.6.21\n# Mon Jan  1 2007", "CONFIG_MMU=y"))
            .orElseThrow();
    assertThat(old.version()).isEqualTo("2.6.21");
    assertThat(old.architecture()).isEmpty();
  }

  @Test
  void anyMutationIsReadOrNone() {
    byte[] whole =
        kernel(text(BANNER), ikconfig(config("# Linux/arm 3.10.14 Kernel Configuration")));
    Random random = new Random(9);
    for (int i = 0; i < 60; i++) {
      byte[] mutant = whole.clone();
      ByteBuffer.wrap(mutant).putInt(100 * 1024 + random.nextInt(600), random.nextInt());
      KernelImage.read(mutant, Optional.empty())
          .ifPresent(kernel -> assertThat(kernel.version()).isNotEmpty());
    }
  }
}
