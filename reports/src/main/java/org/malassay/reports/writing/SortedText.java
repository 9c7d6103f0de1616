package org.malassay.reports.writing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

/**
 * One text a result, in the order of environment, path and SHA-256, whatever the order in which the
 * samples ended. The texts lie in a scratch file; only the order is held in memory.
 */
public final class SortedText implements AutoCloseable {
  private final FileChannel scratch;
  private final List<Place> places = new ArrayList<>();

  private SortedText(FileChannel scratch) {
    this.scratch = scratch;
  }

  /** Makes the text of every result of a run. */
  public static SortedText of(RunDirectory run, Function<Result, String> text) throws IOException {
    Path file = run.path().resolve(".sorted.tmp");
    SortedText sorted =
        new SortedText(
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE));
    try {
      sorted.fill(run, text);
      return sorted;
    } catch (IOException | RuntimeException e) {
      sorted.close();
      throw e;
    }
  }

  private void fill(RunDirectory run, Function<Result, String> text) throws IOException {
    // Not closed, for that would close the scratch file.
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(scratch), 1 << 16);
    long[] end = {0};
    Results.forEach(
        run,
        result -> {
          byte[] bytes = text.apply(result).getBytes(UTF_8);
          out.write(bytes);
          places.add(
              new Place(
                  result.environment(), result.sample(), result.sha256(), end[0], bytes.length));
          end[0] += bytes.length;
        });
    out.flush();
    Collections.sort(places, ORDER);
  }

  /** Hands over the texts in order. */
  public void forEach(TextConsumer consumer) throws IOException {
    for (Place place : places) {
      consumer.accept(place.environment(), read(place));
    }
  }

  private String read(Place place) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(place.length());
    while (buffer.hasRemaining()) {
      if (scratch.read(buffer, place.offset() + buffer.position()) < 0) {
        throw new EOFException("the scratch file of a report was cut short");
      }
    }
    return UTF_8.decode(buffer.flip()).toString();
  }

  @Override
  public void close() throws IOException {
    scratch.close();
  }

  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::environment)
          .thenComparing(Place::sample)
          .thenComparing(Place::sha256);

  private record Place(String environment, String sample, String sha256, long offset, int length) {}

  /** Takes one text and the environment that it belongs to. */
  public interface TextConsumer {
    void accept(String environment, String text) throws IOException;
  }
}
