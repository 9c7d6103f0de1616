package org.malassay.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.lingala.zip4j.ZipFile;
import net.lingala.zip4j.model.FileHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.FileKept;
import org.malassay.behavior.FileNotKept;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Recording;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Output;
import org.malassay.sample.Digest;
import org.malassay.sample.FileFacts;
import org.malassay.sample.Sample;
import org.malassay.score.RuleBook;

/** What a sample leaves in its guest, read out of it. */
class KeptFilesTest {
  private static final Recording PLANNED =
      Recording.OFF.with(Facet.CALLS, FacetState.OBSERVED).with(Facet.FILES, FacetState.OBSERVED);
  private static final Execution EXITED =
      Execution.notStarted(new Ending.Exited(0))
          .with(PLANNED.with(Facet.FILES, FacetState.OFF), Duration.ZERO);
  private static final String OWN = Digest.of("the sample".getBytes(UTF_8)).sha256();

  @TempDir private Path folder;
  private final Map<String, GuestFile> inTheGuest = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private String failing = "";
  private final List<Event> events = new ArrayList<>();

  /** One that has files. */
  private final class FileGuest extends AskedGuest {
    @Override
    public GuestFile read(String path, int most) throws GuestException {
      asked.add(path);
      if (path.equals(failing)) {
        throw new GuestException("it broke off");
      }
      GuestFile file = inTheGuest.getOrDefault(path, GuestFile.unreadable("it is not there"));
      byte[] head = file.contents().head();
      return head.length <= most
          ? file
          : GuestFile.read(
              new Output(java.util.Arrays.copyOf(head, most), file.contents().total()), true);
    }
  }

  private static SystemCall call(
      String name, String path, Optional<String> target, String... words) {
    return new SystemCall(
        Duration.ZERO,
        Origin.HOST_KERNEL,
        Duration.ZERO,
        7,
        7,
        name,
        List.of(words),
        Optional.of(path),
        target,
        Optional.empty(),
        OptionalInt.empty(),
        1,
        Optional.empty());
  }

  private static SystemCall writes(String path) {
    return call("write", path, Optional.empty(), "3", "\"x\"", "1");
  }

  private static SystemCall creates(String path) {
    return call(
        "openat", path, Optional.empty(), "AT_FDCWD", path, "O_WRONLY|O_CREAT|O_TRUNC", "0644");
  }

  private void left(String path, byte[] contents) {
    inTheGuest.put(path, GuestFile.read(new Output(contents, contents.length), true));
  }

  private void left(String path, String contents) {
    left(path, contents.getBytes(UTF_8));
  }

  private FacetState keep(Execution ended, Event... done) throws Exception {
    Evidence evidence = new Evidence(folder.resolve("evidence"));
    FacetState state;
    try (Observation observation =
        Observation.begin(
            new Sample(
                "a", Path.of("a"), "sha256", "md5", 0, FileFacts.of(FileFacts.FileType.DATA)),
            evidence,
            PLANNED,
            RuleBook.own())) {
      observation.accept(
          new ProgramStarted(
              Duration.ZERO, Origin.HOST_KERNEL, 7, "/tmp/sample", List.of("sample"), false));
      List.of(done).forEach(observation::accept);
      state = observation.keepFiles(new FileGuest(), evidence, OWN, ended, Origin.AGENT);
    }
    EventLog.read(
        evidence.folder().resolve(EventLog.FILE),
        event -> {
          if (event.facet() == Facet.FILES) {
            events.add(event);
          }
        });
    return state;
  }

  private Path archive() {
    return folder.resolve("evidence").resolve(KeptFiles.ARCHIVE);
  }

  private List<String> names() throws IOException {
    try (ZipFile zip = new ZipFile(archive().toFile())) {
      return zip.getFileHeaders().stream().map(FileHeader::getFileName).toList();
    }
  }

  private byte[] kept(String sha256) throws IOException {
    try (ZipFile zip = new ZipFile(archive().toFile(), KeptFiles.PASSWORD.toCharArray())) {
      return zip.getInputStream(zip.getFileHeader(sha256)).readAllBytes();
    }
  }

  private List<String> lost() {
    return events.stream()
        .filter(FileNotKept.class::isInstance)
        .map(FileNotKept.class::cast)
        .map(file -> file.path() + ": " + file.why())
        .toList();
  }

  private List<FileKept> kept() {
    return events.stream().filter(FileKept.class::isInstance).map(FileKept.class::cast).toList();
  }

  @Test
  void aFileIsKeptByItsDigestAndToldByItsName() throws Exception {
    String hostile = "/tmp/../etc/\n#!/bin/sh";
    left(hostile, "#!/bin/sh\nexit 3\n");
    left("/tmp/again", "#!/bin/sh\nexit 3\n");

    assertThat(keep(EXITED, creates(hostile), writes("/tmp/again"))).isEqualTo(FacetState.OBSERVED);

    String sha256 = Digest.of("#!/bin/sh\nexit 3\n".getBytes(UTF_8)).sha256();
    assertThat(kept())
        .extracting(FileKept::path, FileKept::sha256, FileKept::type, FileKept::size)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(hostile, sha256, "script (/bin/sh)", 17L),
            org.assertj.core.groups.Tuple.tuple("/tmp/again", sha256, "script (/bin/sh)", 17L));
    assertThat(names()).as("once").containsExactly(sha256);
    assertThat(kept(sha256)).asString(UTF_8).isEqualTo("#!/bin/sh\nexit 3\n");
    assertThat(Files.readAllBytes(archive()))
        .as("nothing of it can be executed or found by mistake")
        .asString(UTF_8)
        .doesNotContain("exit 3");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive())))
        .isEqualTo("rw-------");
    assertThat(new Evidence(folder.resolve("evidence")).index())
        .anySatisfy(
            piece -> {
              assertThat(piece.name()).isEqualTo(KeptFiles.ARCHIVE);
              assertThat(piece.isText()).isFalse();
            });
  }

  @Test
  void aDroppedProgramIsReadLikeASample() throws Exception {
    byte[] elf = new byte[64];
    byte[] head = {0x7f, 'E', 'L', 'F', 1, 1, 1, 0};
    System.arraycopy(head, 0, elf, 0, head.length);
    elf[16] = 2;
    elf[18] = 40;
    elf[39] = 5;
    left("/tmp/bot", elf);

    keep(EXITED, creates("/tmp/bot"));

    assertThat(kept())
        .extracting(FileKept::type)
        .containsExactly("ELF 32-bit LSB executable, arm, EABI5, none");
  }

  @Test
  void nothingIsAskedOfAGuestWhoseSampleMadeNoFile() throws Exception {
    assertThat(
            keep(
                EXITED,
                call("mkdir", "/tmp/d", Optional.empty(), "x", "0755"),
                call("unlink", "/etc/motd", Optional.empty(), "x"),
                call("openat", "/etc/passwd", Optional.empty(), "AT_FDCWD", "x", "O_RDONLY")))
        .isEqualTo(FacetState.OBSERVED);
    assertThat(asked).isEmpty();
    assertThat(events).isEmpty();
    assertThat(archive()).doesNotExist();
  }

  /** A removed file is never an empty one. */
  @Test
  void aFileThatIsGoneIsToldAsSuch() throws Exception {
    assertThat(
            keep(
                EXITED,
                creates("/tmp/a"),
                call("unlink", "/tmp/a", Optional.empty(), "x"),
                creates("/tmp/b")))
        .isEqualTo(FacetState.cut(1, "the sample removed files that it had made"));
    assertThat(lost())
        .containsExactly(
            "/tmp/a: the sample removed it before it could be read", "/tmp/b: it is not there");
    assertThat(archive()).doesNotExist();
  }

  @Test
  void aRenamedFileIsReadByItsLastName() throws Exception {
    left("/tmp/new/a", "a");
    left("/tmp/b.locked", "b");
    left("/tmp/mine", "before");
    keep(
        EXITED,
        creates("/tmp/old/a"),
        call("rename", "/tmp/old", Optional.of("/tmp/new"), "x", "y"),
        writes("/tmp/b"),
        call("renameat2", "/tmp/b", Optional.of("/tmp/b.locked"), "x", "y"),
        call("rename", "/etc/before", Optional.of("/tmp/mine"), "x", "y"));
    assertThat(asked).containsExactly("/tmp/new/a", "/tmp/b.locked", "/tmp/mine");
    assertThat(lost()).isEmpty();
  }

  @Test
  void theSamplesOwnFileIsNoneThatItLeftUnlessItChanged() throws Exception {
    left("/tmp/sample", "the sample");
    left("/usr/bin/copy", "the sample");
    keep(EXITED, writes("/tmp/sample"), writes("/usr/bin/copy"));
    assertThat(kept()).extracting(FileKept::path).containsExactly("/usr/bin/copy");
    events.clear();
    left("/tmp/sample", "another sample");
    keep(EXITED, writes("/tmp/sample"));
    assertThat(kept()).extracting(FileKept::path).containsExactly("/tmp/sample");
  }

  @Test
  void aFileThatWasOnlyOpenedIsKeptIfItChanged() throws Exception {
    for (String name : List.of("same", "other")) {
      inTheGuest.put("/" + name, GuestFile.read(new Output(new byte[1], 1), name.equals("other")));
    }
    keep(
        EXITED,
        call("open", "/same", Optional.empty(), "x", "O_RDWR"),
        call("open", "/other", Optional.empty(), "x", "O_RDWR"));
    assertThat(kept()).extracting(FileKept::path).containsExactly("/other");
    assertThat(lost()).isEmpty();
  }

  @Test
  void tenThousandFilesAreBoundedAndThoseLeftOutAreCountedAndTold() throws Exception {
    Event[] done = new Event[10_002];
    for (int i = 0; i < 10_000; i++) {
      left("/tmp/" + i, "file " + i);
      done[i] = creates("/tmp/" + i);
    }
    done[10_000] = call("chmod", "/tmp/9999", Optional.empty(), "x", "0755");
    done[10_001] = creates("/tmp/more");

    FacetState state = keep(EXITED, done);

    assertThat(state.kind()).isEqualTo(FacetState.Kind.CUT);
    assertThat(state.lost()).isEqualTo(9_800 + 1);
    assertThat(state.why())
        .contains("the bound of 200 files a sample")
        .contains("not all are known");
    assertThat(kept()).hasSize(200);
    assertThat(kept().get(0).path()).as("programs first").isEqualTo("/tmp/9999");
    assertThat(lost())
        .hasSize(9_800)
        .allMatch(line -> line.endsWith("the bound of 200 files a sample"));
  }

  @Test
  void bytesAreBoundedOfAFileAndOfAGuest() throws Exception {
    Event[] done = new Event[6];
    for (int i = 0; i < done.length; i++) {
      byte[] large = new byte[9 << 20];
      large[0] = (byte) i;
      left("/tmp/" + i, large);
      done[i] = creates("/tmp/" + i);
    }
    FacetState state = keep(EXITED, done);
    assertThat(kept())
        .hasSize(4)
        .allSatisfy(
            file -> {
              assertThat(file.size()).isEqualTo(9 << 20);
              assertThat(file.kept()).isEqualTo(8 << 20);
            });
    assertThat(state)
        .isEqualTo(
            FacetState.cut(2, "the bound of 33554432 bytes a sample")
                .and(FacetState.cut(4, "of a large file the beginning is kept")));
  }

  @Test
  void aGuestThatIsDownOrSilentIsNotAskedAgain() throws Exception {
    Execution down =
        Execution.notStarted(new Ending.GuestDown("it panicked"))
            .with(EXITED.recording(), Duration.ZERO);
    assertThat(keep(down, creates("/a"), creates("/b")))
        .isEqualTo(FacetState.cut(2, "the guest was down"));
    assertThat(asked).isEmpty();

    inTheGuest.put("/a", GuestFile.SILENT);
    assertThat(keep(EXITED, creates("/a"), creates("/b")))
        .isEqualTo(FacetState.cut(2, "the guest did not answer any more"));
    assertThat(asked).containsExactly("/a");
  }

  @Test
  void aGuestThatCannotBeAskedCostsTheFilesAlone() throws Exception {
    failing = "/a";
    assertThat(keep(EXITED, creates("/a"), creates("/b")))
        .isEqualTo(FacetState.cut(2, "it broke off"));
    assertThat(asked).containsExactly("/a");
  }

  @Test
  void whereTheCallsAreNotKnownTheFilesAreNotEither() throws Exception {
    Execution unknown =
        EXITED.with(
            Recording.OFF.with(Facet.CALLS, FacetState.missing("the recorder ended")),
            Duration.ZERO);
    assertThat(keep(unknown, creates("/a")))
        .isEqualTo(
            FacetState.missing(
                "which of them changed is not known: calls are missing (the recorder ended)"));
    Execution cut =
        EXITED.with(Recording.OFF.with(Facet.CALLS, FacetState.cut(3, "a flood")), Duration.ZERO);
    left("/a", "a");
    FacetState state = keep(cut, creates("/a"));
    assertThat(state.kind()).isEqualTo(FacetState.Kind.CUT);
    assertThat(state.why()).contains("calls are cut (3 events lost: a flood)");
    assertThat(kept()).hasSize(1);
  }
}
