package org.malassay.experiment;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.malassay.behavior.EventSink;
import org.malassay.elf.Architecture;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Libraries;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.sample.Sample;

/** An environment, a guest and a report of somebody else, each method of which can go wrong. */
@NullUnmarked
final class Stranger implements EnvironmentProvider, Report {
  private final Map<String, Callable<?>> faults = new HashMap<>();
  final AtomicBoolean environmentClosed = new AtomicBoolean();

  /** With one method that does this instead. */
  Stranger but(String method, Callable<?> instead) {
    faults.put(method, instead);
    return this;
  }

  @SuppressWarnings("unchecked")
  private <T> T answer(String method, T sound) {
    if (!faults.containsKey(method)) {
      return sound;
    }
    try {
      return (T) faults.get(method).call();
    } catch (Exception e) {
      Stranger.<RuntimeException>whatever(e);
      throw new AssertionError(e);
    }
  }

  /** Throws what Java's compiler would not let pass, as other languages do. */
  @SuppressWarnings("unchecked")
  private static <X extends Exception> void whatever(Exception e) throws X {
    throw (X) e;
  }

  @Override
  public String name() {
    return answer("provider.name", "stranger");
  }

  @Override
  public List<Option<?>> options() {
    return answer("options", new ArrayList<>());
  }

  @Override
  public Path write(Runs runs, Options options) {
    return answer("write", runs.run().path());
  }

  @Override
  public Environment open(Opening opening) {
    return answer("open", new Place());
  }

  private final class Place implements Environment {
    @Override
    public String name() {
      return answer("environment.name", "stranger");
    }

    @Override
    public Set<Architecture> architectures() {
      return answer("architectures", Set.of(Architecture.ARM));
    }

    @Override
    public Map<String, String> facts() {
      return answer("facts", Map.of());
    }

    @Override
    public int defaultGuests() {
      return answer("defaultGuests", 1);
    }

    @Override
    public Guest start() {
      return answer("start", new Inside());
    }

    @Override
    public void close() {
      environmentClosed.set(true);
      answer("environment.close", true);
    }
  }

  private final class Inside implements Guest {
    @Override
    public Duration waited() {
      return answer("waited", Duration.ZERO);
    }

    @Override
    public void put(Sample sample) {
      answer("put", true);
    }

    @Override
    public Optional<Libraries> libraries() {
      return answer("libraries", Optional.empty());
    }

    @Override
    public Probe probe() {
      return answer(
          "probe",
          new Probe(Optional.of(200), Duration.ofMillis(1), Optional.of("p"), Optional.empty()));
    }

    @Override
    public Execution run(Order order, EventSink events) {
      return answer("run", execution(new Ending.Exited(0)));
    }

    @Override
    public void collect(Evidence evidence) {
      answer("collect", true);
    }

    @Override
    public void close() {
      answer("guest.close", true);
    }
  }

  static Execution execution(Ending ending) {
    return new Execution(
        ending,
        Instant.EPOCH,
        Duration.ofMillis(1),
        Optional.empty(),
        Output.NONE,
        Output.NONE,
        false,
        0);
  }
}
