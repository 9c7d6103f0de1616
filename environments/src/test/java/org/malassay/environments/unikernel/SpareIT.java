package org.malassay.environments.unikernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.environments.qemu.Vm;

/** The machine that waits. */
@Tag("guest")
@Timeout(600) // the first one builds the kernel
class SpareIT {
  private final List<Vm> made = new ArrayList<>();
  private UnikernelMachine machine;

  @BeforeEach
  void buildTheKernel() throws Exception {
    machine = Kernels.machine(Kernels.get(Kernel.SEALED), 64);
  }

  private Vm make() throws GuestException {
    Vm vm = machine.startPaused(java.time.Duration.ZERO, new Timeouts(1));
    made.add(vm);
    return vm;
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    Leftovers.assertNone();
  }

  @Test
  void theOneThatWaitedIsTakenAndHasNotRun() throws Exception {
    try (Spare spare = new Spare(this::make)) {
      spare.prepare();
      spare.prepare();
      try (Vm vm = spare.take()) {
        assertThat(made).containsExactly(vm);
        assertThat(vm.qmp().execute("query-status", Map.of()).path("status").asText())
            .isEqualTo("prelaunch");
      }
    }
  }

  @Test
  void whereNoneWaitsOneIsMade() throws Exception {
    try (Spare spare = new Spare(this::make);
        Vm vm = spare.take()) {
      assertThat(made).containsExactly(vm);
    }
  }

  @Test
  void theOneThatDiedWaitingIsReplaced() throws Exception {
    try (Spare spare =
        new Spare(
            () -> {
              Vm vm = make();
              if (made.size() == 1) {
                kill();
              }
              return vm;
            })) {
      spare.prepare();
      try (Vm vm = spare.take()) {
        assertThat(made).hasSize(2).endsWith(vm);
        assertThat(vm.isAlive()).isTrue();
      }
    }
  }

  private static void kill() {
    for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
      if (process.info().command().orElse("").contains("qemu")) {
        process.destroyForcibly();
        // The shell that holds it tells its end.
        process.parent().ifPresent(shell -> shell.onExit().orTimeout(10, TimeUnit.SECONDS).join());
      }
    }
  }

  @Test
  void whatCouldNotBeMadeIsTriedAgainAndToldWhenItFailsAgain() {
    List<String> tries = new ArrayList<>();
    try (Spare spare =
        new Spare(
            () -> {
              tries.add("try");
              throw new GuestException("no " + tries.size());
            })) {
      spare.prepare();
      assertThatThrownBy(spare::take).isInstanceOf(GuestException.class).hasMessage("no 2");
    }
  }

  @Test
  void closingEndsTheOneThatWaitsAndNoneIsMadeAfterwards() throws Exception {
    Spare spare = new Spare(this::make);
    spare.prepare();
    spare.close();
    Leftovers.assertNone();
    spare.prepare();
    spare.close();
    assertThat(made).hasSize(1);
  }
}
