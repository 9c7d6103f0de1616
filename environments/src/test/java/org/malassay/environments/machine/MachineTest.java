package org.malassay.environments.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.malassay.environments.qemu.Qemu;

class MachineTest {
  private static final Qemu QEMU = new Qemu(Machine.QEMU, "7.2.22", 7);

  @Test
  void aCloneNeitherWritesToItsTemplateNorReachesANetwork() {
    Machine machine = new Machine(QEMU, new Virt(), 512, Machine.HTTP, Optional.empty());
    List<String> command =
        machine.clone(Path.of("/a,b/disk"), Path.of("/ram"), Path.of("/zero"), 24);
    assertThat(command)
        .anyMatch(it -> it.contains("file=/a,,b/disk,snapshot=on"))
        .anyMatch(it -> it.contains("mem-path=/ram") && it.contains("share=off"))
        .anyMatch(it -> it.startsWith("user,") && it.contains("restrict=on"))
        .noneMatch(it -> it.contains("share=on"));
  }

  /** The description is the name of a template: that of a Raspberry Pi stays. */
  @Test
  void theWayInLeadsToThePortOfItsService() {
    String ways = "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-10.0.2.15:22";
    String way = ",hostfwd=tcp:127.0.0.1:0-10.0.2.15:";
    assertThat(new Machine(QEMU, new Virt(), 512, Machine.HTTP, Optional.empty()).description())
        .contains(" -netdev " + ways + way + "80 ");
    assertThat(new Machine(QEMU, new Virt(), 512, 8080, Optional.empty()).description())
        .contains(" -netdev " + ways + way + "8080 ");
    assertThat(new Machine(QEMU, new Virt(), 512, Machine.SSH, Optional.empty()).description())
        .contains(" -netdev " + ways + " ");
  }

  @Test
  void machinesThatDifferHaveTemplatesOfTheirOwn() {
    Qemu other = new Qemu(Machine.QEMU, "7.2.23", 7);
    assertThat(new Machine(QEMU, new Virt(), 512, Machine.HTTP, Optional.empty()).description())
        .isNotEqualTo(
            new Machine(QEMU, new Virt(), 256, Machine.HTTP, Optional.empty()).description())
        .isNotEqualTo(new Machine(QEMU, new Virt(), 512, 8080, Optional.empty()).description())
        .isNotEqualTo(
            new Machine(other, new Virt(), 512, Machine.HTTP, Optional.empty()).description());
  }
}
