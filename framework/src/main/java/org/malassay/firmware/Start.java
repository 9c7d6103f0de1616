package org.malassay.firmware;

import java.util.List;

/**
 * Something that an image starts by itself.
 *
 * @param by {@code inittab}, {@code init.d}, {@code rc}, {@code systemd}, {@code procd}, ...
 * @param from the file that says so
 * @param command the program with its arguments, as far as it can be told
 * @param services the network services that the program is known for, such as {@code telnet}
 * @param debug whether it is a door for debugging: a shell on a serial line, a telnetd without a
 *     login, a gdbserver, adbd
 */
public record Start(String by, String from, String command, List<String> services, boolean debug) {
  public Start {
    services = List.copyOf(services);
  }
}
