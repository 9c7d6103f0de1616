package org.malassay.sample;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A file of which no more than so many bytes are read, until the bound is taken away. */
final class BoundedChannel implements SeekableByteChannel {
  private final FileChannel file;
  private final long bound;
  private long read;
  private boolean bounded = true;

  BoundedChannel(FileChannel file, long bound) {
    this.file = file;
    this.bound = bound;
  }

  /** From here on, any number of bytes may be read. */
  void unbind() {
    bounded = false;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int n = file.read(into);
    read += n;
    if (bounded && read > bound) {
      throw new UnreadableException(
          "has a list of members of more than %d bytes; unpack it yourself and give the folder"
              .formatted(bound));
    }
    return n;
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
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
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
