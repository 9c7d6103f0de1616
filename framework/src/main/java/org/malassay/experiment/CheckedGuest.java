package org.malassay.experiment;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Libraries;
import org.malassay.environment.Order;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.environment.Used;
import org.malassay.sample.Sample;

/**
 * A guest that may be of a third party. A step that throws, tells what cannot be, or does not
 * return within the bound, is a {@link GuestException}.
 */
final class CheckedGuest implements Guest {
  /** Linux/ARM has 64 signals; 127 is how wait(2) tells of a process that was only stopped. */
  private static final int LAST_SIGNAL = 64;

  private final Guest guest;
  private final ThirdParty steps;
  private final ThirdParty probes;
  private final ThirdParty figures;
  private final Consumer<String> warnings;

  /**
   * @param steps calls all but {@link #probe} and {@link #used}; ends with the guest
   * @param warnings is told what went wrong when the sample's verdict was there
   */
  CheckedGuest(Guest guest, ThirdParty steps, Consumer<String> warnings) {
    this.guest = guest;
    this.steps = steps;
    this.probes = steps.beside();
    this.figures = steps.beside();
    this.warnings = warnings;
  }

  @Override
  public Duration waited() {
    try {
      return steps.call("waited", () -> sound(guest.waited()));
    } catch (Fault e) {
      warnings.accept(String.valueOf(e.getMessage()));
      return Duration.ZERO;
    }
  }

  @Override
  public void put(Sample sample) throws GuestException {
    step(
        steps,
        "put",
        () -> {
          guest.put(sample);
          return true;
        });
  }

  @Override
  public Optional<Libraries> libraries() throws GuestException {
    return step(steps, "libraries", () -> whole(guest.libraries()));
  }

  @Override
  public Probe probe() throws GuestException {
    return step(probes, "probe", () -> sound(guest.probe()));
  }

  @Override
  public Execution run(Order order, EventSink events) throws GuestException {
    return step(steps, "run", () -> sound(guest.run(order, events)));
  }

  @Override
  public Optional<Used> used() throws GuestException {
    return step(figures, "used", () -> sound(guest.used()));
  }

  @Override
  public GuestFile read(String path, int most) throws GuestException {
    return step(steps, "read", () -> sound(guest.read(path, most), most));
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    step(
        steps,
        "collect",
        () -> {
          guest.collect(evidence);
          return true;
        });
  }

  @Override
  public void close() {
    // On a thread of its own, as a step may hang on the guest's.
    try (ThirdParty closing = steps.beside()) {
      steps.close();
      probes.close();
      figures.close();
      closing.call(
          "close of a guest",
          () -> {
            guest.close();
            return true;
          });
    } catch (Fault e) {
      warnings.accept(String.valueOf(e.getMessage()));
    }
  }

  private static <T> T step(ThirdParty caller, String name, ThirdParty.Call<T> call)
      throws GuestException {
    try {
      return caller.call(name, GuestException.class, call);
    } catch (Fault e) {
      throw new GuestException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Duration sound(Duration waited) {
    if (waited.isNegative()) {
      throw new IllegalArgumentException("a negative wait: " + waited);
    }
    return waited;
  }

  @SuppressWarnings("ReturnValueIgnored")
  private static Optional<Libraries> whole(Optional<Libraries> libraries) {
    libraries.hashCode(); // of its components, too
    return libraries;
  }

  private static Optional<Used> sound(Optional<Used> used) {
    used.ifPresent(
        it -> {
          if (it.cpu().isNegative()) {
            throw new IllegalArgumentException("a negative processor time: " + it);
          }
        });
    return used;
  }

  @SuppressWarnings("ReturnValueIgnored")
  private static GuestFile sound(GuestFile file, int most) {
    sound(file.contents());
    if (file.contents().head().length > most) {
      throw new IllegalArgumentException("more of a file than was asked for");
    }
    file.hashCode(); // of its components, too
    return file;
  }

  /** Finds a null here, where its maker can still be named. */
  @SuppressWarnings("ReturnValueIgnored")
  private static Probe sound(Probe probe) {
    probe.status().isPresent();
    probe.bodySha256().isPresent();
    probe.failure().isPresent();
    sound(probe.page());
    if (probe.latency().isNegative()) {
      throw new IllegalArgumentException("a negative latency: " + probe);
    }
    return probe;
  }

  @SuppressWarnings("ReturnValueIgnored")
  private static Execution sound(Execution execution) {
    execution.cpu().isPresent();
    execution.started().getEpochSecond();
    execution.recording().states();
    sound(execution.stdout());
    sound(execution.stderr());
    if (execution.duration().isNegative()) {
      throw new IllegalArgumentException("a negative duration: " + execution.duration());
    }
    if (execution.observed().compareTo(execution.duration()) < 0) {
      throw new IllegalArgumentException("observed for less than it took: " + execution.observed());
    }
    if (execution.ending() instanceof Ending.Signaled signaled
        && (signaled.signal() < 1 || signaled.signal() > LAST_SIGNAL)) {
      throw new IllegalArgumentException("there is no signal " + signaled.signal());
    }
    execution.ending().hashCode(); // of its components, too
    return execution;
  }

  private static void sound(Output output) {
    if (output.total() < output.head().length) {
      throw new IllegalArgumentException("more output was kept than written");
    }
  }
}
