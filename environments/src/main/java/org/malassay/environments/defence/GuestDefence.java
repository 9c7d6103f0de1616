package org.malassay.environments.defence;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.malassay.environment.Defence;

/**
 * A defence of a guest's system.
 *
 * @param told its name, and what it does
 * @param setup the script that sets it up in a guest, with its arguments: run by root in the folder
 *     of what a defence consists of, it says on standard error why it cannot
 * @param entry the command that makes what follows it a part of a remote login, as a login would
 * @param refused what is refused to a remote login then; all else that {@link #ALLOWED} names works
 * @param kernelOptions for the command line of the guest's kernel, each after a blank
 * @param impossible why it cannot be had here, and what mends it; empty when it can
 */
public record GuestDefence(
    Defence told,
    List<String> setup,
    List<String> entry,
    Set<Attempt> refused,
    String kernelOptions,
    Optional<String> impossible) {

  /** What every defence lets a remote login do. */
  public static final Set<Attempt> ALLOWED =
      Set.of(Attempt.READ, Attempt.WRITE, Attempt.FOLDER, Attempt.RUN);

  public GuestDefence {
    setup = List.copyOf(setup);
    entry = List.copyOf(entry);
    refused = Set.copyOf(refused);
  }

  /** One that cannot be had here. */
  static GuestDefence impossible(Defence told, String why) {
    return new GuestDefence(told, List.of(), List.of(), Set.of(), "", Optional.of(why));
  }

  /** As {@code -Denv} names it. */
  public String name() {
    return told.name();
  }
}
