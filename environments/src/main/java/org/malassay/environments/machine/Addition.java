package org.malassay.environments.machine;

import java.util.List;
import java.util.Optional;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;
import org.malassay.environments.qemu.Vm;

/**
 * What every clone of a template has beside its agent: a defence, say. It is prepared when the
 * host's own session, the agent and the recorder wait already, so that it can tell what comes after
 * it from those.
 */
public interface Addition {
  /** What a template is made anew for, when it changes: of what is put in, too. */
  String description();

  /** What is added to the command line of its kernel; nothing mostly. */
  default String kernelOptions() {
    return "";
  }

  /**
   * Puts it into a machine that is to become a template.
   *
   * @param ssh the host's session, as root
   * @throws EnvironmentException if it cannot be had there; the message says why, and what mends it
   */
  void prepare(Vm vm, Ssh ssh) throws GuestException, EnvironmentException;

  /**
   * Why it is not to be trusted in a clone, which is as all others; empty when it does there what
   * it is for. Nothing is checked by default.
   *
   * @param ssh the session that waited in the template
   */
  default Optional<String> check(Vm vm, Ssh ssh) throws GuestException {
    return Optional.empty();
  }

  /**
   * A file of the guest that is a piece of evidence after a sample.
   *
   * @param path of the guest's file, which the agent reads
   */
  record Trace(Piece piece, String path) {}

  /** What it leaves in a guest; a file that is not there then is none. Nothing by default. */
  default List<Trace> traces() {
    return List.of();
  }
}
