package org.malassay.unikernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Ending;
import org.malassay.guest.Assay;
import org.malassay.guest.Web;
import org.malassay.qemu.Vm;

/** The library OS that loads nothing. */
class SealedUnikernelGuestIT extends UnikernelHarness {
  @Override
  KindProvider provider() {
    return new SealedUnikernelProvider();
  }

  @Test
  void nothingIsLoadedAndTheServerLivesOn() throws Exception {
    for (var sample :
        java.util.List.of(
            arm().program("exits", "return 0;"), arm().text("script", "#!/bin/sh\nexit 0\n"))) {
      Assay assay = assay(sample);
      assertThat(assay.execution().ending()).isEqualTo(new Ending.Refused("ENOSYS"));
      assertThat(assay.after().available()).isTrue();
      assertThat(assay.after().bodySha256()).isEqualTo(assay.before().bodySha256());
      assertThat(assay.evidence().resolve("capture.pcap")).exists();
    }
  }

  @Test
  void theSameSourcesMakeTheSameBytesWhereverTheyAreBuilt(@TempDir Path folder) throws Exception {
    assertThat(Kernels.digestOfAnother(provider().kind(), folder))
        .isEqualTo(environment().facts().get("image"));
  }

  @Test
  void itServesThePageOfTheOtherEnvironments() throws Exception {
    try (var page = getClass().getResourceAsStream("/org/malassay/page/index.html")) {
      String sha256 =
          java.util.HexFormat.of()
              .formatHex(
                  java.security.MessageDigest.getInstance("SHA-256").digest(page.readAllBytes()));
      assertThat(assay("exits", "return 0;").before().bodySha256()).contains(sha256);
    }
  }

  @Test
  void aCaptureThatReachesItsBoundEndsAndTheGuestServesOn() throws Exception {
    Machine machine = new Machine(Kernels.get(Kind.SEALED), 64);
    int bound = 8 * 1024;
    try (Vm vm = Vm.startBounded(machine.command(), Vm.newFolder(), Set.of(), bound)) {
      int port = vm.port(Machine.HTTP);
      for (int i = 0; i < 30; i++) {
        assertThat(Web.ask(port, Duration.ofSeconds(20)).available()).isTrue();
      }
      assertThat(vm.file(Machine.CAPTURE)).hasSize(bound);
      assertThat(vm.isAlive()).isTrue();
    }
  }
}
