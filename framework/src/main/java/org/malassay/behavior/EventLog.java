package org.malassay.behavior;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The events of one sample in a file, {@code behavior.jsonl.gz}: one JSON object a line, with field
 * names of the Elastic Common Schema. Written as they come; what is beyond a bound is counted, not
 * kept, and so is what a full disk refuses.
 */
public final class EventLog implements EventSink, AutoCloseable {
  /** The file's name in the folder of evidence. */
  public static final String FILE = "behavior.jsonl.gz";

  private static final int BUFFER = 64 * 1024;

  /** Pieces of a log that are being parsed, or wait to be taken in. */
  private static final int AHEAD = 6;

  /**
   * How much is kept of one sample.
   *
   * @param eventsPerFacet so that a flood of one kind leaves room for the others
   * @param bytes the size of the compressed file
   */
  public record Bounds(long eventsPerFacet, long bytes) {
    /** 500,000 events a facet, 64 MiB. */
    public static final Bounds DEFAULT = new Bounds(500_000, 64L << 20);
  }

  private final Bounds bounds;
  private final CountedOutput file;
  private final EventJson.Writer writer;

  // Guarded by this.
  private final Map<Facet, Long> kept = new EnumMap<>(Facet.class);
  private final Map<Facet, FacetState> cuts = new EnumMap<>(Facet.class);
  private @Nullable IOException failure;
  private boolean closed;

  private EventLog(Path file, Instant start, Bounds bounds) throws IOException {
    this.bounds = bounds;
    this.file = new CountedOutput(Files.newOutputStream(file));
    try {
      this.writer = new EventJson.Writer(new FastGzip(this.file), start);
    } catch (IOException e) {
      this.file.close();
      throw e;
    }
  }

  /**
   * Begins a log, in the place of one that is there.
   *
   * @param start of the sample: what the events' times count from
   */
  public static EventLog open(Path file, Instant start, Bounds bounds) throws IOException {
    return new EventLog(file, start, bounds);
  }

  @Override
  public synchronized void accept(Event event) {
    Facet facet = event.facet();
    long before = kept.getOrDefault(facet, 0L);
    if (closed) {
      lose(facet, "it came after the recording had ended");
    } else if (failure != null) {
      lose(facet, "the log cannot be written: " + failure.getMessage());
    } else if (before >= bounds.eventsPerFacet()) {
      lose(facet, "the bound of %d events a sample".formatted(bounds.eventsPerFacet()));
    } else if (file.count >= bounds.bytes()) {
      lose(facet, "the bound of %d bytes a sample".formatted(bounds.bytes()));
    } else {
      try {
        writer.write(event);
        kept.put(facet, before + 1);
      } catch (IOException e) {
        failure = e;
        accept(event);
      }
    }
  }

  private void lose(Facet facet, String why) {
    cuts.merge(facet, FacetState.cut(1, why), FacetState::and);
  }

  /**
   * The recording as its sources tell it, cut where this log did not keep what they told.
   *
   * @param told what the sources say of each facet
   */
  public synchronized Recording judge(Recording told) {
    Recording judged = told;
    for (Map.Entry<Facet, FacetState> cut : cuts.entrySet()) {
      judged = judged.with(cut.getKey(), told.of(cut.getKey()).and(cut.getValue()));
    }
    return judged;
  }

  /** Ends the log; events that come later are counted as lost. A full disk is told by judge. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      writer.close();
    } catch (IOException e) {
      kept.forEach(
          (facet, events) ->
              cuts.merge(
                  facet,
                  FacetState.cut(0, "the log cannot be written: " + e.getMessage()),
                  FacetState::and));
    }
  }

  /**
   * Reads a log.
   *
   * @param events takes its events, in the order in which they were kept
   * @return false when its end is missing, as that of a run that was killed; its beginning was read
   * @throws IOException if it cannot be read or is not such a log
   */
  public static boolean read(Path file, EventSink events) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        InputStream unpacked = new GZIPInputStream(in, BUFFER)) {
      LogLines lines = new LogLines(unpacked);
      // Parsing takes twice as long as unpacking and taking in: for that all processors.
      Deque<ForkJoinTask<List<Event>>> pieces = new ArrayDeque<>();
      for (byte[] piece = lines.next(); piece.length > 0; piece = lines.next()) {
        byte[] text = piece;
        pieces.add(ForkJoinPool.commonPool().submit(() -> parse(text)));
        if (pieces.size() > AHEAD) {
          take(pieces.remove(), events);
        }
      }
      while (!pieces.isEmpty()) {
        take(pieces.remove(), events);
      }
      return !lines.isCut();
    } catch (EOFException e) {
      return false; // not even the header of gzip
    }
  }

  /**
   * When the sample was started: what the times of its events count from.
   *
   * @return empty where there is no event
   * @throws IOException if it cannot be read or is not such a log
   */
  public static Optional<Instant> start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        InputStream unpacked = new GZIPInputStream(in, BUFFER)) {
      return new EventJson.Reader(new LogLines(unpacked).next()).start();
    } catch (EOFException e) {
      return Optional.empty();
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IOException("the first record of %s has no time".formatted(file), e);
    }
  }

  private static List<Event> parse(byte[] text) {
    List<Event> events = new ArrayList<>();
    try {
      EventJson.Reader reader = new EventJson.Reader(text);
      for (Optional<Event> event = reader.next(); event.isPresent(); event = reader.next()) {
        events.add(event.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return events;
  }

  private static void take(ForkJoinTask<List<Event>> piece, EventSink events) throws IOException {
    try {
      piece.get().forEach(events::accept);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UncheckedIOException failure
          ? failure.getCause()
          : new IOException(e);
    }
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(
          Deflater.BEST_SPEED); // the best one halves the size and takes four times as long
    }
  }

  private static final class CountedOutput extends OutputStream {
    private final OutputStream out;
    private long count;

    CountedOutput(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      count += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
