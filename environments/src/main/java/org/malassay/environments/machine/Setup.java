package org.malassay.environments.machine;

import java.nio.file.Files;
import java.nio.file.Path;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.qemu.Vm;

/** Sets defences up in a machine that is to become a template, by scripts that root runs there. */
record Setup(Vm vm, Ssh ssh) {
  /** What a script that has come to its end says last. */
  private static final String DONE = "malassay-defence-is-set-up";

  /** All that it says, of which the end tells why it failed. */
  private static final String LOG = "/run/malassay-setup.log";

  private static final int MOST_BYTES = 4 << 10;

  /**
   * Puts a file into the machine.
   *
   * @param to its path there
   */
  void copy(Path file, String to) throws GuestException {
    Patience.within(
        vm.timeouts(),
        Timeout.TEMPLATE_STEP.usual(),
        "%s could not be put into the guest".formatted(file.getFileName()),
        () -> {
          ssh.copy(() -> Files.newInputStream(file), Files.size(file), to);
          return true;
        });
  }

  /**
   * Runs the script of a defence.
   *
   * @param folder where it is run
   * @param script with its arguments
   * @throws EnvironmentException with what it said, if it does not come to its end
   */
  void run(String defence, String folder, String script)
      throws GuestException, EnvironmentException {
    String said =
        ask(
            "cd %1$s && if sh %2$s >%3$s 2>&1; then echo %4$s; else tail -c %5$d %3$s; fi"
                .formatted(folder, script, LOG, DONE, MOST_BYTES / 2));
    if (!said.strip().endsWith(DONE)) {
      throw new EnvironmentException(
          "the defence %s cannot be had in this guest: %s"
              .formatted(defence, said.isBlank() ? "its setup does not say why" : said.strip()));
    }
  }

  /** What a command says. */
  String ask(String command) throws GuestException {
    return Patience.within(
        vm.timeouts(),
        Timeout.DEFENCE.usual(),
        "a defence was not set up or checked in the guest",
        () -> ssh.ask(command, MOST_BYTES));
  }
}
