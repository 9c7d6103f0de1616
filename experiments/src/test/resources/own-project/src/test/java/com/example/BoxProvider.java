package com.example;

import org.malassay.environment.Order;
import org.malassay.environment.Opening;
import org.malassay.behavior.EventSink;
import java.time.Instant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.options.Option;
import org.malassay.options.Values;
import org.malassay.elf.Architecture;
import org.malassay.sample.Sample;

/** The smallest environment: nothing is executed in it, and everything exits with one status. */
public final class BoxProvider implements EnvironmentProvider {
  private static final Option<Integer> STATUS =
      Option.of("box.status", "NUMBER", "1", "the exit status of every sample", Values::count);

  @Override
  public String name() {
    return "box";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(STATUS);
  }

  @Override
  public Environment open(Opening opening) {
    return new Box(opening.options().get(STATUS));
  }

  private record Box(int status) implements Environment {
    @Override
    public String name() {
      return "box";
    }

    @Override
    public Set<Architecture> architectures() {
      return Set.of(Architecture.ARM);
    }

    @Override
    public Map<String, String> facts() {
      return Map.of("made of", "cardboard");
    }

    @Override
    public int defaultGuests() {
      return 1;
    }

    @Override
    public Guest start() {
      return new Inside(status);
    }

    @Override
    public void close() {}
  }

  private record Inside(int status) implements Guest {
    @Override
    public void put(Sample sample) {}

    @Override
    public Probe probe() {
      return new Probe(
          Optional.empty(), Duration.ZERO, Optional.empty(), Optional.of("no web service"));
    }

    @Override
    public Execution run(Order order, EventSink events) {
      return new Execution(
          new Ending.Exited(status),
          Instant.now(),
          Duration.ofMillis(1),
          Optional.empty(),
          Output.NONE,
          Output.NONE,
          false,
          0);
    }

    @Override
    public void collect(Evidence evidence) {}

    @Override
    public void close() {}
  }
}
