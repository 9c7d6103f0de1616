package org.malassay.environments.agent;

import java.io.IOException;
import java.io.InputStream;

/** The way to the agent in a guest. */
public interface Commands {
  /** As much of a file as is in memory at a time. */
  int CHUNK = 64 * 1024;

  /**
   * Sends a command, or a piece of a file; it is not copied.
   *
   * @throws IOException if the guest does not take it
   */
  void send(byte[] command) throws IOException;

  /**
   * Sends a file to the guest; {@link Transcript#awaitDelivery} tells when it is there.
   *
   * @param path where to, in the guest
   * @param size of the file; as many bytes are read
   * @param told what the agent tells: one that says nothing any more gets nothing more
   * @throws IOException if the guest does not take it, or it is too large for one
   */
  default void sendFile(String path, long size, InputStream in, Transcript told)
      throws IOException {
    try {
      send(AgentProtocol.file(path, size));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    for (long left = size; left > 0 && !told.end().isDone(); ) {
      byte[] piece = in.readNBytes((int) Math.min(CHUNK, left));
      if (piece.length == 0) {
        throw new IOException("what was to be sent has become shorter than it was");
      }
      send(piece);
      left -= piece.length;
    }
  }
}
