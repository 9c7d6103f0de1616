package org.malassay.environments.container;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.behavior.EventSink;
import org.malassay.environment.GuestException;
import org.malassay.environment.Order;
import org.malassay.sample.Sample;

/**
 * Tells what a sample crashed of under qemu-user: runs it once more, in a guest of its own, with
 * {@code witness.c} beside it.
 */
final class Witness {
  private static final String PATH = "/tmp/.malassay";

  private final Guests guests;
  private final Program program;
  private Optional<byte[]> compiled = Optional.empty();

  /** What a sample crashed of, in the words of {@code witness.c}. */
  enum Finding {
    /** qemu-user did not load it. */
    LOADER,
    /** It moved several words at an address that is not a multiple of 4. */
    WORDS,
    /** It went on in data. */
    DATA,
    /** None of these, or something else in the second run. */
    OWN
  }

  /** Makes guests that are up. */
  @FunctionalInterface
  interface Guests {
    ContainerGuest start() throws GuestException;
  }

  /** Compiles {@code witness.c}. */
  @FunctionalInterface
  interface Program {
    byte[] compile() throws IOException;
  }

  Witness(Guests guests, Program program) {
    this.guests = guests;
    this.program = program;
  }

  Finding ask(Sample sample, Order order) throws GuestException {
    byte[] witness = compiled();
    try (ContainerGuest guest = guests.start()) {
      String path = guest.place(sample);
      guest.put("the witness", PATH, witness);
      List<String> command = new ArrayList<>(List.of(path));
      command.addAll(order.arguments());
      String said =
          guest
              .run(Order.of(command.toArray(String[]::new)), EventSink.NONE)
              .stdout()
              .text()
              .strip();
      return Stream.of(Finding.values())
          .filter(finding -> finding.name().toLowerCase(Locale.ROOT).equals(said))
          .findFirst()
          .orElse(Finding.OWN);
    }
  }

  private synchronized byte[] compiled() throws GuestException {
    if (compiled.isEmpty()) {
      try {
        compiled = Optional.of(program.compile());
      } catch (IOException e) {
        throw new GuestException(
            "the witness could not be compiled; try -Dsetup: " + e.getMessage(), e);
      }
    }
    return compiled.get();
  }
}
