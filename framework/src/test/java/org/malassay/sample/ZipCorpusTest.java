package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.lingala.zip4j.ZipFile;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.malassay.sample.Corpus.Member;
import org.malassay.sample.Corpus.Unread;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class ZipCorpusTest {
  private Path temporary;
  private Path zip;
  private Path unpacked;

  @BeforeEach
  void choosePaths(@TempDir Path temporary) {
    this.temporary = temporary;
    zip = temporary.resolve("samples.ZIP");
    unpacked = temporary.resolve("run/unpacked");
  }

  @ParameterizedTest
  @EnumSource(
      value = EncryptionMethod.class,
      names = {"NONE", "ZIP_STANDARD", "AES"})
  void aZipIsReadPlainOrWithTheCustomaryPassword(EncryptionMethod encryption) throws Exception {
    write(encryption, "infected", "b/y", "1", "a", "2", "c", "1");

    Corpus corpus = read();

    assertThat(corpus.members()).extracting(Member::path).containsExactly("a", "b/y", "c");
    assertThat(corpus.members()).extracting(Member::duplicate).containsExactly(false, false, true);
    assertThat(Files.readString(corpus.samples().get(1).file())).isEqualTo("1");
  }

  @Test
  void whatIsUnpackedHasItsDigestAsNameAndIsForItsOwnerOnly() throws Exception {
    write(EncryptionMethod.NONE, "", "evil.sh", "#!/bin/sh\n");

    Sample sample = read().samples().get(0);

    assertThat(sample.file()).isEqualTo(unpacked.resolve(sample.sha256()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sample.file())))
        .isEqualTo("rw-------");
    assertThat(sample.facts()).isEqualTo(FileFacts.script("/bin/sh"));
  }

  @Test
  void namesThatClimbOutStayText() throws Exception {
    write(
        EncryptionMethod.NONE,
        "",
        "../../escaped",
        "1",
        "/absolute",
        "2",
        "new\nline",
        "3",
        "a\0b",
        "4",
        "..\\..\\windows",
        "5");

    Corpus corpus = read();

    assertThat(corpus.members())
        .extracting(Member::path)
        .containsExactly("../../escaped", "..\\..\\windows", "/absolute", "a\0b", "new\nline");
    assertThat(filesBelow(temporary))
        .hasSize(6)
        .allMatch(file -> file.equals(zip) || file.startsWith(unpacked));
    assertThat(corpus.filter("../../escaped").samples()).hasSize(1);
  }

  @Test
  void twoFilesOfOneNameAreTwoSamples() throws Exception {
    write(EncryptionMethod.NONE, "", "ab", "1", "ac", "2");
    byte[] bytes = Files.readAllBytes(zip);
    for (int at = 0; at + 1 < bytes.length; at++) {
      if (bytes[at] == 'a' && bytes[at + 1] == 'c') {
        bytes[at + 1] = 'b';
      }
    }
    Files.write(zip, bytes);

    assertThat(read().samples()).extracting(Sample::path).containsExactly("ab", "ab");
  }

  @Test
  void aZipIsUnpackedAgainIntoTheSameFolder() throws Exception {
    write(EncryptionMethod.NONE, "", "a", "1");

    assertThat(read().samples()).isEqualTo(read().samples());
    assertThat(filesBelow(unpacked)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = EncryptionMethod.class,
      names = {"ZIP_STANDARD", "AES"})
  void anotherPasswordIsAnError(EncryptionMethod encryption) throws Exception {
    write(encryption, "secret", "a", "1");

    assertThatThrownBy(this::read)
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "-Dsamples=%s holds no file that can be read, of 1: a is encrypted with another"
                + " password than infected, or damaged; give it by -Dsamples.password=",
            zip);
    assertThat(filesBelow(unpacked)).isEmpty();
  }

  @Test
  void aFileThatUnpacksToTooMuchIsAnError() throws Exception {
    long bomb = 200L << 20;
    ZipParameters parameters = new ZipParameters();
    parameters.setFileNameInZip("bomb");
    try (ZipFile archive = new ZipFile(zip.toFile());
        InputStream zeros = new Zeros(bomb)) {
      archive.addStream(zeros, parameters);
    }
    assertThat(Files.size(zip)).isLessThan(1 << 20);

    assertThatThrownBy(() -> read(limits(1000, 5000, 9)))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "-Dsamples=%s holds no file that can be read, of 1: bomb unpacks to more than 1000"
                + " bytes",
            zip);
    assertThat(filesBelow(unpacked)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"9, 9", "10, 1"})
  void whatIsTooMuchTogetherEndsTheArchive(long bytes, int files) throws Exception {
    write(EncryptionMethod.NONE, "", "a", "12345", "b", "67890", "c", "12345");

    assertThat(read(limits(5, 15, 3)).members()).hasSize(3);
    Corpus cut = read(limits(5, bytes, files));

    assertThat(cut.members()).extracting(Member::path).containsExactly("a");
    assertThat(cut.unread())
        .extracting(Unread::toString)
        .containsExactly(
            "samples.ZIP the archives of this corpus hold more than %d bytes or %d files; unpack"
                    .formatted(bytes, files)
                + " them yourself and give the folder");
  }

  @Test
  void whatIsNoZipIsAnError() throws Exception {
    Files.writeString(zip, "no zip");

    assertThatThrownBy(this::read)
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "-Dsamples=%s holds no file that can be read, of 1: samples.ZIP is named like a zip"
                + " archive and is none, or is damaged at its beginning",
            zip);
  }

  @Test
  void aZipWithoutFilesIsAnError() throws Exception {
    ZipParameters parameters = new ZipParameters();
    parameters.setFileNameInZip("folder/");
    try (ZipFile archive = new ZipFile(zip.toFile())) {
      archive.addStream(InputStream.nullInputStream(), parameters);
    }

    assertThatThrownBy(this::read).hasMessage("-Dsamples=%s holds no files", zip);
  }

  @Test
  void eachMemberIsTriedWithEveryPassword() throws Exception {
    write(EncryptionMethod.AES, "infected", "a", "1");
    write(EncryptionMethod.ZIP_STANDARD, "virus", "b", "2");
    write(EncryptionMethod.ZIP_STANDARD, "unknown", "c", "3");
    write(EncryptionMethod.NONE, "", "d", "4");

    Corpus corpus =
        Corpus.of(
            List.of(zip),
            new Unpacking(unpacked, List.of("virus", "infected"), Optional.empty(), line -> {}));

    assertThat(corpus.members()).extracting(Member::path).containsExactly("a", "b", "d");
    assertThat(corpus.unread())
        .extracting(Unread::toString)
        .containsExactly(
            "c is encrypted with another password than virus or infected, or damaged; give it by"
                + " -Dsamples.password=");
  }

  /** What zips of the field hold: one member each, between two that are sound. */
  @ParameterizedTest
  @CsvSource({
    "wrong checksum, is damaged: its checksum is not what its archive says",
    "broken stream, cannot be decoded: invalid stored block lengths",
    "shorter, is longer than its archive says",
    "LZMA, 'is compressed by a method that is not supported, LZMA (14); unpack it yourself and give"
        + " the folder'",
    "XZ, 'is compressed by a method that is not supported, XZ (95); unpack it yourself and give the"
        + " folder'",
    "unknown method, 'is compressed by a method that is not supported, unknown (77); unpack it"
        + " yourself and give the folder'",
    "encrypted Deflate64, 'is encrypted and compressed by a method that is not supported, Deflate64"
        + " (9); unpack it yourself and give the folder'",
    "encrypted BZip2, 'is encrypted and compressed by a method that is not supported, BZIP2 (12);"
        + " unpack it yourself and give the folder'",
  })
  void aBadMemberCostsItselfAlone(String what, String reason) throws Exception {
    byte[] text = "sound and sound".getBytes(UTF_8);
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      raw(out, "a", 0, crc(text), text.length, text);
      switch (what) {
        case "wrong checksum" -> raw(out, "bad", 0, crc(text) + 1, text.length, text);
        case "broken stream" -> raw(out, "bad", 8, crc(text), text.length, new byte[40]);
        case "shorter" -> raw(out, "bad", 0, crc(text), text.length - 1, text);
        case "LZMA" -> raw(out, "bad", 14, crc(text), text.length, text);
        case "XZ" -> raw(out, "bad", 95, crc(text), text.length, text);
        case "encrypted Deflate64" -> raw(out, "bad", 9, crc(text), text.length, text);
        case "encrypted BZip2" -> raw(out, "bad", 12, crc(text), text.length, text);
        default -> raw(out, "bad", 77, crc(text), text.length, text);
      }
      raw(out, "c", 0, crc(text), text.length, text);
    }
    if (what.startsWith("encrypted")) {
      markSecondAsEncrypted();
    }

    Corpus corpus = read();

    assertThat(corpus.members()).extracting(Member::path).containsExactly("a", "c");
    assertThat(corpus.unread()).extracting(Unread::toString).containsExactly("bad " + reason);
  }

  @Test
  void deflate64AndBzip2AreReadWhereTheyAreNotEncrypted() throws Exception {
    byte[] text = "hello".getBytes(UTF_8);
    byte[] stored = {1, 5, 0, (byte) ~5, (byte) ~0, 'h', 'e', 'l', 'l', 'o'}; // one last block
    ByteArrayOutputStream bzip2 = new ByteArrayOutputStream();
    try (OutputStream out = new BZip2CompressorOutputStream(bzip2)) {
      out.write(text);
    }
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      raw(out, "deflate64", 9, crc(text), text.length, stored);
      raw(out, "bzip2", 12, crc(text), text.length, bzip2.toByteArray());
    }

    Corpus corpus = read();

    assertThat(corpus.members()).hasSize(2);
    assertThat(corpus.samples()).extracting(Sample::size).containsExactly(5L);
    assertThat(Files.readString(corpus.samples().get(0).file())).isEqualTo("hello");
  }

  private static void raw(
      ZipArchiveOutputStream out, String name, int method, long crc, long size, byte[] bytes)
      throws IOException {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    entry.setMethod(method);
    entry.setCrc(crc);
    entry.setSize(size);
    entry.setCompressedSize(bytes.length);
    out.addRawArchiveEntry(entry, new ByteArrayInputStream(bytes));
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  /** In the central directory, which is what counts. */
  private void markSecondAsEncrypted() throws IOException {
    byte[] bytes = Files.readAllBytes(zip);
    int seen = 0;
    for (int at = 0; at + 4 < bytes.length; at++) {
      boolean listed = bytes[at] == 'P' && bytes[at + 1] == 'K' && bytes[at + 2] == 1;
      if (listed && ++seen == 2) {
        bytes[at + 8] |= 1;
      }
    }
    Files.write(zip, bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "Shift_JIS, ウイルス検体.elf",
    "Shift_JIS, カナダ",
    "Shift_JIS, 表示名ソース",
    "GBK, 病毒样本.elf",
    "GBK, 木马",
    "IBM437, Gerät-für-Größe.elf",
    "IBM437, Sénégal",
    "UTF-8, ウイルス検体 病毒 Gerät",
  })
  void namesThatDoNotSayTheirCharsetAreLegible(String charset, String name) throws Exception {
    try (ZipOutputStream out =
        new ZipOutputStream(Files.newOutputStream(zip), Charset.forName(charset))) {
      out.putNextEntry(new ZipEntry(name));
      out.write('1');
    }
    withoutUtf8Flag();

    assertThat(read().members()).extracting(Member::path).containsExactly(name);
  }

  /** Names of countries, languages and currencies, each alone in an archive. */
  @ParameterizedTest
  @CsvSource({"ja, windows-31j", "zh, GBK", "de, IBM437", "fr, IBM437", "es, IBM437", "sv, IBM437"})
  void theCharsetOfNearlyEveryNameIsToldFromItself(String language, String charset) {
    Charset right = Charset.forName(charset);
    Locale in = Locale.forLanguageTag(language);
    List<String> names =
        Stream.of(
                Arrays.stream(Locale.getISOCountries())
                    .map(it -> new Locale.Builder().setRegion(it).build().getDisplayCountry(in)),
                Arrays.stream(Locale.getISOLanguages())
                    .map(it -> Locale.forLanguageTag(it).getDisplayLanguage(in)),
                Currency.getAvailableCurrencies().stream().map(it -> it.getDisplayName(in)))
            .flatMap(it -> it)
            .distinct()
            .filter(it -> right.newEncoder().canEncode(it))
            .filter(it -> !StandardCharsets.US_ASCII.newEncoder().canEncode(it))
            .toList();

    assertThat(names).hasSizeGreaterThan(50);
    assertThat(names)
        .filteredOn(it -> !NameCharset.of(List.of(it.getBytes(right))).equals(right))
        .hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aCharsetThatIsGivenCountsAndWhatIsNotInItShowsAsBytes() throws Exception {
    write(EncryptionMethod.NONE, "", "caf\u00e9", "1");
    withoutUtf8Flag();

    assertThat(read(StandardCharsets.ISO_8859_1)).containsExactly("caf\u00c3\u00a9");
    assertThat(read(StandardCharsets.US_ASCII)).containsExactly("caf\\xc3\\xa9");
  }

  private List<String> read(Charset charset) throws CorpusException {
    Unpacking unpacking =
        new Unpacking(unpacked, List.of("infected"), Optional.of(charset), line -> {});
    return Corpus.of(List.of(zip), unpacking).members().stream().map(Member::path).toList();
  }

  /** As programs write that know nothing of the flag (bit 11). */
  private void withoutUtf8Flag() throws IOException {
    byte[] bytes = Files.readAllBytes(zip);
    for (int at = 0; at + 9 < bytes.length; at++) {
      if (bytes[at] == 'P' && bytes[at + 1] == 'K' && bytes[at + 2] == 1) {
        bytes[at + 9] &= ~8;
      }
    }
    Files.write(zip, bytes);
  }

  @Test
  void aNameInTheExtraFieldOfInfoZipCounts() throws Exception {
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      out.setEncoding("IBM437");
      out.setUseLanguageEncodingFlag(false);
      out.setCreateUnicodeExtraFields(ZipArchiveOutputStream.UnicodeExtraFieldPolicy.ALWAYS);
      out.putArchiveEntry(new ZipArchiveEntry("日本"));
      out.write('1');
      out.closeArchiveEntry();
    }
    assertThat(read().members()).extracting(Member::path).containsExactly("日本");
  }

  @Test
  void aListOfMembersThatIsTooLongForTheMemoryIsNotRead() throws Exception {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (int i = 0; i < 600; i++) { // each with a comment of 64,000 bytes
        ZipEntry entry = new ZipEntry("f" + i);
        entry.setComment("c".repeat(64_000));
        out.putNextEntry(entry);
      }
    }
    assertThatThrownBy(this::read)
        .hasMessageContaining("has a list of members of more than 33554432 bytes");
  }

  @Test
  void aDamagedZipIsACorpusOrAnErrorOfItsOwn() throws Exception {
    write(EncryptionMethod.AES, "infected", "a", "hello hello", "b/c", "1");
    byte[] bytes = Files.readAllBytes(zip);
    Random random = new Random(1);
    Map<String, Integer> endings = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      byte[] damaged =
          i % 2 == 0 ? bytes.clone() : Arrays.copyOf(bytes, random.nextInt(bytes.length));
      for (int changes = random.nextInt(5); changes > 0 && damaged.length > 0; changes--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(zip, damaged);
      try {
        endings.merge(read().samples().isEmpty() ? "empty" : "read", 1, Integer::sum);
      } catch (CorpusException e) {
        assertThat(e).hasMessageStartingWith("-Dsamples=").hasMessageNotContaining("\n");
        endings.merge("error", 1, Integer::sum);
      }
    }
    assertThat(endings).containsOnlyKeys("read", "error");
  }

  private Corpus read() throws CorpusException {
    return Corpus.of(List.of(zip), Unpacking.into(unpacked));
  }

  private Corpus read(Unpacker.Limits limits) throws CorpusException {
    return CorpusReader.read(List.of(zip), Unpacking.into(unpacked), limits);
  }

  private static Unpacker.Limits limits(long fileBytes, long totalBytes, int files) {
    return new Unpacker.Limits(fileBytes, totalBytes, files, 1, Duration.ofMinutes(1));
  }

  private void write(EncryptionMethod encryption, String password, String... namesAndContents)
      throws IOException {
    try (ZipFile archive = new ZipFile(zip.toFile(), password.toCharArray())) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        ZipParameters parameters = new ZipParameters();
        parameters.setFileNameInZip(namesAndContents[i]);
        parameters.setEncryptFiles(encryption != EncryptionMethod.NONE);
        parameters.setEncryptionMethod(encryption);
        archive.addStream(
            new ByteArrayInputStream(namesAndContents[i + 1].getBytes(UTF_8)), parameters);
      }
    }
  }

  private static List<Path> filesBelow(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long length) {
      left = length;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      int read = (int) Math.min(length, left);
      left -= read;
      return read == 0 ? -1 : read;
    }
  }
}
