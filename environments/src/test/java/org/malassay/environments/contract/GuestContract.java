package org.malassay.environments.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.EventSink;
import org.malassay.elf.Architecture;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Order;
import org.malassay.environment.Probe;
import org.malassay.sample.Sample;

/** What holds in every environment that runs a static ARM program, whatever its guests are. */
public abstract class GuestContract extends GuestHarness {
  @Test
  void anEnvironmentTellsWhatItIsMadeOf() {
    assertThat(environment().architectures()).contains(Architecture.ARM);
    assertThat(environment().facts()).isNotEmpty();
    assertThat(environment().facts().values()).allSatisfy(fact -> assertThat(fact).isNotBlank());
    assertThat(environment().defaultGuests()).isPositive();
  }

  @Test
  void anExitStatusIsTheSamplesOwn() throws Exception {
    Assay assay = assay("exits 3", "puts(\"out\"); fputs(\"err\", stderr); return 3;");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(3));
    assertThat(assay.execution().stdout().text()).isEqualTo("out\n");
    assertThat(assay.execution().stderr().text()).isEqualTo("err");
    assertThat(assay.execution().stdout().cut()).isFalse();
    assertThat(assay.execution().survivors()).isZero();
    assertThat(assay.execution().outOfMemory()).isFalse();
    assertThat(assay.execution().duration()).isBetween(Duration.ofNanos(1), assay.wall());
    assertThat(assay.after().available()).isTrue();
    assertThat(assay.after().bodySha256()).isEqualTo(assay.before().bodySha256());
  }

  @Test
  void argumentsAreGivenAsTheyAre() throws Exception {
    Sample sample = arm().program("uname", "for (int i = 0; i < argc; i++) puts(argv[i]);");
    assertThat(assay(sample, "-a", "", "two words", "\u00e9'\"$(id)").execution().stdout().text())
        .isEqualTo("/tmp/uname\n-a\n\ntwo words\n\u00e9'\"$(id)\n");
    assertThat(assay(sample).execution().stdout().text()).isEqualTo("/tmp/uname\n");
  }

  @Test
  void aSignalIsTheSamplesOwn() throws Exception {
    assertThat(assay("crashes", "*(volatile int *)0 = 1;").execution().ending())
        .isEqualTo(new Ending.Signaled(11));
  }

  @Test
  void aFileOfNoKnownFormatIsRefused() throws Exception {
    assertThat(assay(arm().text("text", "only text\n")).execution().ending())
        .isEqualTo(new Ending.Refused("ENOEXEC"));
  }

  @Test
  void aFileThatIsNoLongerTheOneOfTheCorpusIsNotRun() throws Exception {
    Sample found = arm().program("changes", "return 0;");
    Path file = Files.createTempFile("changed", "");
    byte[] bytes = Files.readAllBytes(found.file());
    bytes[bytes.length - 1] ^= 1; // as long as before
    Files.write(file, bytes);
    Sample changed =
        new Sample(found.path(), file, found.sha256(), found.md5(), found.size(), found.facts());
    try (Guest guest = environment().start()) {
      assertThatThrownBy(() -> guest.put(changed))
          .isInstanceOf(GuestException.class)
          .hasMessageContaining("has changed since the corpus was read");
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aSampleThatRunsForEverIsStoppedAtTheLimit() throws Exception {
    Assay assay = assay("for ever", "for (;;) pause();");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay.execution().duration()).isBetween(time(), time().plus(slack()));
    assertThat(assay.after().available()).isTrue();
  }

  @Test
  void aSampleThatComputesForEverIsStoppedAtTheLimit() throws Exception {
    Assay assay = assay("computes", "for (volatile unsigned i = 0;; i++) {}");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay.execution().duration()).isBetween(time(), time().plus(slack()));
  }

  /** Guests are limited to what the kind of sample may take that has most. */
  @Test
  void aSampleIsStoppedAtTheTimeOfItsOrderThoughItsGuestHasMore() throws Exception {
    Duration more = time().plus(slack()).multipliedBy(2);
    Environment another = open(limits().withTime(more));
    try (Guest guest = another.start()) {
      guest.put(arm().program("for ever", "for (;;) pause();"));
      Execution execution =
          guest.run(new Order(List.of(), Duration.ZERO, Optional.of(time())), EventSink.NONE);
      assertThat(execution.ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
      assertThat(execution.duration()).isBetween(time(), time().plus(slack()));
    } finally {
      another.close();
    }
  }

  private static String flood(String howOften) {
    return """
    static char b[1 << 20]; memset(b, 'x', sizeof b);
    for (%s)
      for (int at = 0; at < sizeof b;) { int n = write(1, b + at, sizeof b - at); at += n; }
    """
        .formatted(howOften);
  }

  @Test
  void aFloodOfOutputIsCutAndCountedToTheByte() throws Exception {
    Assay assay = assay("floods", flood("int i = 0; i < 16; i++"));
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().stdout().head()).hasSize(1 << 20);
    assertThat(assay.execution().stdout().total()).isEqualTo(16L << 20);
  }

  @Test
  void anEndlessFloodOfOutputDoesNotPutOffTheLimit() throws Exception {
    Assay assay = assay("floods for ever", flood(";;"));
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay.execution().duration()).isBetween(time(), time().plus(slack()));
    assertThat(assay.execution().stdout().head()).hasSize(1 << 20);
    assertThat(assay.execution().stdout().cut()).isTrue();
  }

  @Test
  void aChangedPageIsSeen() throws Exception {
    Assay assay =
        assay(
            "defaces",
            """
            int f = open("/var/www/html/index.html", O_WRONLY | O_TRUNC);
            write(f, "owned", 5); close(f);
            """);
    assertThat(assay.after().available()).isTrue();
    assertThat(assay.after().bodySha256()).isNotEqualTo(assay.before().bodySha256());
  }

  @Test
  void aHostileNameStaysOneFileInTheGuest() throws Exception {
    Assay assay = assay("../../etc/x\n$(id);\u001b[31m \"'=cmd|", "puts(argv[0]);");
    assertThat(assay.execution().stdout().text()).matches("/tmp/[\\w.%-]+\n");
  }

  @Test
  void theServiceIsProbedWhileTheSampleRuns() throws Exception {
    try (Guest guest = environment().start()) {
      guest.put(arm().program("sleeps", "sleep(1);"));
      var running = CompletableFuture.supplyAsync(() -> run(guest));
      Probe during = guest.probe();
      assertThat(running).isNotDone();
      assertThat(during.available()).isTrue();
      assertThat(during.latency()).isPositive();
      assertThat(running.get().ending()).isEqualTo(new Ending.Exited(0));
    }
  }

  @Test
  void twoGuestsLiveSideBySideAndDoNotSeeEachOthersFiles() throws Exception {
    String body =
        """
        int seen = access("/tmp/mark-of-another", F_OK) == 0;
        close(open("/tmp/mark-of-another", O_CREAT | O_WRONLY, 0600));
        return seen ? 99 : %d;
        """;
    try (Guest one = environment().start();
        Guest other = environment().start()) {
      one.put(arm().program("one", body.formatted(1)));
      other.put(arm().program("other", body.formatted(2)));
      var first = CompletableFuture.supplyAsync(() -> run(one));
      assertThat(run(other).ending()).isEqualTo(new Ending.Exited(2));
      assertThat(first.get().ending()).isEqualTo(new Ending.Exited(1));
    }
  }

  @Test
  void theNextGuestHasNothingOfTheOneBefore() throws Exception {
    String mark = "close(open(\"/tmp/mark\", O_CREAT | O_WRONLY, 0600)); ";
    String look = "return access(\"/tmp/mark\", F_OK) ? 3 : 4;";
    assertThat(assay("marks", mark + look).execution().ending()).isEqualTo(new Ending.Exited(4));
    assertThat(assay("looks", look).execution().ending()).isEqualTo(new Ending.Exited(3));
  }

  @Test
  void aGuestThatNobodyClosedGoesWithTheEnvironmentAndClosingItThenDoesNoHarm() throws Exception {
    Environment another = open(limits());
    Guest forgotten = another.start();
    another.close();
    assertThat(forgotten.probe().available()).isFalse();
    forgotten.close();
  }
}
