package org.malassay.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The identity of some bytes.
 *
 * @param sha256 lower-case hexadecimal
 * @param md5 lower-case hexadecimal; antivirus reports are often filed by it
 * @param size in bytes
 */
public record Digest(String sha256, String md5, long size) {
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /** There were more bytes than allowed. */
  static final class TooLongException extends IOException {}

  /**
   * Copies a stream to its end, once, and digests what goes by.
   *
   * @throws TooLongException if it has more than {@code limit} bytes; no more are then written
   */
  static Digest copy(InputStream in, OutputStream out, long limit) throws IOException {
    MessageDigest sha256 = algorithm("SHA-256");
    MessageDigest md5 = algorithm("MD5");
    byte[] buffer = new byte[64 * 1024];
    long size = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      size += read;
      if (size > limit) {
        throw new TooLongException();
      }
      sha256.update(buffer, 0, read);
      md5.update(buffer, 0, read);
      out.write(buffer, 0, read);
    }
    return new Digest(hex(sha256), hex(md5), size);
  }

  /** Whether a text is a SHA-256 in lower-case hexadecimal. */
  public static boolean isSha256(String text) {
    return SHA_256.matcher(text).matches();
  }

  /** The digest of bytes that are in memory. */
  public static Digest of(byte[] bytes) {
    MessageDigest sha256 = algorithm("SHA-256");
    MessageDigest md5 = algorithm("MD5");
    sha256.update(bytes);
    md5.update(bytes);
    return new Digest(hex(sha256), hex(md5), bytes.length);
  }

  /** The SHA-256 alone of bytes that are in memory, in lower-case hexadecimal. */
  public static String sha256(byte[] bytes) {
    MessageDigest digest = algorithm("SHA-256");
    digest.update(bytes);
    return hex(digest);
  }

  static MessageDigest algorithm(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
