package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.sample.Corpus.Member;
import org.malassay.sample.Corpus.Unread;

/** Archives of all formats within a folder, and within one another. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class ArchiveCorpusTest {
  private static final byte[] SCRIPT = "#!/bin/sh\n".getBytes(UTF_8);

  private Path folder;
  private Path unpacked;

  @BeforeEach
  void makeFolder(@TempDir Path temporary) throws IOException {
    folder = Files.createDirectory(temporary.resolve("corpus"));
    unpacked = temporary.resolve("run/samples");
  }

  @Test
  void aFolderOfZipsWithOneSampleEachIsACorpusOfThose() throws Exception {
    write("1.zip", zip("mirai.arm7", "1"));
    write("sub/2.zip", zip("gafgyt", "2"));
    write("plain", "3".getBytes(UTF_8));

    Corpus corpus = read();

    assertThat(paths(corpus)).containsExactly("1.zip!/mirai.arm7", "plain", "sub/2.zip!/gafgyt");
    assertThat(corpus.samples().get(0).name()).isEqualTo("mirai.arm7");
    assertThat(corpus.samples().get(0).file()).hasContent("1").hasParent(unpacked);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(corpus.samples().get(0).file())))
        .isEqualTo("rw-------");
    assertThat(corpus.unread()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a.zip, a.zip!/d/x",
    "a.7z, a.7z!/d/x",
    "a.tar, a.tar!/d/x",
    "a.tar.gz, a.tar.gz!/d/x",
    "a.tgz, a.tgz!/d/x",
    "a.tar.bz2, a.tar.bz2!/d/x",
    "a.tar.xz, a.tar.xz!/d/x",
    "x.gz, x.gz!/x",
    "x.elf.xz, x.elf.xz!/x.elf",
    "x.bz2, x.bz2!/x",
    "a.zip.gz, a.zip.gz!/a.zip!/d/x",
    "no-suffix.tar, no-suffix.tar!/d/x",
  })
  void everyFormatIsOpened(String name, String path) throws Exception {
    byte[] bytes = SCRIPT;
    for (String format : name.substring(name.indexOf('.')).split("\\.")) {
      bytes =
          switch (format) {
            case "zip" -> zip("d/x", new String(bytes, UTF_8));
            case "7z" -> sevenZip(Optional.empty(), "d/x", bytes);
            case "tar" -> tar("d/x", bytes);
            case "tgz" -> compressed("gz", tar("d/x", bytes));
            case "gz", "bz2", "xz" -> compressed(format, bytes);
            default -> bytes;
          };
    }
    write(name.replace("no-suffix.tar", "no-suffix"), bytes);

    Corpus corpus = read();

    assertThat(paths(corpus)).containsExactly(path.replace("no-suffix.tar", "no-suffix"));
    assertThat(corpus.samples().get(0).facts()).isEqualTo(FileFacts.script("/bin/sh"));
  }

  @Test
  void severalPlacesAreToldApartByTheirNames() throws Exception {
    Path zip = write("a.zip", zip("x", "1"));
    Path other = write("folder/b.zip", zip("y", "2")).getParent();

    assertThat(paths(Corpus.of(List.of(zip, other), Unpacking.into(unpacked))))
        .containsExactly("a.zip!/x", "folder/b.zip!/y");
  }

  @Test
  void archivesInOneAnotherAreOpenedUpToABound() throws Exception {
    byte[] bytes = zip("x", "1");
    for (int i = 2; i <= 6; i++) {
      bytes = tar(i + ".zip", bytes);
    }
    write("a.tar", bytes);
    write("b.tar", tar("c.zip", zip("x", "1")));

    Corpus corpus = read();

    assertThat(paths(corpus)).containsExactly("b.tar!/c.zip!/x");
    assertThat(corpus.unread())
        .containsExactly(
            new Unread(
                "a.tar!/6.zip!/5.zip!/4.zip!/3.zip!/2.zip",
                "is in 5 archives, one in another; at most 5 are opened"));
  }

  @Test
  void whatCannotBeOpenedIsNamedAndTheRestIsRead() throws Exception {
    write("a.rar", "Rar!\u001a\7\1\0 and so on".getBytes(UTF_8));
    write("b.zip", "<html>404</html>".getBytes(UTF_8));
    write("c.zip", new byte[0]);
    write("d.zip", Arrays.copyOf(zip("x", "1"), 60));
    write("e.zip", SCRIPT);
    write("f.tar.gz", compressed("gz", tar("only/", new byte[0])));
    write("g.zip", zip("rar-without-a-name", "Rar!\u001a\7\0"));

    Corpus corpus = read();

    assertThat(paths(corpus)).containsExactly("e.zip");
    assertThat(corpus.unread())
        .extracting(Unread::toString)
        .containsExactly(
            "a.rar is a rar archive, which is not opened; unpack it yourself and give the folder",
            "b.zip is named like a zip archive and is none, or is damaged at its beginning",
            "c.zip is named like a zip archive and is none, or is damaged at its beginning",
            "d.zip cannot be decoded: Archive is not a ZIP archive",
            "f.tar.gz holds no files",
            "g.zip!/rar-without-a-name is a rar archive, which is not opened; unpack it yourself"
                + " and give the folder");
  }

  @Test
  void aCorpusOfWhichNothingCanBeReadIsAnErrorThatNamesSome() throws Exception {
    for (int i = 0; i < 4; i++) {
      write(i + ".rar", "Rar!\u001a\7\1\0".getBytes(UTF_8));
    }
    String why = "is a rar archive, which is not opened; unpack it yourself and give the folder";
    assertThatThrownBy(this::read)
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "-Dsamples=%s holds no file that can be read, of 4: 0.rar %s; 1.rar %s; 2.rar %s; ...",
            folder, why, why, why);
  }

  @Test
  void linksAndSpecialFilesInATarArePassedOver() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (byte kind :
          new byte[] {
            TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_FIFO, TarConstants.LF_CHR
          }) {
        tar.putArchiveEntry(new TarArchiveEntry("kind-" + (char) kind, kind));
        tar.closeArchiveEntry();
      }
      TarArchiveEntry file = new TarArchiveEntry("../../out");
      file.setSize(1);
      tar.putArchiveEntry(file);
      tar.write('1');
      tar.closeArchiveEntry();
    }
    write("a.tar", bytes.toByteArray());

    Corpus corpus = read();

    assertThat(paths(corpus)).containsExactly("a.tar!/../../out");
    assertThat(corpus.passedOver())
        .containsExactly("a.tar!/kind-2", "a.tar!/kind-1", "a.tar!/kind-6", "a.tar!/kind-3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "xz"})
  void aStreamThatIsCutOffGivesWhatCameBeforeIfItIsATar(String format) throws Exception {
    byte[] noise = new byte[1_000_000]; // more than a block of bzip2
    new Random(1).nextBytes(noise);
    byte[] tar = compressed(format, tar("x", SCRIPT, "y", noise));
    write("a", Arrays.copyOf(tar, tar.length - 2000));
    byte[] single = compressed(format, noise);
    write("b", Arrays.copyOf(single, single.length - 2000));

    Corpus corpus = read();

    assertThat(paths(corpus)).containsExactly("a!/x");
    assertThat(corpus.unread()).extracting(Unread::path).containsExactly("a!/y", "a", "b!/b");
    assertThat(corpus.unread())
        .extracting(Unread::reason)
        .allMatch(it -> it.startsWith("cannot be decoded: "));
  }

  @Test
  void aSevenZipIsOpenedByOneOfThePasswords() throws Exception {
    write("a.7z", sevenZip(Optional.of("infected"), "x", SCRIPT, "y", new byte[] {1}));
    write("b.7z", sevenZip(Optional.of("virus"), "z", new byte[] {2}));
    write("c.7z", sevenZip(Optional.of("unknown"), "u", new byte[] {3}));

    Corpus corpus =
        Corpus.of(
            List.of(folder),
            new Unpacking(unpacked, List.of("infected", "virus"), Optional.empty(), line -> {}));

    assertThat(paths(corpus)).containsExactly("a.7z!/x", "a.7z!/y", "b.7z!/z");
    assertThat(corpus.unread())
        .extracting(Unread::toString)
        .containsExactly(
            "c.7z is encrypted with another password than infected or virus, or damaged; give it by"
                + " -Dsamples.password=");
  }

  @Test
  void aBombEndsAtTheBoundAndLeavesOthersAlone() throws Exception {
    write("a.gz", compressed("gz", new byte[40_000_000]));
    write("b.tar.xz", compressed("xz", tar("small", SCRIPT, "zeros", new byte[40_000_000])));
    write("c.7z", sevenZip(Optional.empty(), "zeros", new byte[40_000_000], "x", new byte[] {1}));
    write("d", SCRIPT);
    Unpacker.Limits limits = new Unpacker.Limits(1 << 20, 1 << 30, 99, 5, Duration.ofMinutes(1));

    Corpus corpus = CorpusReader.read(List.of(folder), Unpacking.into(unpacked), limits);

    assertThat(paths(corpus)).containsExactly("b.tar.xz!/small", "c.7z!/x", "d");
    assertThat(corpus.unread())
        .extracting(Unread::toString)
        .containsExactly(
            "a.gz!/a unpacks to more than 1048576 bytes",
            "b.tar.xz!/zeros unpacks to more than 1048576 bytes",
            "c.7z!/zeros unpacks to more than 1048576 bytes");
  }

  @Test
  void aDecoderThatNeverEndsIsGivenUp() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (Pace pace = new Pace(line -> {}, Duration.ofHours(1))) {
      assertThatThrownBy(() -> pace.read(() -> computeUntil(never), Duration.ofMillis(300)))
          .isInstanceOf(UnreadableException.class)
          .hasMessage("was given up, as nothing came of it in 0 s");
      assertThat(pace.read(() -> "the next", Duration.ofMinutes(1))).isEqualTo("the next");
    } finally {
      never.countDown();
    }
  }

  /** As a decoder that loops does, which heeds no interruption. */
  private static String computeUntil(CountDownLatch end) {
    while (end.getCount() > 0) {
      Thread.onSpinWait();
    }
    return "too late";
  }

  @Test
  void theProgressIsTold() throws Exception {
    List<String> lines = new ArrayList<>();
    try (Pace pace = new Pace(lines::add, Duration.ZERO)) {
      pace.at("a.zip!/evil\u001b[2J");
      pace.file();
    }
    assertThat(lines)
        .containsExactly(
            "reading the corpus: 0 files so far, now a.zip!/evil\\x1b[2J",
            "reading the corpus: 1 files so far, now a.zip!/evil\\x1b[2J");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7z", "tar", "gz", "bz2", "xz"})
  void aDamagedArchiveCostsNoMoreThanItself(String format) throws Exception {
    byte[] whole =
        switch (format) {
          case "7z" -> sevenZip(Optional.empty(), "x", SCRIPT, "y", new byte[5000]);
          case "tar" -> tar("x", SCRIPT, "y", new byte[5000]);
          default -> compressed(format, tar("x", SCRIPT, "y", new byte[5000]));
        };
    write("sound", SCRIPT);
    Random random = new Random(2);
    int unread = 0;
    for (int i = 0; i < 100; i++) {
      byte[] damaged =
          i % 2 == 0 ? whole.clone() : Arrays.copyOf(whole, random.nextInt(whole.length));
      for (int changes = random.nextInt(5); changes > 0 && damaged.length > 0; changes--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      write("damaged", damaged);

      Corpus corpus = read();

      assertThat(paths(corpus)).contains("sound");
      assertThat(corpus.unread()).extracting(Unread::toString).noneMatch(it -> it.contains("\n"));
      unread += corpus.unread().isEmpty() ? 0 : 1;
    }
    assertThat(unread).isPositive();
  }

  private Corpus read() throws CorpusException {
    return Corpus.of(List.of(folder), Unpacking.into(unpacked));
  }

  private static List<String> paths(Corpus corpus) {
    return corpus.members().stream().map(Member::path).toList();
  }

  private Path write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private static byte[] zip(String name, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] tar(Object... namesAndContents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        byte[] content = (byte[]) namesAndContents[i + 1];
        TarArchiveEntry entry = new TarArchiveEntry((String) namesAndContents[i]);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] sevenZip(Optional<String> password, Object... namesAndContents)
      throws IOException {
    Path file = Files.createTempFile("corpus", ".7z");
    try {
      char[] secret = password.map(String::toCharArray).orElse(null);
      try (SevenZOutputFile out = new SevenZOutputFile(file.toFile(), secret)) {
        for (int i = 0; i < namesAndContents.length; i += 2) {
          SevenZArchiveEntry entry = new SevenZArchiveEntry();
          entry.setName((String) namesAndContents[i]);
          out.putArchiveEntry(entry);
          out.write((byte[]) namesAndContents[i + 1]);
          out.closeArchiveEntry();
        }
      }
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }

  private static byte[] compressed(String format, byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (format) {
          case "gz" -> new GzipCompressorOutputStream(compressed);
          case "bz2" -> new BZip2CompressorOutputStream(compressed);
          default -> new XZCompressorOutputStream(compressed);
        }) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }
}
