package org.malassay.environments.qemu;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.malassay.environments.internet.MachineInternet;

/**
 * The network of a machine, in which the guest has the same addresses either way.
 *
 * @param internet that the guest finds; empty when it finds nothing but a gateway that leads
 *     nowhere
 * @param ports of the guest, by TCP, that the host reaches: {@link Vm#port}
 */
public record Network(Optional<MachineInternet> internet, List<Integer> ports) {
  /** Where the guest is. */
  private static final String ADDRESS = "10.0.2.15";

  /** The name by which a command's network card refers to it. */
  public static final String ID = "net";

  /** Makes it immutable. */
  public Network {
    ports = List.copyOf(ports);
  }

  /** One in which the guest finds nothing. */
  public static Network restricted(Integer... ports) {
    return new Network(Optional.empty(), List.of(ports));
  }

  /** The value of QEMU's option {@code -netdev}, for the command of a machine that has it. */
  public String netdev() {
    return internet.isPresent()
        ? MachineInternet.netdev(ID)
        : ports.stream()
            .map(port -> ",hostfwd=tcp:127.0.0.1:0-%s:%d".formatted(ADDRESS, port))
            .collect(Collectors.joining("", "user,id=%s,restrict=on".formatted(ID), ""));
  }

  /** The command that runs QEMU in it. */
  List<String> around(List<String> qemu) {
    return internet.map(it -> it.command(ports, qemu)).orElse(qemu);
  }
}
