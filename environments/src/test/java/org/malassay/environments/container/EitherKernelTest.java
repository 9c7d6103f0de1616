package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Origin;
import org.malassay.elf.Architecture;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Guest;

class EitherKernelTest {
  /** One that makes no guests. */
  private static final class Fake implements Environment {
    private final String execution;
    private final Map<Facet, String> missing = new EnumMap<>(Facet.class);
    private int closed;

    Fake(String execution) {
      this.execution = execution;
    }

    @Override
    public String name() {
      return ContainerProvider.NAME;
    }

    @Override
    public Set<Architecture> architectures() {
      return Set.of(Architecture.ARM);
    }

    @Override
    public Map<String, String> facts() {
      return Map.of("arm code", execution, "variant", execution + " (-Dcontainer.kernel=x)");
    }

    @Override
    public Map<Facet, Origin> observes() {
      return missing.containsKey(Facet.CALLS) ? Map.of() : Map.of(Facet.CALLS, Origin.HOST_KERNEL);
    }

    @Override
    public Map<Facet, String> missing() {
      return missing;
    }

    @Override
    public int defaultGuests() {
      return 1;
    }

    @Override
    public Guest start() {
      throw new AssertionError();
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private static Environment unasked() {
    throw new AssertionError("no machine is needed");
  }

  @Test
  void whereTheEngineRunsArmCodeItselfNoMachineIsBuilt() throws Exception {
    Fake host = new Fake("native");
    assertThat(ContainerProvider.onEither(host, EitherKernelTest::unasked)).isSameAs(host);
    assertThat(host.closed).isZero();
  }

  @Test
  void whereAnEmulatorRunsItBothKernelsAreThere() throws Exception {
    Fake host = new Fake("qemu-user 10.0.2");
    Fake arm = new Fake("qemu-system-aarch64 10.0.2 (TCG), kernel 6.12");
    Environment either = ContainerProvider.onEither(host, () -> arm);
    assertThat(either.facts())
        .doesNotContainKey("on the ARM kernel, variant")
        .containsEntry("variant", "either kernel (-Dcontainer.kernel=auto)")
        .containsEntry("arm code", "qemu-user 10.0.2")
        .containsEntry(
            "on the ARM kernel, arm code", "qemu-system-aarch64 10.0.2 (TCG), kernel 6.12");
    either.close();
    assertThat(host.closed).isOne();
    assertThat(arm.closed).isOne();
  }

  @Test
  void whatOneOfThemDoesNotSeeIsNotSaidToBeSeen() {
    Fake host = new Fake("qemu-user 10.0.2");
    Fake arm = new Fake("qemu-system-aarch64 10.0.2");
    Environment either = new EitherKernel(host, arm);
    assertThat(either.observes()).containsOnlyKeys(Facet.CALLS);
    assertThat(either.missing()).isEmpty();

    arm.missing.put(Facet.CALLS, "the recorder ended");
    assertThat(either.observes()).isEmpty();
    assertThat(either.missing())
        .containsExactly(Map.entry(Facet.CALLS, "on the ARM kernel, the recorder ended"));

    host.missing.put(Facet.CALLS, "no right to load a program");
    assertThat(either.missing())
        .containsExactly(
            Map.entry(
                Facet.CALLS, "no right to load a program; on the ARM kernel, the recorder ended"));
  }

  @Test
  void theFirstIsClosedWhenThereIsNoSecond() {
    Fake host = new Fake("qemu-user 10.0.2");
    assertThatThrownBy(
            () ->
                ContainerProvider.onEither(
                    host,
                    () -> {
                      throw new EnvironmentException("no QEMU");
                    }))
        .hasMessage("no QEMU");
    assertThat(host.closed).isOne();
  }
}
