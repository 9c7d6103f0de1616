package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.GuestHarness;
import org.malassay.sample.Sample;

/** Samples that take what they can of the disk, of which 64 MB are theirs. */
@Timeout(180)
class ContainerDiskIT extends GuestHarness {
  private final ContainerRun run = new ContainerRun();

  /** Several times a sample's share, and no more, should nobody stop it. */
  private static final String MANY = "for (int i = 0; i < 400; i++)";

  @Override
  protected Environment open(Limits limits) throws Exception {
    return run.open(limits);
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    run.assertNothingIsLeft();
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(20);
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(5);
  }

  /** A megabyte is written at a time, and then the sample waits: for what it has coming. */
  private static String taking(String what) {
    return """
    static char b[1 << 20]; char name[300]; memset(b, 'x', sizeof b);
    memset(name, 'n', 250); name[250] = 0;
    %s
    for (;;) pause();
    """
        .formatted(what);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      textBlock =
          """
          many files @ MANY { sprintf(name, "/var/f%d", i); int f = open(name, O_CREAT | O_WRONLY, 0600); write(f, b, sizeof b); close(f); }
          one file @ int f = open("/var/f", O_CREAT | O_WRONLY, 0600); MANY write(f, b, sizeof b);
          kept size @ int f = open("/var/f", O_CREAT | O_WRONLY, 0600); MANY fallocate(f, FALLOC_FL_KEEP_SIZE, (off_t)i << 20, 1 << 20);
          folders @ MANY for (int j = 0; j < 100; j++) { sprintf(name, "/tmp/d%d-%d", i, j); mkdir(name, 0700); }
          empty files @ MANY for (int j = 0; j < 100; j++) { sprintf(name, "/tmp/e%d-%d", i, j); close(open(name, O_CREAT | O_WRONLY, 0600)); }
          over-long path @ chdir("/tmp"); for (int j = 0; j < 30; j++) { mkdir(name, 0700); chdir(name); } MANY { char n[9]; sprintf(n, "f%d", i); int f = open(n, O_CREAT | O_WRONLY, 0600); write(f, b, sizeof b); close(f); }
          too deep to measure @ chdir("/tmp"); for (int j = 0; j < 300; j++) { mkdir("d", 0700); chdir("d"); } MANY { char n[9]; sprintf(n, "f%d", i); int f = open(n, O_CREAT | O_WRONLY, 0600); write(f, b, sizeof b); close(f); }
          deleted, but open @ MANY { int f = open("/tmp/f", O_CREAT | O_WRONLY, 0600); write(f, b, sizeof b); unlink("/tmp/f"); }
          under a mount @ int f = open("/etc/hosts", O_WRONLY); MANY fallocate(f, FALLOC_FL_KEEP_SIZE, (off_t)i << 20, 1 << 20);
          """)
  void whoTakesTooMuchIsStopped(String name, String what) throws Exception {
    assertThat(assay(name, taking(what.replace("MANY", MANY))).execution().ending())
        .isEqualTo(new Ending.Stopped(Limit.DISK));
  }

  /** Neither what is not there, nor what is there twice by name, nor what is gone again. */
  @Test
  void whoTakesLittleIsNotStoppedHoweverMuchItLooks() throws Exception {
    String little =
        """
        static char b[1 << 20]; char name[300]; memset(b, 'x', sizeof b);
        for (int i = 0; i < 4; i++) {
          sprintf(name, "/tmp/s%d", i); ftruncate(open(name, O_CREAT | O_RDWR, 0600), 60 << 20);
        }
        int f = open("/tmp/f", O_CREAT | O_WRONLY, 0600); write(f, b, sizeof b);
        for (int i = 0; i < 200; i++) { sprintf(name, "/tmp/l%d", i); link("/tmp/f", name); }
        for (int i = 0; i < 200; i++) {
          f = open("/tmp/g", O_CREAT | O_WRONLY, 0600); write(f, b, sizeof b); close(f);
          unlink("/tmp/g"); if (i % 20 == 0) usleep(120000);
        }
        sleep(3); return 5;
        """;
    assertThat(assay("little", little).execution().ending()).isEqualTo(new Ending.Exited(5));
  }

  @Test
  void aNeighborThatFillsTheSameDiskTurnsNoVerdict() throws Exception {
    String fills =
        taking(
            "int f = open(\"/var/f\", O_CREAT | O_WRONLY, 0600); for (int i = 0; i < 1000; i++)"
                + " fallocate(f, FALLOC_FL_KEEP_SIZE, (off_t)i << 20, 1 << 20);");
    try (Guest one = environment().start();
        Guest other = environment().start()) {
      one.put(arm().program("waits", "write(1, \"x\", 1); sleep(6); return 7;"));
      other.put(arm().program("fills", fills));
      var waits = CompletableFuture.supplyAsync(() -> run(one));
      assertThat(run(other).ending()).isEqualTo(new Ending.Stopped(Limit.DISK));
      assertThat(waits.get().ending()).isEqualTo(new Ending.Exited(7));
    }
  }

  /** While the sample takes 70 MB, the other one deletes 60: the disk never has 64 MB less. */
  @Test
  void whoTakesTooMuchIsStoppedAlthoughANeighborDeletesAsMuch() throws Exception {
    String deletes =
        """
        char name[9];
        for (int i = 0; i < 60; i++) {
          sprintf(name, "/tmp/%d", i);
          fallocate(open(name, O_CREAT | O_WRONLY, 0600), 0, 0, 1 << 20);
        }
        sleep(2);
        for (int i = 0; i < 60; i++) { sprintf(name, "/tmp/%d", i); truncate(name, 0); usleep(30000); }
        return 7;
        """;
    String takes =
        taking(
            "sleep(1); int f = open(\"/tmp/f\", O_CREAT | O_WRONLY, 0600); for (int i = 0; i < 70;"
                + " i++) { fallocate(f, 0, (off_t)i << 20, 1 << 20); if (i > 10) usleep(30000); }");
    try (Guest one = environment().start();
        Guest other = environment().start()) {
      one.put(arm().program("deletes", deletes));
      var deletion = CompletableFuture.supplyAsync(() -> run(one));
      other.put(arm().program("takes", takes)); // compiled while the other one makes its files
      assertThat(run(other).ending()).isEqualTo(new Ending.Stopped(Limit.DISK));
      assertThat(deletion.get().ending()).isEqualTo(new Ending.Exited(7));
    }
  }

  @Test
  void aSampleThatIsLargerThanItsShareIsNotWhatItHasTaken() throws Exception {
    Sample small = arm().program("padded", "chmod(argv[0], 0700); sleep(2); return 3;");
    byte[] padded = Arrays.copyOf(java.nio.file.Files.readAllBytes(small.file()), 80 << 20);
    Arrays.fill(padded, (int) small.size(), padded.length, (byte) 'p');
    assertThat(assay(arm().bytes("padded", padded)).execution().ending())
        .isEqualTo(new Ending.Exited(3));
  }
}
