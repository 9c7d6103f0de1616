package org.malassay.environments.machine;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.login.LoginPrograms;
import org.malassay.environments.qemu.Vm;
import org.malassay.sample.LoginSession.Protocol;

/**
 * Logins of remote users that stand before their shell in a template, so that a session that is a
 * sample finds its prompt at once in a clone: a login takes a fresh one twenty seconds. The image
 * has the programs ({@code environments/login}), the servers and the account.
 */
public final class HeldLogins implements Addition {
  /** What the account's shell is where no defence has put in one of its own. */
  public enum Shell {
    /** As on devices. */
    BUSYBOX(":"),
    /** The {@code /bin/sh} of Debian and its likes. */
    DASH("[ -e %1$s ] || echo /bin/dash >%1$s".formatted(LoginPrograms.REAL_SHELL));

    private final String choice;

    Shell(String choice) {
      this.choice = choice;
    }

    /** By its name in small letters. */
    public static Shell of(String text) {
      return switch (text) {
        case "busybox" -> BUSYBOX;
        case "dash" -> DASH;
        default -> throw new IllegalArgumentException("neither busybox nor dash");
      };
    }
  }

  /** For the header of a run. */
  public static final String FACT =
      Arrays.stream(Protocol.values())
          .map(Protocol::word)
          .collect(Collectors.joining(" and ", "by ", ", held at the prompt"));

  /** A shell that a defence confines by what the file is has to be made known to it first. */
  private static final String MAKE_KNOWN =
      "if [ -x /usr/local/sbin/malassay-guard ]; then /usr/local/sbin/malassay-guard gate "
          + LoginPrograms.SHELL_FILE
          + "; fi";

  /** What is used in a clone is in memory then. */
  private static final String WARM_UP = "busybox sh -c :";

  private static final String HELD = "held";

  /**
   * A unit of its own, as the agent is: the login goes on when the kernel kills one of its programs
   * for want of memory, and what a session leaves behind when it ends.
   */
  private static String start(Protocol protocol) {
    String name = "malassay-login-" + protocol.word();
    String said = "/run/" + name;
    return "systemd-run --quiet --unit=%s -p Type=forking -p OOMPolicy=continue -p KillMode=process -p StandardError=file:%s %s && echo %s || tail -c 200 %s"
        .formatted(name, said, LoginPrograms.hold(protocol), HELD, said);
  }

  private final Shell shell;

  /**
   * @param shell of the account
   */
  public HeldLogins(Shell shell) {
    this.shell = shell;
  }

  @Override
  public String description() {
    return Arrays.stream(Protocol.values())
        .map(HeldLogins::start)
        .collect(
            Collectors.joining("\n", String.join("\n", WARM_UP, MAKE_KNOWN, shell.choice, ""), ""));
  }

  @Override
  public void prepare(Vm vm, Ssh ssh) throws GuestException, EnvironmentException {
    ssh.run(WARM_UP, Timeout.TEMPLATE_STEP);
    ssh.run(MAKE_KNOWN, Timeout.TEMPLATE_STEP);
    ssh.run(shell.choice, Timeout.TEMPLATE_STEP);
    for (Protocol protocol : Protocol.values()) {
      String said =
          Patience.within(
              ssh.timeouts(),
              Timeout.LOGIN.usual(),
              "nobody could log in to the guest by " + protocol.word(),
              () -> ssh.ask(start(protocol)));
      if (!said.strip().equals(HELD)) {
        throw new EnvironmentException(
            "nobody can log in to the guest by %s, as the sessions among the samples have to: %s"
                .formatted(protocol.word(), said.strip()));
      }
    }
  }
}
