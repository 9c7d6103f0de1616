package org.malassay.firmware.unpack;

import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.malassay.firmware.unpack.DamagedException.Bound;

/** A source for libraries that want a channel. */
final class SourceChannel implements SeekableByteChannel {
  private final Source source;
  private final Budget budget;
  private long at;

  /**
   * @param budget asked for time: libraries skip what is not wanted by reading it
   */
  SourceChannel(Source source, Budget budget) {
    this.source = source;
    this.budget = budget;
  }

  @Override
  public int read(ByteBuffer into) throws Bound {
    budget.time();
    int n = (int) Math.min(into.remaining(), Math.max(0, source.size() - at));
    if (n == 0) {
      return into.hasRemaining() ? -1 : 0;
    }
    byte[] some = new byte[n];
    source.copy(at, some, 0, n);
    into.put(some);
    at += n;
    return n;
  }

  @Override
  public long position() {
    return at;
  }

  @Override
  public SeekableByteChannel position(long position) {
    at = position;
    return this;
  }

  @Override
  public long size() {
    return source.size();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    // the source goes on
  }
}
