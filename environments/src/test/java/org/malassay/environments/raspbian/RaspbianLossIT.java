package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.machine.Machine;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.environments.qemu.Network;
import org.malassay.environments.qemu.Vm;

/** What becomes of guests whose machine, shell or port fails them. */
class RaspbianLossIT extends RaspbianHarness {
  /** The machines that this process runs. */
  private static List<ProcessHandle> machines() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").contains("qemu-system-"))
        .toList();
  }

  @Test
  void aMachineThatIsKilledUnderItsSampleIsAFailureOfTheTool() throws Exception {
    try (Guest guest = environment().start()) {
      var running = runningUntilItChangedThePage(guest);

      machines().forEach(ProcessHandle::destroyForcibly);

      assertThatThrownBy(() -> running.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasStackTraceContaining(GuestException.class.getName() + ": QEMU ended")
          .satisfies(failure -> assertSaidSoFar(failure));
      assertThat(guest.probe().available()).isFalse();
    }
    assertNothingIsLeft();
  }

  @Test
  @Tag("slow") // a delivery has a minute
  void aDeliveryThatStandsStillIsAFailureOfTheTool() throws Exception {
    try (Guest guest = environment().start()) {
      for (ProcessHandle machine : machines()) {
        new ProcessBuilder("kill", "-STOP", Long.toString(machine.pid())).start().waitFor();
      }
      assertThatThrownBy(() -> guest.put(arm().program("late", "return 0;")))
          .isInstanceOf(GuestException.class)
          .hasMessageMatching(
              "the sample could not be put into the guest in \\d+ s; .* -Dtimeouts.factor=1");
    }
    assertNothingIsLeft();
  }

  @Test
  void aMachineWhoseShellWasKilledGoesWithItsGuest() throws Exception {
    List<ProcessHandle> machines;
    try (Guest guest = environment().start()) {
      assertThat(guest.probe().available()).isTrue();
      machines = machines();
      machines.forEach(machine -> machine.parent().orElseThrow().destroyForcibly());
    }
    Instant deadline = Instant.now().plusSeconds(20);
    while (machines.stream().anyMatch(RaspbianLossIT::runs) && Instant.now().isBefore(deadline)) {
      Thread.sleep(20);
    }
    assertThat(machines).hasSize(1).noneMatch(RaspbianLossIT::runs);
  }

  /** One that ended keeps its number, but no program, where process 1 waits for nobody. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  @Test
  void aPortThatIsTakenIsTold() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start("hostfwd=tcp:127.0.0.1:" + taken.getLocalPort() + "-:80"))
          .isInstanceOf(GuestException.class)
          .hasMessageContaining("QEMU did not start")
          .hasMessageContaining("host forwarding rule");
    }
    Leftovers.assertNone();
  }

  @Test
  void aPortThatLeadsNowhereIsTold() throws Exception {
    try (Vm vm = start("hostfwd=tcp:127.0.0.1:0-:80")) {
      assertThat(vm.port(80)).isPositive();
      assertThatThrownBy(() -> vm.port(22))
          .isInstanceOf(GuestException.class)
          .hasMessage("QEMU forwards no port to the guest's port 22");
    }
  }

  private static Vm start(String forward) throws GuestException {
    return Vm.start(
        List.of(
            Machine.QEMU,
            "-nodefaults",
            "-display",
            "none",
            "-M",
            "virt",
            "-S",
            "-netdev",
            "user,id=net," + forward,
            "-device",
            "virtio-net-device,netdev=net"),
        Vm.newFolder(),
        Set.of(),
        new Timeouts(1),
        Network.restricted());
  }
}
