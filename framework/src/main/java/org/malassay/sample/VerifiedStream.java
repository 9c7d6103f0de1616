package org.malassay.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The bytes of a sample, verified by its digest as they are read. For one thread at a time. */
final class VerifiedStream extends InputStream {
  private final Sample sample;
  private final InputStream in;
  private final MessageDigest sha256 = Digest.algorithm("SHA-256");
  private long read;

  VerifiedStream(Sample sample) throws IOException {
    this.sample = sample;
    this.in = Files.newInputStream(sample.file());
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** The last byte is not handed over before all are known to be right. */
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int n = in.read(into, offset, length);
    if (n > 0) {
      read += n;
      sha256.update(into, offset, n);
    }
    boolean tooShort = n < 0 && read < sample.size();
    boolean other = n > 0 && read == sample.size() && !sample.sha256().equals(digest());
    if (tooShort || other || read > sample.size()) {
      throw new IOException(
          "%s has changed since the corpus was read: it has another SHA-256 now; start a new run"
              .formatted(SafeText.printable(sample.file().toString())));
    }
    return n;
  }

  private String digest() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
