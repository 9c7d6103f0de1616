package org.malassay.files;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * The writing end of a file of lines, on the disk when {@link #append} returns. Safe for use by
 * several threads. Locked, so that no two programs ever write to one.
 */
public final class JournalFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private JournalFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a file that is there, behind its last whole line.
   *
   * @throws IOException if it cannot be opened, or another program writes to it
   */
  public static JournalFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (!locked(channel)) {
        throw new IOException(
            file
                + " is being written by another run; wait for it, or start a run without -Dresume");
      }
      cutUnfinishedLine(channel);
      channel.position(channel.size());
      return new JournalFile(file, channel);
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
   * Adds lines, for which the disk is waited for once. After a failure the file holds what it held
   * before.
   *
   * @param lines without line feeds
   * @throws IOException if they could not be written, such as on a full disk
   */
  public synchronized void append(List<String> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    ByteBuffer bytes = UTF_8.encode(text.toString());
    long before = channel.position();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
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
