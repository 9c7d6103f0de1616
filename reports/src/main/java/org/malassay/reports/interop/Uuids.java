package org.malassay.reports.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Identifiers that are the same whenever they are made of the same (RFC 9562, version 5). */
final class Uuids {
  /** In which what is the project's own is named; drawn once, by chance. */
  static final UUID OWN = UUID.fromString("d7578072-4761-4316-b8bf-402cfdf2c711");

  private static final long VERSION = 5L << 12;
  private static final long VARIANT = 1L << 63;

  private Uuids() {}

  /** The identifier of a name in a namespace. */
  static UUID of(UUID namespace, String name) {
    MessageDigest sha1 = sha1();
    sha1.update(bytes(namespace));
    ByteBuffer digest = ByteBuffer.wrap(sha1.digest(name.getBytes(UTF_8)));
    long high = digest.getLong();
    long low = digest.getLong();
    return new UUID((high & ~0xF000L) | VERSION, (low & (-1L >>> 2)) | VARIANT);
  }

  /**
   * One of the project's own.
   *
   * @param parts none of which has a line feed
   */
  static UUID own(String... parts) {
    return of(OWN, String.join("\n", parts));
  }

  private static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
