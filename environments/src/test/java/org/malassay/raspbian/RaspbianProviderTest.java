package org.malassay.raspbian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Limits;
import org.malassay.guest.Tools;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.qemu.Qemu;

class RaspbianProviderTest {
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
    assertThat(options("raspbian.start", "boot").get(RaspbianProvider.START))
        .isEqualTo(RaspbianProvider.Start.BOOT);
    assertThatThrownBy(() -> options("raspbian.start", "warm").get(RaspbianProvider.START))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Draspbian.start=warm: neither clone nor boot");
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
  void theVersionOfQemuIsReadAndOtherThingsAreNot() throws Exception {
    Qemu qemu = Qemu.of(Machine.QEMU, "QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)");
    assertThat(qemu.version()).isEqualTo("10.0.2 (Debian 1:10.0.2+ds-2)");
    assertThat(qemu.readOnlyMemory()).isEqualTo(",readonly=on,rom=off");
    assertThat(Qemu.of(Machine.QEMU, "QEMU emulator version 7.2.22 (Debian)").readOnlyMemory())
        .isEmpty();
    assertThatThrownBy(() -> Qemu.of(Machine.QEMU, "not QEMU")).hasMessageContaining("-Dsetup");
  }

  @Test
  void aCloneNeitherWritesToItsTemplateNorReachesANetwork() throws Exception {
    Machine machine = new Machine(Qemu.of(Machine.QEMU, "QEMU emulator version 7.2.22"), 512);
    List<String> command = machine.clone(Path.of("/a,b/disk"), Path.of("/ram"), Path.of("/zero"));
    assertThat(command)
        .anyMatch(it -> it.contains("file=/a,,b/disk,snapshot=on"))
        .anyMatch(it -> it.contains("mem-path=/ram") && it.contains("share=off"))
        .anyMatch(it -> it.startsWith("user,") && it.contains("restrict=on"))
        .noneMatch(it -> it.contains("share=on"));
  }

  @Test
  void machinesThatDifferHaveTemplatesOfTheirOwn() throws Exception {
    Qemu qemu = Qemu.of(Machine.QEMU, "QEMU emulator version 7.2.22");
    assertThat(new Machine(qemu, 512).description())
        .isNotEqualTo(new Machine(qemu, 256).description())
        .isNotEqualTo(
            new Machine(Qemu.of(Machine.QEMU, "QEMU emulator version 7.2.23"), 512).description());
  }

  @Test
  void whatIsPackedIsEnoughToBuildTheImage(@TempDir Path folder) throws Exception {
    ImageStore.RECIPE.writeTo(folder);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder(
            "build-image.sh", "awake.c", "agent.c", "nginx.conf", "index.html");
  }
}
