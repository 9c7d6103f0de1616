package org.malassay.firmware.unpack;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An image's file, mapped into memory. It may be larger than the heap. */
final class ImageFile extends Source {
  private static final int SHIFT = 30;
  private static final long MASK = (1L << SHIFT) - 1;

  private final MappedByteBuffer[] maps;

  private ImageFile(long size, MappedByteBuffer[] maps) {
    super(size);
    this.maps = maps;
  }

  static ImageFile open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      MappedByteBuffer[] maps = new MappedByteBuffer[(int) ((size + MASK) >> SHIFT)];
      for (int i = 0; i < maps.length; i++) {
        long from = (long) i << SHIFT;
        maps[i] = channel.map(MapMode.READ_ONLY, from, Math.min(1L << SHIFT, size - from));
      }
      return new ImageFile(size, maps);
    }
  }

  @Override
  byte get(long at) {
    return maps[(int) (at >> SHIFT)].get((int) (at & MASK));
  }

  @Override
  void copy(long at, byte[] into, int offset, int length) {
    int done = 0;
    while (done < length) {
      int within = (int) ((at + done) & MASK);
      int n = (int) Math.min(length - done, (1L << SHIFT) - within);
      maps[(int) ((at + done) >> SHIFT)].get(within, into, offset + done, n);
      done += n;
    }
  }
}
