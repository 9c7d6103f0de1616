package org.malassay.environments.internet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Makes frames of what arrives in pieces of any size. Used by one thread at a time. */
final class FrameReader {
  private final Consumer<Frame> frames;
  private byte[] frame = new byte[Frame.HEADER];
  private int length;

  /**
   * @param frames takes each as it is complete
   */
  FrameReader(Consumer<Frame> frames) {
    this.frames = frames;
  }

  /**
   * Takes the next bytes.
   *
   * @throws IOException if this is not what the program says; nothing more may be read then
   */
  void read(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; ) {
      int n = Math.min(bytes.length - at, frame.length - length);
      System.arraycopy(bytes, at, frame, length, n);
      at += n;
      length += n;
      if (length == Frame.HEADER && frame.length == Frame.HEADER) {
        expand();
      }
      if (length == frame.length && length >= Frame.HEADER) {
        ByteBuffer whole = ByteBuffer.wrap(frame);
        char type = (char) (whole.get() & 0xFF);
        int id = whole.getInt();
        whole.getInt();
        frame = new byte[Frame.HEADER];
        length = 0;
        frames.accept(new Frame(type, id, whole.slice()));
      }
    }
  }

  private void expand() throws IOException {
    int payload = ByteBuffer.wrap(frame, 5, 4).getInt();
    if (payload < 0 || payload > Frame.MAX_PAYLOAD) {
      throw new IOException(
          "the simulated Internet's program sent a frame of %d bytes"
              .formatted(payload & 0xFFFF_FFFFL));
    }
    byte[] longer = new byte[Frame.HEADER + payload];
    System.arraycopy(frame, 0, longer, 0, length);
    frame = longer;
  }
}
