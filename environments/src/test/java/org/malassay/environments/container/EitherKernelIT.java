package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.OddElf;

/** Samples that qemu-user does not execute as Linux does, where both kernels are to be had. */
class EitherKernelIT extends ArmKernelHarness {
  @Override
  protected Environment open(Limits limits) throws Exception {
    return open(Map.of("container.kernel", "auto"), limits);
  }

  @Test
  void whatTheEmulatorDoesNotTakeEndsAsOnLinuxAndIsNoted() throws Exception {
    boolean isEmulated = !"native".equals(environment().facts().get("arm code"));
    List<Map.Entry<String, OddElf.Odd>> refused =
        OddElf.table(arm()).entrySet().stream()
            .filter(odd -> odd.getValue().linux() instanceof Ending.Exited)
            .filter(odd -> !odd.getValue().asByQemuUser())
            .limit(4)
            .toList();
    assertThat(refused).isNotEmpty();
    for (Map.Entry<String, OddElf.Odd> odd : refused) {
      Execution execution = assay(arm().bytes("odd", odd.getValue().file())).execution();
      assertThat(execution.ending()).as(odd.getKey()).isEqualTo(odd.getValue().linux());
      assertThat(execution.notes().stream().anyMatch(it -> it.contains("on the ARM kernel")))
          .as(odd.getKey())
          .isEqualTo(isEmulated);
      if (isEmulated) {
        FacetState usage = execution.recording().of(Facet.USAGE);
        assertThat(usage.kind()).isEqualTo(FacetState.Kind.MISSING);
        assertThat(usage.why()).contains("executed on the ARM kernel", "-Dcontainer.kernel=arm");
      }
    }
  }

  @Test
  void allElseIsExecutedOnce() throws Exception {
    Execution execution = assay("exits 3", "return 3;").execution();
    assertThat(execution.ending()).isEqualTo(new Ending.Exited(3));
    assertThat(execution.notes()).isEmpty();
  }
}
