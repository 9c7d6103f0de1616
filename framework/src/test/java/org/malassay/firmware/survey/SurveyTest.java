package org.malassay.firmware.survey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.Part;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

class SurveyTest {
  @TempDir Path folder;
  private Path images;
  private Path surveys;
  private final AtomicInteger read = new AtomicInteger();
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  @BeforeEach
  void images() throws IOException {
    images = Files.createDirectories(folder.resolve("images"));
    surveys = folder.resolve("surveys");
    image("acme/router/1.0/a.bin", "strong");
    image("acme/router/2.0/b.bin", "weak");
    image("bravo/camera/1.0/c.bin", "encrypted");
  }

  private Path image(String name, String text) throws IOException {
    Path file = images.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Survey open(String id, Map<String, String> options, boolean resumed) {
    Map<String, String> all = new HashMap<>(options);
    all.putIfAbsent("firmware", images.toString());
    return Survey.open(
        SurveyPlan.of(
            Options.of(all),
            surveys,
            id,
            resumed ? Optional.of(surveys.resolve(id)) : Optional.empty(),
            Map.of("malassay", "test")),
        image -> {
          read.incrementAndGet();
          return MadeUpImages.analyse(image);
        },
        new PrintStream(console, true, UTF_8));
  }

  private List<Surveyed> run(String id, Map<String, String> options, boolean resumed)
      throws IOException, InterruptedException {
    try (Survey survey = open(id, options, resumed)) {
      survey.awaitAll();
      survey.closing(Map.of());
    }
    return rows(id);
  }

  private List<Surveyed> rows(String id) throws IOException {
    List<Surveyed> rows = new ArrayList<>();
    assertThat(SurveyDirectory.open(surveys.resolve(id)).forEach(rows::add)).isEmpty();
    return rows;
  }

  @Test
  void eachImageIsARowWhateverBecameOfIt() throws Exception {
    image("d.bin", "damaged");
    image("e.bin", "broken");
    assertThat(run("one", Map.of(), false))
        .extracting(row -> row.image().name() + " " + row.outcome())
        .containsExactly(
            "acme/router/1.0/a.bin READ",
            "acme/router/2.0/b.bin READ",
            "bravo/camera/1.0/c.bin NOTHING",
            "d.bin FAILED",
            "e.bin FAILED");
    assertThat(rows("one").get(3).failure()).isEqualTo("it is damaged from its beginning");
    assertThat(rows("one").get(4).failure()).contains("a defect").contains("MadeUpImages");
    assertThat(rows("one").get(2).unread()).isEqualTo(100);
    assertThat(surveys.resolve("latest")).isSymbolicLink();
    assertThat(console.toString(UTF_8))
        .contains("5 images of 3 vendors")
        .containsPattern("acme +2 +2 +0 +0 +0 +0 +2 +100 % +50 % +50 % +100 % +-");
  }

  /** The first bytes of a compressed kernel in a file system are nobody's format. */
  @Test
  void whatLiesWithinAFileDoesNotMakeTheImageLessUnderstood() {
    FirmwareImage image = new FirmwareImage("a", Path.of("a"), "", "", "", Optional.empty());
    assertThat(outcome(image, "0x0.squashfs!/vmlinuz", Part.State.UNKNOWN))
        .isEqualTo(Surveyed.Outcome.READ);
    assertThat(outcome(image, "", Part.State.UNKNOWN)).isEqualTo(Surveyed.Outcome.PARTLY);
    assertThat(outcome(image, "0x0.zip!/a", Part.State.UNSUPPORTED))
        .isEqualTo(Surveyed.Outcome.PARTLY);
  }

  private static Surveyed.Outcome outcome(FirmwareImage image, String within, Part.State state) {
    return row(
            image,
            MadeUpImages.part(Part.State.READ),
            new Part(within, 0, 9, "unknown", state, "x", 0))
        .outcome();
  }

  private static Surveyed row(FirmwareImage image, Part... parts) {
    return new Surveyed(
        image,
        0,
        0,
        Optional.of(MadeUpImages.facts(image, List.of(parts), List.of())),
        "",
        List.of(),
        "",
        List.of(),
        0);
  }

  @Test
  void whatLiesInAWrapperCountsAsTheImageItself() {
    FirmwareImage image = new FirmwareImage("a", Path.of("a"), "", "", "", Optional.empty());
    Part zip = new Part("", 0, 90, "zip", Part.State.READ, "", 2);
    Part encrypted =
        new Part("0x0.zip!/a.bin", 0, 99, "unknown", Part.State.ENCRYPTED, "encrypted", 0);
    Part root = new Part("0x0.zip!/b.bin", 0, 50, "squashfs", Part.State.READ, "", 100);
    Part file =
        new Part("0x0.zip!/b.bin!0x0.squashfs!/x", 0, 7, "unknown", Part.State.UNKNOWN, "x", 0);
    assertThat(row(image, zip, encrypted))
        .returns(Surveyed.Outcome.NOTHING, Surveyed::outcome)
        .returns(99L, Surveyed::unread);
    assertThat(row(image, zip, encrypted, root, file))
        .returns(Surveyed.Outcome.PARTLY, Surveyed::outcome)
        .returns(99L, Surveyed::unread);
    assertThat(row(image, zip, root, file))
        .returns(Surveyed.Outcome.READ, Surveyed::outcome)
        .returns(0L, Surveyed::unread);
  }

  /** Of what lies in a file of a file system, a test image of a file system may be damaged. */
  @Test
  void aFileSystemThatIsCutInAWrapperIsNotAllThere() {
    FirmwareImage image = new FirmwareImage("a", Path.of("a"), "", "", "", Optional.empty());
    Part zip = new Part("", 0, 90, "zip", Part.State.READ, "", 2);
    Part cut = new Part("0x0.zip!/b.bin", 0, 50, "ubifs", Part.State.CUT, "x", 100);
    assertThat(row(image, zip, cut).outcome()).isEqualTo(Surveyed.Outcome.PARTLY);
    Part root = new Part("0x0.zip!/b.bin", 0, 50, "squashfs", Part.State.READ, "", 100);
    Part inside =
        new Part("0x0.zip!/b.bin!0x0.squashfs!/x", 0, 50, "ext", Part.State.CUT, "x", 100);
    assertThat(row(image, zip, root, inside).outcome()).isEqualTo(Surveyed.Outcome.READ);
  }

  /** The first bytes of a compressed kernel belong to it; a stretch of megabytes does not. */
  @Test
  void aShortStretchBesideWhatIsReadInAWrapperIsNotUnread() {
    FirmwareImage image = new FirmwareImage("a", Path.of("a"), "", "", "", Optional.empty());
    Part update = new Part("", 0, 90, "uimage", Part.State.READ, "", 0);
    Part kernel = new Part("0x0.uimage", 20_000, 50, "gzip", Part.State.READ, "", 1);
    assertThat(
            row(
                    image,
                    update,
                    new Part("0x0.uimage", 0, 20_000, "unknown", Part.State.UNKNOWN, "x", 0),
                    kernel)
                .outcome())
        .isEqualTo(Surveyed.Outcome.READ);
    assertThat(
            row(
                    image,
                    update,
                    kernel,
                    new Part("0x0.uimage", 30_000, 1 << 20, "unknown", Part.State.UNKNOWN, "x", 0))
                .outcome())
        .isEqualTo(Surveyed.Outcome.PARTLY);
  }

  @Test
  void aRowComesBackAsItWasWritten() throws Exception {
    run("one", Map.of(), false);
    Surveyed row = rows("one").get(1);
    assertThat(row.facts()).contains(MadeUpImages.analyse(row.image()));
  }

  @Test
  void aKilledSurveyGoesOnWhereItStopped() throws Exception {
    run("one", Map.of(), false);
    Path journal = surveys.resolve("one/journal.jsonl");
    List<String> lines = Files.readAllLines(journal);
    Files.writeString(journal, lines.get(0) + "\n" + lines.get(1).substring(0, 40));
    String kept = lines.get(0).contains("a.bin") ? "a.bin" : lines.get(0);
    read.set(0);
    assertThat(run("one", Map.of(), true)).hasSize(3);
    assertThat(read).as("all but " + kept).hasValue(2);
    assertThat(console.toString(UTF_8))
        .contains("continued: start 2")
        .contains("images of an earlier start, not read again: 1");
    assertThat(SurveyDirectory.open(surveys.resolve("one")).header().sessions()).hasSize(2);
  }

  @Test
  void anImageThatChangedOrFailedIsReadAgain() throws Exception {
    Path damaged = image("d.bin", "damaged");
    run("one", Map.of(), false);
    image("acme/router/2.0/b.bin", "strong");
    Files.writeString(damaged, "strong");
    read.set(0);
    assertThat(run("one", Map.of(), true))
        .extracting(Surveyed::outcome)
        .containsExactly(
            Surveyed.Outcome.READ,
            Surveyed.Outcome.READ,
            Surveyed.Outcome.NOTHING,
            Surveyed.Outcome.READ);
    assertThat(read).hasValue(2);
  }

  @Test
  void aDamagedLineCostsItsRowAndIsTold() throws Exception {
    run("one", Map.of(), false);
    Path journal = surveys.resolve("one/journal.jsonl");
    Files.writeString(
        journal, "no JSON\n{\"image\":{\"name\":\"x\"}}\n", StandardOpenOption.APPEND);
    List<Surveyed> rows = new ArrayList<>();
    assertThat(SurveyDirectory.open(surveys.resolve("one")).forEach(rows::add))
        .containsExactlyInAnyOrder(
            "line 4 of journal.jsonl is damaged: its row is lost",
            "line 5 of journal.jsonl is damaged: its row is lost");
    assertThat(rows).hasSize(3);
  }

  @Test
  void aGateIsJudgedAnewWhenASurveyGoesOn() throws Exception {
    assertThat(run("one", Map.of(), false)).allMatch(row -> row.violations().isEmpty());
    read.set(0);
    List<Surveyed> rows = run("one", Map.of("firmware.require", "pie,relro"), true);
    assertThat(read).hasValue(0);
    assertThat(rows.get(0).violations()).isEmpty();
    assertThat(rows.get(1).violations()).containsExactly("/bin/a: pie, relro");
    assertThat(rows.get(2).violations()).hasSize(1);
    assertThat(console.toString(UTF_8)).contains("BROKEN: /bin/a: pie, relro");
  }

  @Test
  void whatTheCatalogueSaysNowCountsWhenASurveyGoesOn() throws Exception {
    run("one", Map.of(), false);
    read.set(0);
    Path csv =
        Files.writeString(
            folder.resolve("c.csv"),
            "file,vendor,date\r\nacme/router/1.0/a.bin,Acme Inc.,2019-05-31\r\n");
    Surveyed row = run("one", Map.of("firmware.catalogue", csv.toString()), true).get(0);
    assertThat(read).hasValue(0);
    assertThat(row.image().vendor()).isEqualTo("Acme Inc.");
    assertThat(row.facts().orElseThrow().image()).isEqualTo(row.image());
  }

  private static FirmwareImage named(String name) {
    return new FirmwareImage(name, Path.of(name), "acme", "nas", "9", Optional.empty());
  }

  private Baseline baseline(String id) {
    return Baseline.of(surveys.resolve(id), MadeUpImages::analyse);
  }

  @Test
  void theCounterpartIsTheLatestOfTheSameProductAndName() throws Exception {
    image("acme/nas/1.0/nas-1.0-boot.bin", "strong");
    image("acme/nas/1.0/nas-1.0-root.bin", "strong");
    image("acme/nas/2.0/nas-2.0-boot.bin", "strong");
    image("acme/nas/2.0/nas-2.0-root.bin", "weak");
    run("old", Map.of(), false);
    Baseline baseline = baseline("old");
    assertThat(baseline.before(named("acme/nas/9/nas-9.1-boot.bin")).orElseThrow().image().name())
        .isEqualTo("acme/nas/2.0/nas-2.0-boot.bin");
    assertThat(baseline.before(named("acme/nas/9/nas-9.1-root.bin")).orElseThrow().image().name())
        .isEqualTo("acme/nas/2.0/nas-2.0-root.bin");
    assertThat(baseline.before(named("acme/nas/9/nas-9.1-recovery.bin"))).isEmpty();
    // the only one of its product, whatever its name
    FirmwareImage camera =
        new FirmwareImage("x", Path.of("x"), "bravo", "camera", "9", Optional.empty());
    assertThat(baseline.before(camera)).isPresent();
  }

  /** Those of thousands of images do not fit into memory. */
  @Test
  void theFactsOfABaselineAreReadWhenAskedFor() throws Exception {
    image("acme/nas/1.0/nas.bin", "strong");
    run("old", Map.of(), false);
    Baseline baseline = baseline("old");
    Files.delete(surveys.resolve("old/journal.jsonl"));
    assertThatThrownBy(() -> baseline.before(named("acme/nas/9/nas.bin")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void imagesAreComparedWithTheSameProductOfAnEarlierSurvey() throws Exception {
    image("acme/nas/1.0/nas-1.0.bin", "strong");
    image("acme/nas/2.0/nas-2.0.bin", "weak");
    run("old", Map.of(), false);
    List<Surveyed> rows = run("two", Map.of("firmware.baseline", "old"), false);
    // the later version there is 2.0, which is weak
    assertThat(rows.get(0).against()).isEqualTo("acme/nas/2.0/nas-2.0.bin");
    assertThat(rows.get(0).changes())
        .extracting(ImageChange::kind)
        .containsOnly(ImageChange.Kind.HARDENED);
    assertThat(rows.get(0).violations()).isEmpty();
    assertThat(rows.get(1).changes()).isEmpty();
  }

  @Test
  void imagesAreComparedWithOne() throws Exception {
    String one = images.resolve("acme/router/1.0/a.bin").toString();
    List<Surveyed> rows = run("two", Map.of("firmware.baseline", one), false);
    assertThat(rows.get(1).against()).isEqualTo("a.bin");
    assertThat(rows.get(1).violations())
        .containsExactly(
            "program /bin/a: no pie, and pie in a.bin",
            "program /bin/a: no relro, and relro in a.bin");
  }

  @Test
  void whatCouldNotBeComparedBreaksTheGateAndWhatHasNoCounterpartIsTold() throws Exception {
    run("old", Map.of(), false);
    image("bravo/camera/1.0/c.bin", "strong");
    image("acme/router/2.0/b.bin", "encrypted");
    image("charlie/light/1.0/d.bin", "strong");
    List<Surveyed> rows = run("new", Map.of("firmware.baseline", "old"), false);
    assertThat(rows.get(1).violations())
        .containsExactly(
            "no program was found in it, and 1 in acme/router/2.0/b.bin: nothing could be"
                + " compared");
    assertThat(rows.get(2).violations())
        .containsExactly(
            "no program was found in bravo/camera/1.0/c.bin, and 1 in this one: nothing could be"
                + " compared");
    assertThat(rows.get(3).violations()).isEmpty();
    assertThat(console.toString(UTF_8))
        .contains("images without a counterpart in it, compared with nothing: 1");
  }

  @Test
  void whatCannotBeUsedIsRefusedBeforeAnythingIsRead() throws Exception {
    assertThatThrownBy(() -> open("one", Map.of("firmware.baseline", "gone"), false))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dfirmware.baseline=gone: there is no such image");
    assertThatThrownBy(() -> open("gone", Map.of(), true))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dresume: survey gone cannot be continued");
    try (Survey first = open("one", Map.of(), false)) {
      first.awaitAll();
      assertThatThrownBy(() -> open("one", Map.of(), true))
          .isInstanceOf(OptionException.class)
          .hasMessageContaining("is being written by another run");
    }
  }

  @Test
  void aSurveyIsNotComparedWithItselfWhenItGoesOn() throws Exception {
    run("old", Map.of(), false);
    run("new", Map.of("firmware.baseline", "latest"), false);
    assertThat(SurveyDirectory.open(surveys.resolve("new")).header().last().options())
        .containsEntry("firmware.baseline", surveys.resolve("old").toRealPath().toString());
    assertThatThrownBy(() -> open("new", Map.of("firmware.baseline", "latest"), true))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dfirmware.baseline=latest: is the survey that -Dresume continues");
  }

  /** By what the kernel says: within one process Java itself keeps locks apart. */
  @Test
  void theLockStaysWhenRowsAreReadFromTheJournal() throws Exception {
    run("one", Map.of(), false);
    try (Survey survey = open("one", Map.of(), true)) {
      survey.awaitAll();
      rows("one");
      Object inode = Files.getAttribute(surveys.resolve("one/journal.lock"), "unix:ino");
      assertThat(Files.readString(Path.of("/proc/locks")))
          .containsPattern("POSIX .*WRITE .*:%s ".formatted(inode));
    }
  }

  @Test
  void hostileNamesArePrintedEscaped() throws Exception {
    image("acme/##vso[task]\u001b[31m.bin", "strong");
    run("one", Map.of(), false);
    assertThat(console.toString(UTF_8))
        .doesNotContain("\u001b")
        .doesNotContain("##vso[")
        .contains("\\x1b[31m.bin");
  }
}
