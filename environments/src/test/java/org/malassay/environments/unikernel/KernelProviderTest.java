package org.malassay.environments.unikernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Limits;

class KernelProviderTest {
  private static Limits limits(long memory) {
    return new Limits(Duration.ofSeconds(10), 1, memory, 1, 1, 1);
  }

  @Test
  void allThreeAreFoundByTheirNames() {
    assertThat(ServiceLoader.load(EnvironmentProvider.class).stream().map(it -> it.get().name()))
        .contains("unikernel", "unikernel-sealed", "unikernel-linux");
  }

  @Test
  void theirCacheIsOne() {
    assertThat(
            List.of(
                new UnikernelProvider(),
                new SealedUnikernelProvider(),
                new LinuxUnikernelProvider()))
        .allSatisfy(
            provider -> assertThat(provider.options()).containsExactly(KernelProvider.CACHE));
  }

  @Test
  void theDefaultMemoryWillDo() throws Exception {
    assertThat(KernelProvider.memory(limits(256L << 20))).isEqualTo(256);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 63L << 20, 769L << 20, 1L << 40})
  void memoryThatNoUnikernelBootsWithIsRefused(long memory) {
    assertThatThrownBy(() -> KernelProvider.memory(limits(memory)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContainingAll("-Dmemory=64m", "-Dmemory=768m");
  }

  @Test
  void aGuestReachesNoNetworkAndItsPacketsAreCaptured() {
    List<String> command = Kernels.machine(Path.of("/kernel"), 256).command();
    assertThat(command)
        .contains("256M", "/kernel")
        .anyMatch(it -> it.startsWith("user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-"))
        .anyMatch(it -> it.startsWith("filter-dump,") && it.contains("netdev=net"));
  }

  @Test
  void whatIsPackedIsEnoughToBuildTheKernels(@TempDir Path folder) throws Exception {
    Kernel.SEALED.recipe().get().recipe().writeTo(folder.resolve("library-os"));
    assertThat(folder.resolve("library-os").toFile().list())
        .contains("build-image.sh", "boot.S", "kernel.ld", "index.html", "debian.sh")
        .doesNotContain("README.md")
        .noneMatch(name -> name.endsWith(".class"));
    Kernel.LINUX.recipe().get().recipe().writeTo(folder.resolve("linux"));
    assertThat(folder.resolve("linux").toFile().list())
        .contains(
            "build-image.sh",
            "kernel.config",
            "init.c",
            "agent.c",
            "tell.c",
            "agent.h",
            "parts.h",
            "index.html");
  }

  @Test
  void theTwoPoliciesOfTheLibraryOsAreTwoImagesOfOneRecipe() {
    var loader = Kernel.LOADER.recipe().get();
    var sealed = Kernel.SEALED.recipe().get();
    assertThat(loader.recipe().digest()).isEqualTo(sealed.recipe().digest());
    assertThat(loader.arguments()).isNotEqualTo(sealed.arguments());
    assertThat(loader.files()).doesNotContainAnyElementsOf(sealed.files());
  }
}
