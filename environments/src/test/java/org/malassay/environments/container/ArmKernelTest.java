package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.machine.Machine;
import org.malassay.environments.qemu.Qemu;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.sample.LoginSession.Protocol;

class ArmKernelTest {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1, 256 << 20, 128, 2.5, 64 << 20);

  private static Options options(String... given) {
    return Options.of(Map.of(given[0], given[1]));
  }

  @ParameterizedTest
  @CsvSource({"host, HOST", "arm, ARM", "auto, AUTO"})
  void theKernelIsChosenByItsName(String name, Kernel kernel) {
    assertThat(options("container.kernel", name).get(ContainerProvider.KERNEL)).isEqualTo(kernel);
  }

  @Test
  void theEnginesOwnKernelIsTheDefault() {
    assertThat(Options.of(Map.of()).get(ContainerProvider.KERNEL)).isEqualTo(Kernel.HOST);
  }

  @Test
  void anotherNameIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> options("container.kernel", "x86").get(ContainerProvider.KERNEL))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dcontainer.kernel=x86")
        .hasMessageContaining("none of host, arm and auto");
  }

  @ParameterizedTest
  @ValueSource(strings = {"arm", "auto"})
  void aRecorderThatOnlyTheOtherKernelHasIsRefusedBeforeAnythingIsMade(String kernel) {
    Options options = Options.of(Map.of("container.kernel", kernel, "recorder", "qemu-strace"));
    assertThatThrownBy(() -> new ContainerProvider().open(new Opening(options, LIMITS, "run")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("has no qemu-user there, with -Dcontainer.kernel=" + kernel)
        .hasMessageEndingWith("leave the option out, or run -Dcontainer.kernel=host");
  }

  /** The engine has the machine's one processor to give away. */
  @Test
  void theLimitsAreTheContainersOwn() {
    assertThat(ArmKernel.start(LIMITS, 80, Optional.of(Protocol.TELNET)))
        .isEqualTo("/usr/local/sbin/malassay-container 268435456 128 1.00 67108864 80 telnet");
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.50", "0.125, 0.125", "0.004, 0.004", "1e-12, 0.000000001"})
  void aSmallShareOfTheProcessorIsNoneToTheEngineOnlyIfItIsZero(double cpus, String told) {
    Limits limits = new Limits(Duration.ofSeconds(10), 1, 256 << 20, 128, cpus, 64 << 20);
    assertThat(ArmKernel.start(limits, 80, Optional.empty()))
        .endsWith(" 128 " + told + " 67108864 80 none");
  }

  @Test
  void theMachinesWayInLeadsToThePortOfTheContainersService() {
    Qemu qemu = new Qemu(Machine.QEMU, "10.0.2", 10);
    assertThat(
            ArmKernel.machine(qemu, LIMITS, options("container.port", "8080"), Optional.empty())
                .http())
        .isEqualTo(8080);
    assertThat(ArmKernel.machine(qemu, LIMITS, Options.of(Map.of()), Optional.empty()).http())
        .isEqualTo(80);
  }

  @Test
  void whatIsPackedIsEnoughToBuildTheImage(@TempDir Path folder) throws Exception {
    MachineImages.RECIPE.writeTo(folder);
    assertThat(folder.toFile().list())
        .contains(
            "build-image.sh",
            "start.sh",
            "runtime.sh",
            "network.sh",
            "guest.sh",
            "debian.sh",
            "awake.c",
            "names.c",
            "names.h",
            "agent.c",
            "disk.c",
            "container");
    assertThat(folder.resolve("container").toFile().list())
        .containsExactlyInAnyOrder("build-image.sh", "debian.sh", "nginx.conf", "index.html");
  }
}
