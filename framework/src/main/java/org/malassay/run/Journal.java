package org.malassay.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of a run's journal: one line a result, on the disk when {@link #append} returns.
 * Safe for use by several threads. Locked, so that two runs never write to one journal.
 */
public final class Journal implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final ObjectWriter writer;

  private Journal(Path file, FileChannel channel, ObjectWriter writer) {
    this.file = file;
    this.channel = channel;
    this.writer = writer;
  }

  static Journal open(Path file, ObjectWriter writer) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (!locked(channel)) {
        throw new IOException(
            file
                + " is being written by another run; wait for it, or start a run without -Dresume");
      }
      cutUnfinishedLine(channel);
      channel.position(channel.size());
      return new Journal(file, channel, writer);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null; // held until the channel is closed
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** A killed run may have left half a line; what is appended must start on a line of its own. */
  private static void cutUnfinishedLine(FileChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    for (long end = channel.size(); end > 0; end--) {
      one.clear();
      channel.read(one, end - 1);
      if (one.get(0) == '\n') {
        channel.truncate(end);
        return;
      }
    }
    channel.truncate(0);
  }

  /**
   * Adds a result. After a failure the journal holds what it held before.
   *
   * @throws IOException if it could not be written, such as on a full disk
   */
  public void append(Result result) throws IOException {
    append(List.of(result));
  }

  /**
   * Adds results that are at hand together, for which the disk is waited for once. After a failure
   * the journal holds what it held before.
   *
   * @throws IOException if they could not be written, such as on a full disk
   */
  public synchronized void append(List<Result> results) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Result result : results) {
      text.append(writer.writeValueAsString(result)).append('\n');
    }
    ByteBuffer lines = UTF_8.encode(text.toString());
    long before = channel.position();
    try {
      while (lines.hasRemaining()) {
        channel.write(lines);
      }
      channel.force(false);
    } catch (IOException e) {
      cutBackTo(before, e);
      throw new IOException("the journal " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void cutBackTo(long size, IOException failure) {
    try {
      channel.truncate(size);
    } catch (IOException e) {
      failure.addSuppressed(e); // what failed first is what matters; half a line does no harm
    }
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
