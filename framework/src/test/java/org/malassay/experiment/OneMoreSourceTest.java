package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Question;
import org.malassay.behavior.Recording;
import org.malassay.behavior.Usage;
import org.malassay.elf.Architecture;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environment.Probe;
import org.malassay.options.Option;
import org.malassay.run.Result;
import org.malassay.sample.Sample;

/**
 * One more thing seen of a sample costs a class and a line. What nothing in the project tells yet,
 * {@link Question}s and {@link Usage}, a third party's source tells, and a fold of its own adds up;
 * neither run nor journal nor report knows of either.
 */
class OneMoreSourceTest extends ExperimentFixture {
  private static final Question ASKED =
      new Question(
          Duration.ofMillis(3),
          Origin.NETWORK,
          OptionalInt.empty(),
          "dns",
          new Endpoint("192.0.2.2", 4000),
          new Endpoint("192.0.2.1", 53),
          "A cnc.example",
          "198.51.100.7");
  private static final Usage USED =
      new Usage(
          Duration.ofMillis(4),
          Origin.HOST,
          Duration.ofMillis(2),
          OptionalLong.of(4096),
          OptionalLong.empty(),
          OptionalInt.of(3),
          OptionalLong.empty(),
          OptionalLong.empty());

  /** The class. */
  private static final class Wiretap {
    private final Recording recording =
        Recording.OFF
            .with(Facet.NETWORK, FacetState.OBSERVED)
            .with(Facet.USAGE, FacetState.cut(7, "a busy host"));

    Recording tell(EventSink events) {
      events.accept(ASKED);
      events.accept(ASKED);
      events.accept(USED);
      return recording;
    }
  }

  /** A guest that has it. */
  private record TappedGuest(Guest guest) implements Guest {
    @Override
    public Execution run(Order order, EventSink events) throws GuestException {
      Recording recording = new Wiretap().tell(events); // the line
      Execution ended = guest.run(order, events);
      return new Execution(
          ended.ending(),
          ended.started(),
          ended.duration(),
          ended.cpu(),
          ended.stdout(),
          ended.stderr(),
          ended.outOfMemory(),
          ended.survivors(),
          ended.refusedForks(),
          recording);
    }

    @Override
    public void put(Sample sample) throws GuestException {
      guest.put(sample);
    }

    @Override
    public Probe probe() throws GuestException {
      return guest.probe();
    }

    @Override
    public void collect(Evidence evidence) throws GuestException {
      guest.collect(evidence);
    }

    @Override
    public void close() {
      guest.close();
    }
  }

  /** The environment of such guests. */
  private record Tapped(FakeEnvironment fake) implements EnvironmentProvider, Environment {
    @Override
    public String name() {
      return fake.name();
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
      return fake.architectures();
    }

    @Override
    public Map<String, String> facts() {
      return fake.facts();
    }

    @Override
    public Map<Facet, Origin> observes() {
      return Map.of(Facet.NETWORK, Origin.NETWORK, Facet.USAGE, Origin.HOST);
    }

    @Override
    public int defaultGuests() {
      return 1;
    }

    @Override
    public Guest start() {
      return new TappedGuest(fake.start());
    }

    @Override
    public void close() {
      fake.close();
    }
  }

  /** A fold of the third party's own. */
  private static final class Answers implements EventSink {
    final Map<String, Integer> told = new TreeMap<>();
    final Map<Facet, Integer> events = new EnumMap<>(Facet.class);

    @Override
    public void accept(Event event) {
      events.merge(event.facet(), 1, Integer::sum);
      if (event instanceof Question question) {
        told.merge(question.asked() + " -> " + question.answer(), 1, Integer::sum);
      }
    }
  }

  @Test
  void itIsInLogRecordingAndFoldsWithoutBeingKnownOnItsWay() throws IOException {
    execute(
        experiment().option(RunOptions.SAMPLE, "a-*").with(List.of(new Tapped(fake)), List.of()));
    Result result = results().get(0);
    Path log = latest().evidence(result).folder().resolve(EventLog.FILE);

    Answers answers = new Answers();
    assertThat(EventLog.read(log, answers)).as("it is whole").isTrue();
    assertThat(answers.told).isEqualTo(Map.of("A cnc.example -> 198.51.100.7", 2));
    assertThat(answers.events)
        .containsEntry(Facet.NETWORK, 2)
        .containsEntry(Facet.USAGE, 1)
        .containsKey(Facet.SERVICE);
    assertThat(Behavior.of(log).questions()).containsExactly(ASKED, ASKED);
    assertThat(result.recording().map(Recording::inOneLine))
        .isEqualTo(
            Optional.of(
                "calls: missing (fake does not tell them);"
                    + " processes: missing (fake does not tell them);"
                    + " files: missing (fake does not tell them); network: observed;"
                    + " usage: cut (7 events lost: a busy host); service: observed"));
  }
}
