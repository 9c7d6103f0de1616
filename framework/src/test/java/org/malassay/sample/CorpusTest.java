package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.sample.Corpus.Member;
import org.malassay.sample.FileFacts.FileType;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD, unit = TimeUnit.SECONDS)
class CorpusTest {
  private static final String SHA_256_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder(@TempDir Path temporary) throws IOException {
    this.temporary = temporary;
    folder = Files.createDirectory(temporary.resolve("corpus"));
  }

  @Test
  void aFolderIsReadWithEverythingBelowItInStableOrder() throws Exception {
    write("b/y", "1");
    write("b/x", "2");
    write("a", "3");
    write("c", "4");

    assertThat(paths(read(folder))).containsExactly("a", "b/x", "b/y", "c");
  }

  @Test
  void aSampleHasItsDigestsSizeAndFacts() throws Exception {
    Path file = write("some/abc", "abc");

    assertThat(read(folder).samples())
        .containsExactly(
            new Sample(
                "some/abc",
                file,
                SHA_256_OF_ABC,
                "900150983cd24fb0d6963f7d28e17f72",
                3,
                FileFacts.of(FileType.TEXT)));
  }

  @Test
  void theFirstOfEqualFilesStandsForAll() throws Exception {
    write("a", "same");
    write("b", "other");
    write("c/d", "same");

    Corpus corpus = read(folder);

    assertThat(corpus.samples()).extracting(Sample::path).containsExactly("a", "b");
    assertThat(corpus.members()).extracting(Member::duplicate).containsExactly(false, false, true);
    assertThat(corpus.members().get(2).path()).isEqualTo("c/d");
    assertThat(corpus.members().get(2).sample()).isEqualTo(corpus.samples().get(0));
  }

  @Test
  void severalPlacesAreToldApartByTheirNames() throws Exception {
    write("one/x", "1");
    write("two/x", "2");
    Path single = write("single", "3");
    List<Path> places = List.of(folder.resolve("two"), single, folder.resolve("one"));

    Corpus corpus = Corpus.of(places, unpacking());

    assertThat(paths(corpus)).containsExactly("two/x", "single", "one/x");
  }

  @Test
  void symbolicLinksInAFolderArePassedOver() throws Exception {
    Path outside = Files.writeString(temporary.resolve("outside"), "secret");
    write("inside", "1");
    Files.createSymbolicLink(folder.resolve("to-outside"), outside);
    Files.createSymbolicLink(folder.resolve("to-inside"), Path.of("inside"));
    Files.createSymbolicLink(folder.resolve("to-itself"), Path.of("."));
    Files.createSymbolicLink(folder.resolve("to-nothing"), Path.of("nothing"));

    Corpus corpus = read(folder);

    assertThat(paths(corpus)).containsExactly("inside");
    assertThat(corpus.passedOver())
        .containsExactlyInAnyOrder("to-outside", "to-inside", "to-itself", "to-nothing");
  }

  @Test
  void aLinkGivenByNameIsFollowed() throws Exception {
    write("x", "1");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);

    assertThat(paths(read(link))).containsExactly("x");
  }

  @Test
  void specialFilesArePassedOverAndNeverOpened() throws Exception {
    write("x", "1");
    makePipe(folder.resolve("pipe")); // opening it would wait for ever

    Corpus corpus = read(folder);

    assertThat(paths(corpus)).containsExactly("x");
    assertThat(corpus.passedOver()).containsExactly("pipe");
    assertThatThrownBy(() -> read(folder.resolve("pipe")))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("neither a folder nor a file");
  }

  @Test
  void aSocketIsPassedOver() throws Exception {
    write("x", "1");
    Path socket = Files.createTempDirectory("s").resolve("s"); // its path must be short
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.move(socket, folder.resolve("socket"));

      assertThat(read(folder).passedOver()).containsExactly("socket");
    } finally {
      Files.delete(socket.getParent());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "new\nline",
        "\u001b[31mred",
        "quote\"'`$(x)",
        "=cmd|",
        "<script>",
        " ",
        "-rf",
        "back\\slash",
        "..."
      })
  void namesMayContainAnything(String name) throws Exception {
    write(name + "/" + name, "1");

    Corpus corpus = read(folder);

    assertThat(paths(corpus)).containsExactly(name + "/" + name);
    assertThat(corpus.samples().get(0).name()).isEqualTo(name);
    assertThat(paths(corpus.filter(name))).hasSize(1);
  }

  @Test
  void namesThatAreNotUtf8DoNotHideAFile() throws Exception {
    run("sh", "-c", "printf 1 > \"$(printf 'a\\377')\"; printf 2 > \"$(printf 'a\\376')\"");

    Corpus corpus = read(folder);

    assertThat(paths(corpus)).as("names that differ").containsExactly("a\\xfe", "a\\xff");
    assertThat(Files.readString(corpus.samples().get(1).file())).isEqualTo("1");
  }

  @Test
  void anEmptyFolderIsAnError() {
    assertThatThrownBy(() -> read(folder))
        .isInstanceOf(CorpusException.class)
        .hasMessage("-Dsamples=%s holds no files", folder);
  }

  @Test
  void aFolderOfLinksIsAnErrorThatSaysSo() throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), Path.of("x"));

    assertThatThrownBy(() -> read(folder))
        .hasMessage(
            "-Dsamples=%s holds no files; 1 links or special files were passed over", folder);
  }

  @Test
  void aPlaceThatDoesNotExistIsAnError() {
    assertThatThrownBy(() -> read(folder.resolve("no\nwhere")))
        .isInstanceOf(CorpusException.class)
        .hasMessage("-Dsamples=%1$s/no\\nwhere does not exist: %1$s/no\\nwhere", folder);
  }

  @Test
  void noPlaceIsAnError() {
    assertThatThrownBy(() -> Corpus.of(List.of(), unpacking()))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "-Dsamples names no place; give a folder, files or archives, with commas between");
  }

  @Test
  void samplesAreChosenByPathBeforeNameBeforeDigestBeforePattern() throws Exception {
    write("a", "1");
    write("b/a", "2");
    write("b/c", "abc");
    write("ba7816bf", "3"); // named like the digest of another
    Corpus corpus = read(folder);

    assertThat(paths(corpus.filter("a"))).containsExactly("a");
    assertThat(paths(corpus.filter("c"))).containsExactly("b/c");
    assertThat(paths(corpus.filter("ba7816bf"))).containsExactly("ba7816bf");
    assertThat(paths(corpus.filter("BA7816BF8"))).containsExactly("b/c");
    assertThat(paths(corpus.filter(SHA_256_OF_ABC))).containsExactly("b/c");
    assertThat(paths(corpus.filter("b/*"))).containsExactly("b/a", "b/c");
    assertThat(paths(corpus.filter("?"))).containsExactly("a", "b/a", "b/c");
    assertThat(paths(corpus.filter("*"))).hasSize(4);
  }

  @Test
  void aSampleIsChosenByTheNameOfADuplicateToo() throws Exception {
    write("a", "same");
    write("b", "same");
    write("c", "other");

    Corpus chosen = read(folder).filter("b");

    assertThat(chosen.samples()).extracting(Sample::path).containsExactly("a");
    assertThat(paths(chosen)).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ba7816b", "nothing\n", "[a-z]", "", "d/*"})
  void aChoiceThatFindsNothingIsAnErrorThatNamesSome(String text) throws Exception {
    for (String name : List.of("abc", "b\u001b", "c", "d", "e", "f")) {
      write(name, name);
    }

    assertThatThrownBy(() -> read(folder).filter(text))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "-Dsample=%s matches none of the 6 files of the corpus (abc, b\\x1b, c, d, e, ...);"
                + " give a path, a file name, 8 or more digits of a SHA-256, or a pattern with *"
                + " and ?",
            text.replace("\n", "\\n"));
  }

  private Corpus read(Path place) throws CorpusException {
    return Corpus.of(List.of(place), unpacking());
  }

  private Unpacking unpacking() {
    return Unpacking.into(temporary.resolve("unpacked"));
  }

  private Path write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content.getBytes(UTF_8)).toRealPath();
  }

  private void makePipe(Path pipe) throws Exception {
    run("mkfifo", pipe.toString());
  }

  private void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  private static List<String> paths(Corpus corpus) {
    return corpus.members().stream().map(Member::path).toList();
  }
}
