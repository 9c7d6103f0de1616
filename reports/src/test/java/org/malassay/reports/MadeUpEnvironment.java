package org.malassay.reports;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.Recording;
import org.malassay.behavior.SystemCall;
import org.malassay.elf.Architecture;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environment.Output;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.options.Option;
import org.malassay.sample.Sample;

/**
 * An environment for the whole engine without guests: a sample, a script, exits with the number in
 * its second line, where it is at least the environment's, and opens what its third line names.
 */
public abstract class MadeUpEnvironment implements EnvironmentProvider, Environment {
  private final String name;
  private final int least;

  MadeUpEnvironment(String name, int least) {
    this.name = name;
    this.least = least;
  }

  /** Runs everything as it is. */
  public static final class Box extends MadeUpEnvironment {
    public Box() {
      super("box", 0);
    }
  }

  /** Runs nothing to a good end. */
  public static final class Crate extends MadeUpEnvironment {
    public Crate() {
      super("crate", 3);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Option<?>> options() {
    return List.of();
  }

  @Override
  public Environment open(Opening opening) {
    return this;
  }

  @Override
  public Set<Architecture> architectures() {
    return Set.of(Architecture.ARM);
  }

  @Override
  public Map<String, String> facts() {
    return Map.of("made of", "nothing");
  }

  @Override
  public Map<Facet, Origin> observes() {
    return Map.of(Facet.CALLS, Origin.TRACER, Facet.PROCESSES, Origin.TRACER);
  }

  @Override
  public int defaultGuests() {
    return 2;
  }

  @Override
  public Guest start() {
    return new MadeUpGuest();
  }

  @Override
  public void close() {}

  private final class MadeUpGuest implements Guest {
    private List<String> lines = List.of();

    @Override
    public void put(Sample sample) throws GuestException {
      try (InputStream in = sample.open()) {
        lines = new String(in.readAllBytes(), UTF_8).lines().toList();
      } catch (IOException e) {
        throw new GuestException("unreadable", e);
      }
    }

    @Override
    public Probe probe() {
      byte[] page = "page".getBytes(UTF_8);
      return new Probe(
          Optional.of(200),
          Duration.ofMillis(1),
          Optional.of("page"),
          Optional.empty(),
          new Output(page, page.length));
    }

    @Override
    public Execution run(Order order, EventSink events) {
      events.accept(new ProcessBegun(Duration.ZERO, Origin.TRACER, 2, 1));
      String path = lines.get(2);
      events.accept(
          new SystemCall(
              Duration.ofMillis(1),
              Origin.TRACER,
              Duration.ZERO,
              2,
              2,
              "open",
              List.of("\"" + path + "\"", "O_WRONLY|O_CREAT"),
              Optional.of(path),
              Optional.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              3,
              Optional.empty()));
      byte[] said = ("opens " + path).getBytes(UTF_8);
      return new Execution(
              new Ending.Exited(Math.max(least, Integer.parseInt(lines.get(1)))),
              Instant.EPOCH,
              Duration.ofMillis(5),
              Optional.of(Duration.ofMillis(1)),
              new Output(said, said.length),
              Output.NONE,
              false,
              0)
          .with(
              Recording.OFF
                  .with(Facet.CALLS, FacetState.OBSERVED)
                  .with(Facet.PROCESSES, FacetState.OBSERVED),
              Duration.ZERO);
    }

    @Override
    public void collect(Evidence evidence) throws GuestException {
      try {
        evidence.write(Piece.SERVICE_LOG, "GET /".getBytes(UTF_8));
      } catch (IOException e) {
        throw new GuestException("the disk is full", e);
      }
    }

    @Override
    public void close() {}
  }
}
