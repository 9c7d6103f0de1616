package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessEnded;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Order;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.environment.Used;
import org.malassay.sample.Corpus;
import org.malassay.sample.Sample;
import org.malassay.sample.Unpacking;

class EitherGuestTest {
  private static final Ending NOT_AS_LINUX = QemuUser.notTaking("several words at an odd address");
  private static final Used USED =
      new Used(
          Duration.ofMillis(3),
          OptionalLong.of(5),
          OptionalLong.of(7),
          OptionalInt.of(1),
          OptionalLong.empty(),
          OptionalLong.empty());
  private static final Event FIRST = event(1);
  private static final Event SECOND = event(2);

  private final List<Event> told = new ArrayList<>();
  private Sample sample;

  private static Event event(int process) {
    return new ProcessEnded(
        Duration.ZERO, Origin.GUEST_KERNEL, process, OptionalInt.of(0), OptionalInt.empty());
  }

  @BeforeEach
  void makeASample(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("script"), "#!/bin/sh\n");
    sample = Corpus.of(List.of(folder), Unpacking.into(folder)).samples().get(0);
  }

  /** A guest in which every sample ends the same way. */
  private static final class Fake implements Guest {
    private final Ending ending;
    private final List<Event> events;
    private boolean got;
    private int closed;
    private boolean collected;
    private Runnable meanwhile = () -> {};

    Fake(Ending ending, List<Event> events) {
      this.ending = ending;
      this.events = events;
    }

    @Override
    public void put(Sample delivered) {
      got = true;
    }

    @Override
    public Probe probe() {
      meanwhile.run();
      return new Probe(
          closed > 0 ? Optional.empty() : Optional.of(200),
          Duration.ZERO,
          Optional.empty(),
          Optional.empty());
    }

    @Override
    public Execution run(Order order, EventSink sink) {
      assertThat(got).isTrue();
      events.forEach(sink::accept);
      meanwhile.run();
      return new Execution(
          ending,
          Instant.EPOCH,
          Duration.ofMillis(5),
          Optional.empty(),
          Output.NONE,
          Output.NONE,
          false,
          0);
    }

    @Override
    public Optional<Used> used() {
      return Optional.of(USED);
    }

    @Override
    public void collect(Evidence evidence) {
      collected = true;
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private static Guest nobody() {
    throw new AssertionError("no second guest is needed");
  }

  @Test
  void whatEndsAsOnLinuxIsRunOnce() throws Exception {
    Fake first = new Fake(new Ending.Signaled(7), List.of(FIRST));
    try (Guest guest = new EitherGuest(first, EitherGuestTest::nobody)) {
      guest.put(sample);
      Execution execution = guest.run(Order.of(), told::add);
      assertThat(execution.ending()).isEqualTo(new Ending.Signaled(7));
      assertThat(execution.notes()).isEmpty();
    }
    assertThat(told).containsExactly(FIRST);
    assertThat(first.closed).isOne();
  }

  @Test
  void whatTheEmulatorDoesNotTakeIsRunOnTheOtherKernelAndOnlyThatIsTold() throws Exception {
    Fake first = new Fake(NOT_AS_LINUX, List.of(FIRST));
    Fake second = new Fake(new Ending.Exited(7), List.of(SECOND));
    try (Guest guest = new EitherGuest(first, () -> second)) {
      guest.put(sample);
      Execution execution = guest.run(Order.of(), told::add);
      guest.collect(new Evidence(Path.of("nowhere")));
      assertThat(execution.ending()).isEqualTo(new Ending.Exited(7));
      assertThat(execution.notes())
          .containsExactly(
              "executed on the ARM kernel, as qemu-user does not take several words at an odd"
                  + " address");
    }
    assertThat(told).containsExactly(SECOND);
    assertThat(first.collected).isFalse();
    assertThat(second.collected).isTrue();
    assertThat(first.closed).isOne();
    assertThat(second.closed).isOne();
  }

  @Test
  void whatOneGuestUsedIsNotComparedWithWhatTheOtherUsed() throws Exception {
    Fake first = new Fake(NOT_AS_LINUX, List.of());
    Fake second = new Fake(new Ending.Exited(7), List.of());
    try (Guest guest = new EitherGuest(first, () -> second)) {
      List<Optional<Used>> during = new ArrayList<>();
      second.meanwhile = () -> during.add(used(guest));
      guest.put(sample);
      assertThat(guest.used()).contains(USED);
      Execution execution = guest.run(Order.of(), told::add);
      assertThat(during).containsExactly(Optional.empty());
      assertThat(guest.used()).isEmpty();
      FacetState usage = execution.recording().of(Facet.USAGE);
      assertThat(usage.kind()).isEqualTo(FacetState.Kind.MISSING);
      assertThat(usage.why()).contains("-Dcontainer.kernel=arm");
    }
  }

  @Test
  void whereTheFirstExecutionWasMeasuredUsageIsCut() throws Exception {
    Fake first = new Fake(NOT_AS_LINUX, List.of());
    Fake second = new Fake(new Ending.Exited(7), List.of());
    try (Guest guest = new EitherGuest(first, () -> second)) {
      first.meanwhile = () -> assertThat(used(guest)).contains(USED);
      guest.put(sample);
      assertThat(guest.run(Order.of(), told::add).recording().of(Facet.USAGE).kind())
          .isEqualTo(FacetState.Kind.CUT);
    }
  }

  @Test
  void whatIsRunOnceIsMeasuredToItsEnd() throws Exception {
    Fake first = new Fake(new Ending.Exited(0), List.of());
    try (Guest guest = new EitherGuest(first, EitherGuestTest::nobody)) {
      guest.put(sample);
      Execution execution = guest.run(Order.of(), told::add);
      assertThat(guest.used()).contains(USED);
      assertThat(execution.recording().of(Facet.USAGE)).isEqualTo(FacetState.OFF);
    }
  }

  private void run(Guest guest, Order order) {
    try {
      guest.run(order, told::add);
    } catch (GuestException e) {
      throw new AssertionError(e);
    }
  }

  private static Optional<Used> used(Guest guest) {
    try {
      return guest.used();
    } catch (GuestException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theFirstGuestIsGoneBeforeTheSecondIsStartedAndThatIsNotBlamedOnTheSample() throws Exception {
    Fake first = new Fake(NOT_AS_LINUX, List.of());
    Fake second = new Fake(new Ending.Exited(7), List.of());
    List<Probe> probes = new ArrayList<>();
    List<Guest> guests = new ArrayList<>();
    Guest guest =
        new EitherGuest(
            first,
            () -> {
              assertThat(first.closed).isOne();
              probes.add(guests.get(0).probe());
              return second;
            });
    guests.add(guest);
    guest.put(sample);
    assertThat(guest.probe().available()).isTrue();
    guest.run(Order.of(), told::add);
    assertThat(probes).noneMatch(Probe::asked);
    assertThat(guest.probe().available()).isTrue();
    guest.close();
    assertThat(first.closed).isOne();
    assertThat(second.closed).isOne();
  }

  /** A request that is on its way to the first guest when that is closed. */
  @Test
  void anAnswerThatTheFirstGuestGivesNoMoreIsNone() throws Exception {
    Fake first = new Fake(NOT_AS_LINUX, List.of());
    try (Guest guest = new EitherGuest(first, () -> new Fake(new Ending.Exited(7), List.of()))) {
      guest.put(sample);
      List<Order> once = new ArrayList<>(List.of(Order.of()));
      first.meanwhile =
          () -> {
            if (!once.isEmpty()) {
              run(guest, once.remove(0));
            }
          };
      assertThat(guest.probe().asked()).isFalse();
      assertThat(first.closed).isOne();
    }
  }

  /** What has been told cannot be taken back. */
  @Test
  void aSampleThatDidMuchBeforeStaysAsItEnded() throws Exception {
    Fake first = new Fake(NOT_AS_LINUX, Collections.nCopies(EitherGuest.MOST_HELD + 1, FIRST));
    try (Guest guest = new EitherGuest(first, EitherGuestTest::nobody)) {
      guest.put(sample);
      assertThat(guest.run(Order.of(), told::add).ending()).isEqualTo(NOT_AS_LINUX);
    }
    assertThat(told).hasSize(EitherGuest.MOST_HELD + 1);
  }

  @Test
  void whenThereIsNoSecondGuestTheToolHasFailed() throws Exception {
    Fake first = new Fake(NOT_AS_LINUX, List.of());
    try (Guest guest =
        new EitherGuest(
            first,
            () -> {
              throw new GuestException("no machine");
            })) {
      guest.put(sample);
      assertThatThrownBy(() -> guest.run(Order.of(), told::add)).hasMessage("no machine");
    }
    assertThat(first.closed).isOne();
  }
}
