package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.lingala.zip4j.ZipFile;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.malassay.sample.Corpus.Member;

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
            "-Dsamples=%s is encrypted with another password than infected;"
                + " unpack it yourself and give the folder",
            zip.toRealPath());
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

    assertThatThrownBy(() -> read(new Unpacker.Limits(1000, 5000)))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "-Dsamples=%s unpacks to too much at bomb (at most 1000 bytes a file, 5000 in all);"
                + " unpack it yourself and give the folder",
            zip.toRealPath());
    assertThat(filesBelow(unpacked)).isEmpty();
  }

  @Test
  void filesThatAreTooMuchTogetherAreAnError() throws Exception {
    write(EncryptionMethod.NONE, "", "a", "12345", "b", "67890");

    assertThat(read(new Unpacker.Limits(5, 10)).samples()).hasSize(2);
    assertThatThrownBy(() -> read(new Unpacker.Limits(5, 9)))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("unpacks to too much at b");
  }

  @Test
  void whatIsNoZipIsAnError() throws Exception {
    Files.writeString(zip, "no zip");

    assertThatThrownBy(this::read)
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith(
            "-Dsamples=%s is no zip or a damaged one: ".formatted(zip.toRealPath()));
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
    return Corpus.of(List.of(zip), unpacked);
  }

  private Corpus read(Unpacker.Limits limits) throws CorpusException {
    return CorpusReader.read(List.of(zip), new Unpacker(unpacked, limits));
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
