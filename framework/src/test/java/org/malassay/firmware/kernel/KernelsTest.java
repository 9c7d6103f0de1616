package org.malassay.firmware.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.firmware.kernel.KernelImageTest.BANNER;
import static org.malassay.firmware.kernel.KernelImageTest.config;
import static org.malassay.firmware.kernel.KernelImageTest.ikconfig;
import static org.malassay.firmware.kernel.KernelImageTest.kernel;
import static org.malassay.firmware.kernel.KernelImageTest.text;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Kernel.Told;

class KernelsTest {
  private static KernelFinding finding(byte[]... pieces) {
    return KernelImage.read(kernel(pieces), Optional.empty()).orElseThrow();
  }

  private static ModuleFinding module(String version, boolean signed, boolean canary) {
    return new ModuleFinding(
        "ext4", version + " SMP mod_unload MIPS32_R2 32BIT", "mipsel", signed, canary);
  }

  private static String map(String... symbols) {
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < 1500; i++) {
      map.append("c0008000 T filler_").append(i).append('\n');
    }
    for (String symbol : symbols) {
      map.append("c0009000 t ").append(symbol).append('\n');
    }
    return map.toString();
  }

  private static Kernel only(Kernels kernels) {
    assertThat(kernels.kernels()).hasSize(1);
    return kernels.kernels().get(0);
  }

  @Test
  void aBannerAndItsModulesAreOneKernel() {
    Kernels kernels = new Kernels();
    kernels.kernel("/(kernel at 0x40)", finding(text(BANNER)));
    kernels.module("/lib/modules/3.10.14/ext4.ko", module("3.10.14", false, true));

    Kernel kernel = only(kernels);
    assertThat(kernel.version()).isEqualTo("3.10.14");
    assertThat(kernel.architecture()).isEqualTo("mipsel");
    assertThat(kernel.how()).isEqualTo("banner of /(kernel at 0x40)");
    assertThat(kernel.options().get("CONFIG_STACKPROTECTOR"))
        .as("a module shows what no string does")
        .isEqualTo(new Told("y", "module /lib/modules/3.10.14/ext4.ko"));
  }

  @Test
  void modulesAloneTellAKernelThatIsNotThere() {
    Kernels kernels = new Kernels();
    kernels.module("/lib/modules/2.6.36/a.ko", module("2.6.36", true, false));
    kernels.module("/lib/modules/2.6.36/b.ko", module("2.6.36", false, false));

    Kernel kernel = only(kernels);
    assertThat(kernel.version()).isEqualTo("2.6.36");
    assertThat(kernel.how()).isEqualTo("vermagic of 2 modules, such as /lib/modules/2.6.36/a.ko");
    assertThat(kernel.protections().get("module-signing").value()).isEqualTo("y");
    assertThat(kernel.protections().get("stack-protector").value()).isEqualTo("unknown");
    assertThat(kernel.protections().get("lsm-built").value()).isEqualTo("unknown");
  }

  @Test
  void aMapTellsWhatIsThereAndWhatIsNot() {
    Kernels kernels = new Kernels();
    kernels.kernel("/vmlinux", finding(text(BANNER)));
    kernels.text("/boot/System.map-3.10.14", map("mark_rodata_ro", "apparmor_init"));

    Kernel kernel = only(kernels);
    assertThat(kernel.protections().get("strict-rwx"))
        .isEqualTo(new Told("y", "symbol mark_rodata_ro of System.map"));
    assertThat(kernel.protections().get("seccomp"))
        .isEqualTo(new Told("n", "no symbol __secure_computing in System.map"));
    assertThat(kernel.protections().get("lsm-built").value()).isEqualTo("apparmor");
    assertThat(kernel.protections().get("lsm-enabled").value()).isEqualTo("unknown");
  }

  @Test
  void aMapOfAnotherVersionOrAFragmentTellsNothing() {
    Kernels kernels = new Kernels();
    kernels.kernel("/vmlinux", finding(text(BANNER)));
    kernels.text("/boot/System.map-4.4.0", map("mark_rodata_ro"));
    kernels.text("/boot/System.map", "c0009000 T mark_rodata_ro\n");

    assertThat(only(kernels).protections().get("strict-rwx").value()).isEqualTo("unknown");
  }

  @Test
  void aConfigurationBesideTheKernelCountsBeforeItsStrings() {
    Kernels kernels = new Kernels();
    kernels.kernel(
        "/vmlinuz",
        finding(text("Linux version 6.1.0-18-armmp (a@b) (gcc) #1 SMP Debian (2024-02-01)")));
    kernels.text(
        "/boot/config-6.1.0-18-armmp",
        config(
            "# Linux/arm 6.1.76 Kernel Configuration",
            "CONFIG_SECCOMP=y",
            "CONFIG_SECURITY_APPARMOR=y",
            "CONFIG_SECURITY_SELINUX=y",
            "CONFIG_LSM=\"landlock,lockdown,yama,integrity,apparmor,selinux\"",
            "CONFIG_MMU=y"));

    Kernel kernel = only(kernels);
    assertThat(kernel.options().get("CONFIG_SECCOMP"))
        .isEqualTo(new Told("y", "/boot/config-6.1.0-18-armmp"));
    assertThat(kernel.protections().get("lsm-built").value()).isEqualTo("apparmor,selinux");
    assertThat(kernel.protections().get("lsm-enabled").value())
        .isEqualTo("apparmor (no policy found)");
    assertThat(kernel.protections().get("aslr").value()).isEqualTo("y");
    assertThat(kernel.protections().get("hardening").value()).matches("\\d+/\\d+");
  }

  @Test
  void whatIsOlderThanAddressRandomisationHasNoneForHavingMemoryManagement() {
    Kernels kernels = new Kernels();
    kernels.text(
        "/boot/config-2.6.10", config("# Linux/arm 2.6.10 Kernel Configuration", "CONFIG_MMU=y"));

    assertThat(only(kernels).version()).isEqualTo("2.6.10");
    assertThat(only(kernels).protections().get("aslr").value()).isEqualTo("unknown");
  }

  @Test
  void aConfigurationAloneIsAKernelToo() {
    Kernels kernels = new Kernels();
    kernels.text(
        "/boot/config-4.9.1", config("# Linux/arm64 4.9.1 Kernel Configuration", "CONFIG_MMU=y"));

    Kernel kernel = only(kernels);
    assertThat(kernel.version()).isEqualTo("4.9.1");
    assertThat(kernel.architecture()).isEqualTo("aarch64");
  }

  @Test
  void settingsOfTheImageCountBeforeWhatTheKernelOffers() {
    byte[] selinux = text("SELinux:  Initializing.");
    byte[] aslr = text("randomize_va_space");
    Kernels off = new Kernels();
    off.kernel("/vmlinux", finding(text(BANNER), selinux, aslr));
    off.setting("kernel.randomize_va_space", new Told("0", "/etc/sysctl.conf"));
    off.setting("selinux", new Told("disabled", "/etc/selinux/config"));
    Kernels on = new Kernels();
    on.kernel("/vmlinux", finding(text(BANNER), selinux, aslr));
    on.setting("selinux", new Told("enforcing", "/etc/selinux/config"));

    assertThat(only(off).protections().get("aslr")).isEqualTo(new Told("n", "/etc/sysctl.conf"));
    assertThat(only(off).protections().get("lsm-enabled").value()).isEqualTo("none");
    assertThat(only(on).protections().get("aslr").value()).isEqualTo("y");
    assertThat(only(on).protections().get("lsm-enabled").value()).isEqualTo("selinux (enforcing)");
  }

  @Test
  void theSameKernelInTwoPlacesIsOne() {
    Kernels kernels = new Kernels();
    kernels.kernel("/a", finding(text(BANNER)));
    kernels.kernel(
        "/b", finding(text(BANNER), ikconfig(config("# Linux/arm 3.10.14 Kernel Configuration"))));

    assertThat(only(kernels).how()).contains("/a");
  }

  @Test
  void namesSayWhatMayBeAText() {
    assertThat(Kernels.isText("/boot/config-6.1.0-18-armmp")).isTrue();
    assertThat(Kernels.isText("/System.map")).isTrue();
    assertThat(Kernels.isText("/etc/config/network")).isFalse();
  }

  @Test
  void versionsAreComparedAsNumbers() {
    assertThat(Versions.compare("3.10.14", "3.9")).isPositive();
    assertThat(Versions.compare("2.6.36+", "2.6.36")).isZero();
    assertThat(Versions.compare("", "2.6.12")).isNegative();
    assertThat(Versions.compare("5.4", "5.4.0")).isZero();
  }
}
