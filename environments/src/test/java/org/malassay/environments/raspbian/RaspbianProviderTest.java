package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.host.Tools;
import org.malassay.environments.machine.Addition;
import org.malassay.environments.machine.HeldLogins;
import org.malassay.environments.machine.Image;
import org.malassay.environments.machine.Machine;
import org.malassay.environments.qemu.Qemu;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

class RaspbianProviderTest {
  private static final Qemu QEMU = new Qemu(Machine.QEMU, "7.2.22", 7);

  private static Options options(String name, String value) {
    return Options.of(Map.of(name, value));
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(EnvironmentProvider.class).stream().map(it -> it.get().name()))
        .contains("raspbian");
  }

  @Test
  void aGuestIsClonedOrBootedAndNothingElse() {
    assertThat(options("raspbian.start", "boot").find(RaspbianProvider.START))
        .contains(RaspbianProvider.Start.BOOT);
    assertThatThrownBy(() -> options("raspbian.start", "warm").find(RaspbianProvider.START))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Draspbian.start=warm: neither clone nor boot");
  }

  @Test
  void aLoginIsHeldInClonesOfTheProjectsImageWithAShellOfItsOwnTemplate() {
    assertThat(RaspbianProvider.noLogins(true, false)).isEmpty();
    assertThat(RaspbianProvider.noLogins(false, false).orElseThrow()).contains("booted");
    assertThat(RaspbianProvider.noLogins(true, true).orElseThrow()).contains("original image");
    assertThat(Stream.of(HeldLogins.Shell.values()).map(HeldLogins::new).map(Addition::description))
        .doesNotHaveDuplicates();
    assertThat(options("raspbian.login", "dash").find(RaspbianProvider.LOGIN))
        .contains(HeldLogins.Shell.DASH);
    assertThatThrownBy(() -> options("raspbian.login", "bash").find(RaspbianProvider.LOGIN))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Draspbian.login=bash: neither busybox nor dash");
  }

  @Test
  void memoryThatNoGuestBootsWithIsRefused() throws Exception {
    assertThat(RaspbianProvider.memory(limits(256L << 20))).isEqualTo(256);
    assertThatThrownBy(() -> RaspbianProvider.memory(limits(64L << 20)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("-Dmemory=192m");
  }

  private static Limits limits(long memory) {
    return new Limits(Duration.ofSeconds(10), 1, memory, 1, 1, 1);
  }

  @Test
  void allThatIsMissingIsNamedAtOnceWithTheOptionThatMendsIt() {
    assertThatThrownBy(() -> Tools.require("raspbian", List.of("one thing", "another")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContainingAll("-Denv=raspbian", "one thing", "another", "-Dsetup");
  }

  @Test
  void aRaspberryPi3HasItsOwnDevicesAndNoMoreMemoryThanItHas() {
    Machine machine =
        new Machine(
            QEMU, Boards.RASPI3B, Boards.RASPI3B.memoryMiB(4096), Machine.HTTP, Optional.empty());
    assertThat(machine.boot(new Image(Path.of("/image"), ""), Path.of("/disk"), false, 24))
        .containsSubsequence("-M", "raspi3b", "-m", "1024M")
        .containsSubsequence("-initrd", "/image/initrd-raspi3b", "-dtb", "/image/raspi3b.dtb")
        .anyMatch(it -> it.startsWith("if=sd,") && it.endsWith("file=/disk,snapshot=on"))
        .anyMatch(it -> it.startsWith("user,") && it.contains("restrict=on"))
        .anyMatch(it -> it.contains(" mem=1024M "))
        .noneMatch(it -> it.contains("virtio") || it.contains("ram0"));
    assertThat(Boards.RASPI3B.memoryMiB(256)).isEqualTo(256);
    assertThat(Boards.VIRT.memoryMiB(4096)).isEqualTo(4096);
  }

  @Test
  void aRaspberryPi3IsNotCloned() {
    Options both = Options.of(Map.of("raspbian.machine", "raspi3b", "raspbian.start", "clone"));
    assertThatThrownBy(
            () -> new RaspbianProvider().open(new Opening(both, limits(256L << 20), "run")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Draspbian.start=clone: a raspi3b cannot be cloned")
        .hasMessageContaining("-Draspbian.start=boot");
    assertThatThrownBy(() -> options("raspbian.machine", "raspi4b").find(RaspbianProvider.MACHINE))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Draspbian.machine=raspi4b: neither virt nor raspi3b");
  }

  @Test
  void theBoardIsTheFirstThatTheKernelHasTheDriversFor(@TempDir Path folder) throws Exception {
    Image image = new Image(folder, "");
    Files.writeString(folder.resolve("kernel-version"), "6.12.47+rpt-rpi-v8\n");

    Files.writeString(folder.resolve("machines"), "virt\nraspi3b\n");
    assertThat(RaspbianProvider.board(Optional.empty(), image)).isEqualTo(Boards.VIRT);
    assertThat(RaspbianProvider.board(Optional.of(Boards.RASPI3B), image))
        .isEqualTo(Boards.RASPI3B);

    Files.writeString(folder.resolve("machines"), "virt virtio_mmio virtio_blk\nraspi3b\n");
    assertThat(RaspbianProvider.board(Optional.empty(), image)).isEqualTo(Boards.RASPI3B);
    assertThatThrownBy(() -> RaspbianProvider.board(Optional.of(Boards.VIRT), image))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage(
            "the image's kernel 6.12.47+rpt-rpi-v8 lacks drivers for -Draspbian.machine=virt:"
                + " virtio_mmio, virtio_blk; leave the option out, and another is chosen");

    Files.writeString(folder.resolve("machines"), "virt virtio_blk\nraspi3b dwc_otg|dwc2\n");
    assertThatThrownBy(() -> RaspbianProvider.board(Optional.empty(), image))
        .hasMessageContainingAll("virtio_blk", "dwc_otg|dwc2");

    Files.delete(folder.resolve("machines"));
    assertThatThrownBy(() -> RaspbianProvider.board(Optional.empty(), image))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("the image in " + folder + " is broken; delete that folder");
  }

  @Test
  void aMistakeInTheLibrariesIsToldBeforeAnythingThatTakesLong(@TempDir Path folder) {
    Path absent = folder.resolve("absent");
    Opening unused = opening(absent, Map.of("libraries.from", "/firmware"));
    assertThatThrownBy(() -> new RaspbianProvider().open(unused))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dlibraries.from=/firmware says nothing");
    Opening away =
        opening(absent, Map.of("libraries", "supply", "libraries.from", absent.toString()));
    assertThatThrownBy(() -> new RaspbianProvider().open(away))
        .hasMessage("-Dlibraries.from=%s: there is no such folder".formatted(absent));
    Opening empty =
        opening(absent, Map.of("libraries", "supply", "libraries.from", folder.toString()));
    assertThatThrownBy(() -> new RaspbianProvider().open(empty))
        .hasMessageContaining("-Dlibraries.from=%s: no shared object for ".formatted(folder));
  }

  private static Opening opening(Path image, Map<String, String> libraries) {
    Map<String, String> all = new HashMap<>(libraries);
    all.put("raspbian.image", image.toString());
    return new Opening(Options.of(all), limits(256L << 20), "run");
  }

  @Test
  void anImageThatIsNotThereIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("raspios.img.xz");
    assertThatThrownBy(
            () ->
                new RaspbianProvider()
                    .open(
                        new Opening(
                            options("raspbian.image", file.toString()), limits(256L << 20), "run")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage("-Draspbian.image=" + file + " cannot be used: there is no such file");
  }

  @Test
  void whatIsPackedIsEnoughToBuildTheImage(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("build"));
    Files.createDirectories(folder.resolve("prepare"));
    ImageStore.RECIPE.writeTo(folder.resolve("build"));
    OriginalImage.RECIPE.writeTo(folder.resolve("prepare"));
    List<String> shared =
        List.of(
            "guest.sh",
            "debian.sh",
            "awake.c",
            "agent.c",
            "file.c",
            "tell.c",
            "agent.h",
            "parts.h",
            "frames.h",
            "nginx.conf",
            "index.html");
    assertThat(folder.resolve("build").toFile().list())
        .contains("build-image.sh", "suite")
        .containsAll(shared)
        .hasSize(31);
    assertThat(folder.resolve("prepare").toFile().list())
        .contains("prepare-image.sh")
        .containsAll(shared)
        .hasSize(18);
  }
}
