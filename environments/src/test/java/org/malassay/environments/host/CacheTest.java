package org.malassay.environments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class CacheTest {
  private static final List<String> FILES = List.of("big", "small");

  @TempDir Path folder;
  private final AtomicInteger made = new AtomicInteger();

  private Cache.Entry get() throws Exception {
    return new Cache(folder)
        .get(
            "thing",
            FILES,
            1,
            place -> {
              made.incrementAndGet();
              Files.writeString(place.resolve("big"), "0123456789");
              Files.writeString(place.resolve("small"), "x");
            });
  }

  @Test
  void whatIsThereIsNotMadeAgain() throws Exception {
    Cache.Entry first = get();
    assertThat(get()).isEqualTo(first);
    assertThat(made).hasValue(1);
    assertThat(first.digest())
        .isEqualTo("8e1815874d1236c2d83236b1d0b450cc00980744a906259dd28de5bfb4bfbbe7");
  }

  @Test
  void whatWasCutIsMadeAgain() throws Exception {
    Files.writeString(get().folder().resolve("big"), "01234");
    assertThat(get().folder().resolve("big")).content().isEqualTo("0123456789");
    assertThat(made).hasValue(2);
  }

  @Test
  void aByteThatChangedIsNoticedWhateverTheTimesSay() throws Exception {
    Path big = get().folder().resolve("big");
    FileTime before = Files.getLastModifiedTime(big);
    Files.writeString(big, "012345678X");
    Files.setLastModifiedTime(big, before);
    get();
    assertThat(big).content().isEqualTo("0123456789");
    assertThat(made).hasValue(2);
  }

  @Test
  void whatWasCopiedElsewhereIsAsGood() throws Exception {
    Path place = get().folder();
    Path copy = Files.createDirectories(folder.resolve("copied"));
    for (String file : List.of("big", "small", "manifest")) {
      Files.copy(place.resolve(file), copy.resolve(file));
    }
    assertThat(new Cache(folder).find("copied", FILES)).isPresent();
  }

  @Test
  void aFileThatIsGoneIsMadeAgain() throws Exception {
    Files.delete(get().folder().resolve("small"));
    assertThat(get().folder().resolve("small")).content().isEqualTo("x");
  }

  @Test
  void aManifestThatIsCutIsNotBelieved() throws Exception {
    Path manifest = get().folder().resolve("manifest");
    for (int length = 0; length < Files.size(manifest); length += 10) {
      byte[] cut = Arrays.copyOf(Files.readAllBytes(manifest), length);
      Files.write(manifest, cut);
      assertThat(new Cache(folder).find("thing", FILES)).as("%d bytes", length).isEmpty();
      get();
    }
  }

  @Test
  void aDiskWithoutTheRoomIsToldBeforeAnythingIsMade() {
    assertThatThrownBy(
            () ->
                new Cache(folder)
                    .get(
                        "thing",
                        FILES,
                        1L << 60,
                        place -> {
                          throw new AssertionError("there was no room");
                        }))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            Pattern.quote(folder.toString())
                + " has \\d+ MiB left, and 1099511627776 MiB are needed");
  }

  @Test
  void whatWasNeverFinishedIsMadeAgain() throws Exception {
    Files.delete(get().folder().resolve("manifest"));
    Files.createDirectory(folder.resolve("thing.unfinished"));
    Files.writeString(folder.resolve("thing.unfinished/big"), "half");
    get();
    assertThat(made).hasValue(2);
    assertThat(folder.resolve("thing.unfinished")).doesNotExist();
  }

  @Test
  void aMakerThatFailsLeavesNothing() {
    assertThatThrownBy(
            () ->
                new Cache(folder)
                    .get(
                        "thing",
                        FILES,
                        1,
                        place -> {
                          Files.writeString(place.resolve("big"), "half");
                          throw new IOException("disk full");
                        }))
        .hasMessage("disk full");
    assertThat(folder.toFile().list()).containsExactly("lock");
  }

  @Test
  void twoAtOnceMakeItOnce() {
    var entries = ConcurrentHashMap.<Cache.Entry>newKeySet();
    Runnable task =
        () -> {
          try {
            entries.add(get());
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        };
    CompletableFuture.allOf(
            CompletableFuture.runAsync(task),
            CompletableFuture.runAsync(task),
            CompletableFuture.runAsync(task))
        .join();
    assertThat(entries).hasSize(1);
    assertThat(made).hasValue(1);
  }
}
