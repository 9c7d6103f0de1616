package org.malassay.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
            List.of("small"),
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
        .isEqualTo("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
  }

  @Test
  void whatWasCutIsMadeAgain() throws Exception {
    Files.writeString(get().folder().resolve("big"), "01234");
    assertThat(get().folder().resolve("big")).content().isEqualTo("0123456789");
    assertThat(made).hasValue(2);
  }

  @Test
  void whatWasWrittenToIsMadeAgain() throws Exception {
    Path big = get().folder().resolve("big");
    Files.writeString(big, "012345678X");
    Files.setLastModifiedTime(big, java.nio.file.attribute.FileTime.fromMillis(1));
    get();
    assertThat(big).content().isEqualTo("0123456789");
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
                        FILES,
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
