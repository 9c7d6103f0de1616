package org.malassay.environments.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Environment;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.sample.Sample;

/** Opens an environment for the tests of a class, and sees that nothing of it is left behind. */
@Tag("guest")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class GuestHarness {
  private Environment environment;
  private ArmPrograms arm;
  private Path evidence;

  /** The environment under test, its guests with these limits. */
  protected abstract Environment open(Limits limits) throws Exception;

  /** Fails when anything is left of an environment that was closed. */
  protected abstract void assertNothingIsLeft() throws Exception;

  /** How long a sample may run. */
  protected abstract Duration time();

  /** How much later than that, at most, a guest tells its end on a busy host. */
  protected abstract Duration slack();

  protected final Limits limits() {
    return new Limits(time(), 1 << 20, 256 << 20, 128, 1, 64 << 20);
  }

  @BeforeAll
  final void openForAll(@TempDir Path folder) throws Exception {
    arm = new ArmPrograms(folder);
    evidence = Files.createDirectory(folder.resolve("evidence"));
    environment = open(limits());
  }

  @AfterAll
  final void closeAndLookForWhatIsLeft() throws Exception {
    if (environment != null) { // null when it could not be opened, which is told elsewhere
      environment.close();
      assertNothingIsLeft();
    }
  }

  protected final Environment environment() {
    return environment;
  }

  /** Makes programs for the guests. */
  protected final ArmPrograms arm() {
    return arm;
  }

  /** Runs a sample in a guest of its own, whose service answers before. */
  protected final Assay assay(Sample sample, String... arguments) throws Exception {
    try (Guest guest = environment.start()) {
      guest.put(sample);
      Probe before = guest.probe();
      List<Event> seen = Collections.synchronizedList(new ArrayList<>());
      long start = System.nanoTime();
      Execution execution = guest.run(Order.of(arguments), seen::add);
      Duration wall = Duration.ofNanos(System.nanoTime() - start);
      Probe after = guest.probe();
      Path folder = Files.createTempDirectory(evidence, "sample");
      guest.collect(new Evidence(folder));
      assertThat(before.available()).as("service before: %s", before).isTrue();
      assertThat(wall).isLessThan(time().plus(slack()));
      return new Assay(execution, before, after, wall, List.copyOf(seen), folder);
    }
  }

  /** The same for a program with the given body of {@code main}. */
  protected final Assay assay(String name, String body) throws Exception {
    return assay(arm.program(name, body));
  }

  /** For a thread of its own. */
  protected static Execution run(Guest guest) {
    try {
      return guest.run(Order.of(), EventSink.NONE);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs a program that says something and changes the page of a Linux guest, and returns when it
   * has.
   */
  protected final CompletableFuture<Execution> runningUntilItChangedThePage(Guest guest)
      throws Exception {
    guest.put(
        arm.program(
            "says-so-far",
            """
            write(1, "so far", 6); sleep(1);
            close(creat("/var/www/html/index.html", 0644)); for (;;) pause();
            """));
    Optional<String> page = guest.probe().bodySha256();
    CompletableFuture<Execution> running = CompletableFuture.supplyAsync(() -> run(guest));
    while (!running.isDone() && guest.probe().bodySha256().equals(page)) {
      Thread.onSpinWait(); // a probe takes its time
    }
    return running;
  }

  /** What that program said is kept when the tool fails. */
  protected static void assertSaidSoFar(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof GuestException)) {
      cause = cause.getCause();
    }
    assertThat(((GuestException) cause).evidence().get(Piece.STDOUT))
        .asString()
        .isEqualTo("so far");
  }
}
