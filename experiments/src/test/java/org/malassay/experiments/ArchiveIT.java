package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.experiments.ArchiveServer.Fault;

/** What becomes of samples and images on a day on which Debian's archive misbehaves. */
@Tag("guest")
@Timeout(180)
class ArchiveIT {
  private static final String PACKAGE = "busybox-static_1_armel.deb";
  private static final String INDEX = "binary-armel/Packages";
  private static final Path DEBIAN = SampleSources.ROOT.resolve("environments/debian/debian.sh");

  /**
   * @param what the day is like
   * @param apt settings of the machine's apt
   * @param status 0 when the package is had nonetheless
   * @param outcome what is in the package, or why it cannot be had
   */
  private record Day(
      String what, Consumer<ArchiveServer> archive, String apt, int status, String outcome) {}

  private static final List<Day> DAYS =
      List.of(
          had("nothing is wrong", it -> {}),
          had("404 at first", it -> it.withOnce(Fault.NOT_FOUND, PACKAGE)),
          had("an index of the wrong size at first", it -> it.withOnce(Fault.TOO_LONG, INDEX)),
          had("a connection cut at first", it -> it.withOnce(Fault.CUT, PACKAGE)),
          had("a slow archive", it -> it.with(Fault.SLOW, PACKAGE)),
          had("404 of another package", it -> it.with(Fault.NOT_FOUND, "coreutils")),
          had("an index of another architecture", it -> it.with(Fault.TOO_LONG, "binary-armhf")),
          lost(
              "404",
              it -> it.with(Fault.NOT_FOUND, PACKAGE),
              "busybox-static:armel: 404 Not Found"),
          lost(
              "an index of the wrong size",
              it -> it.with(Fault.TOO_LONG, INDEX),
              INDEX + ": File has unexpected size"),
          lost(
              "a connection cut each time",
              it -> it.with(Fault.CUT, PACKAGE),
              "busybox-static:armel: "),
          lost(
              "a package with other bytes",
              it -> it.with(Fault.OTHER_BYTES, PACKAGE),
              "busybox-static:armel: Hash Sum mismatch"),
          lost(
              "a release with other bytes",
              it -> it.with(Fault.OTHER_BYTES, "trixie/Release$"),
              "is not signed"),
          new Day(
              "a silent archive",
              it -> it.with(Fault.SILENT, ""),
              "Acquire::http::Timeout \"1\";", // one at the other end of the world has more
              1,
              "InRelease: Connection "),
          lost("no archive", ArchiveServer::goAway, "connect to 127.0.0.1"));

  private static Day had(String what, Consumer<ArchiveServer> archive) {
    return new Day(what, archive, "", 0, "busybox");
  }

  private static Day lost(String what, Consumer<ArchiveServer> archive, String reason) {
    return new Day(what, archive, "", 1, reason);
  }

  @TempDir static Path shared;
  private static Archive archive;

  @TempDir Path folder;

  @BeforeAll
  static void makeTheArchive() throws Exception {
    archive = Archive.make(shared);
  }

  /** By the script that all recipes have their packages by. All days are lived through at once. */
  @TestFactory
  Stream<DynamicTest> aPackageIsHadOrTheReasonIsTold() {
    List<FutureTask<Command.Outcome>> outcomes =
        DAYS.stream().map(day -> new FutureTask<>(() -> on(day))).toList();
    outcomes.forEach(outcome -> new Thread(outcome).start());
    return IntStream.range(0, DAYS.size())
        .mapToObj(
            i ->
                dynamicTest(DAYS.get(i).what(), () -> compare(DAYS.get(i), outcomes.get(i).get())));
  }

  private static void compare(Day day, Command.Outcome outcome) {
    assertThat(outcome.status()).as(outcome.output()).isEqualTo(day.status());
    assertThat(outcome.output()).contains(day.outcome()).hasLineCount(1);
  }

  private Command.Outcome on(Day day) throws Exception {
    Path place = Files.createDirectory(folder.resolve(day.what()));
    Path apt = Files.writeString(place.resolve("apt.conf"), day.apt());
    try (ArchiveServer server = ArchiveServer.open(archive)) {
      day.archive().accept(server);
      return Command.of(
              "sh",
              "-euc",
              """
              . "$0"
              if debian_open "$1" trixie armel && debian_get busybox-static; then
                dpkg-deb --fsys-tarfile "$debian_file" | tar -xO ./usr/bin/busybox
              else
                echo "$debian_reason"
                exit 1
              fi
              """,
              DEBIAN.toString(),
              place.resolve("state").toString())
          .with(server.environment())
          .with("APT_CONFIG", apt.toString())
          .run();
    }
  }

  /** The main job of a checkout that has nothing of Debian yet. */
  @Test
  void aSampleThatCannotBeHadIsLeftOutAndSaidToBeUntilItCanBeHad() throws Exception {
    Path checkout = Files.createDirectories(folder.resolve("checkout/experiments")).getParent();
    for (String part : List.of("environments", "experiments/samples")) {
      Files.createSymbolicLink(checkout.resolve(part), SampleSources.ROOT.resolve(part));
    }
    Path samples = checkout.resolve("experiments/target/samples");
    try (ArchiveServer server = ArchiveServer.open(archive)) {
      server.with(Fault.NOT_FOUND, PACKAGE).with(Fault.TOO_LONG, "binary-armhf");

      String console = mainJob(checkout, server);

      assertThat(console.split("warning: 12 of \\d+ own samples could not be had: ", -1))
          .as(console)
          .hasSize(3)
          .satisfies(parts -> assertThat(parts[0]).contains("corpus of "))
          .satisfies(parts -> assertThat(parts[1]).contains("1/1 EXECUTABLE", "mean threat"))
          .satisfies(
              parts ->
                  assertThat(parts[2])
                      .contains("busybox-debian-armel - busybox-static:armel: 404 Not Found")
                      .contains("curl-debian-armhf - ", "File has unexpected size")
                      .contains("The next run asks again; MALASSAY_DEBIAN_MIRROR=URL names"));
      assertThat(samples.resolve("true-debian-armel")).hasContent("true");
      assertThat(samples.resolve("busybox-debian-armel")).doesNotExist();

      server.recover();
      console = mainJob(checkout, server);

      assertThat(console).doesNotContain("could not be had");
      assertThat(samples.resolve("busybox-debian-armel")).hasContent("busybox");
      assertThat(server.requests("coreutils_1_armel")).as("what was had").isEqualTo(1);
    }
  }

  private String mainJob(Path checkout, ArchiveServer server) throws Exception {
    try (MainJob job =
        MainJob.start(
            Files.createDirectories(folder.resolve("runs")),
            server.environment(),
            "-Dmalassay.root=" + checkout,
            "-Dsample=exits-0")) {
      assertThat(job.await()).as(job.console()).isZero();
      return job.console();
    }
  }

  /** The recipe asks for no updates of the suite either, which are what is inconsistent most. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NOT_FOUND | base-files_1_armhf  | base-files:armhf: 404 Not Found
          TOO_LONG  | binary-armhf        | binary-armhf/Packages: File has unexpected size
          CUT       | base-files_1_armhf  | base-files:armhf:
          """)
  void aContainersImageThatCannotBeMadeNamesPackageReasonAndRemedy(
      Fault fault, String path, String reason) throws Exception {
    Path recipe = Files.createDirectory(folder.resolve("recipe"));
    for (String file :
        List.of("container/build-image.sh", "debian/debian.sh", "service/index.html")) {
      Path source = SampleSources.ROOT.resolve("environments").resolve(file);
      Files.copy(source, recipe.resolve(source.getFileName()));
    }
    Files.createFile(recipe.resolve("image.tar"));
    try (ArchiveServer server = ArchiveServer.open(archive).with(fault, path)) {
      Command.Outcome outcome =
          Command.of("sh", "build-image.sh", "malassay:test", "index.html", "image.tar")
              .in(recipe)
              .with(server.environment())
              .run();

      assertThat(outcome.status()).as(outcome.output()).isEqualTo(2);
      assertThat(outcome.output())
          .startsWith("Debian's packages cannot be had (" + server.address() + ", trixie): ")
          .contains(reason)
          .endsWith(
              "run the same command again later, or name another archive by"
                  + " MALASSAY_DEBIAN_MIRROR\n")
          .hasLineCount(1);
      assertThat(server.requests(path)).as("attempts").isGreaterThan(1);
      assertThat(server.requests("updates|security")).isZero();
    }
  }

  @Test
  void theMainJobSaysOnceWhyThereIsNoImage() throws Exception {
    Path runs = Files.createDirectory(folder.resolve("runs"));
    try (ArchiveServer server =
            ArchiveServer.open(archive).with(Fault.NOT_FOUND, "base-files_1_armhf");
        MainJob job =
            MainJob.start(
                runs,
                server.environment(),
                "-Denv=raspbian",
                "-Draspbian.cache=" + folder.resolve("cache"),
                "-Dsamples=" + SampleSources.FOLDER)) {
      assertThat(job.await()).as(job.console()).isEqualTo(1);

      assertThat(job.console())
          .containsOnlyOnce(
              "the image of the raspbian environment could not be built: Debian's packages cannot"
                  + " be had (%s, trixie): base-files:armhf: 404 Not Found"
                      .formatted(server.address()))
          .doesNotContain("\tat ");
    }
  }

  /** Of each environment that has one. */
  @Test
  void anImageThatIsThereIsUsedWithoutAskingTheArchive() throws Exception {
    Path runs = Files.createDirectory(folder.resolve("runs"));
    String environments = "-Denv=container,raspbian,unikernel";
    String samples = "-Dsamples=" + HarmlessSamples.build().sample("exits-0");
    try (MainJob builds = MainJob.start(runs, Map.of(), environments, samples)) {
      assertThat(builds.await()).as(builds.console()).isZero();
    }
    try (ArchiveServer server = ArchiveServer.open(archive).with(Fault.NOT_FOUND, "");
        MainJob job = MainJob.start(runs, server.environment(), environments, samples)) {
      assertThat(job.await()).as(job.console()).isZero();
      assertThat(MainJob.results(runs)).hasSize(3);
      assertThat(server.requests("")).isZero();
    }
  }
}
