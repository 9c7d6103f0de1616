package org.malassay.firmware;

/**
 * An account of an image. Its password is counted and never cracked.
 *
 * @param hash the scheme of its password: {@code none} (empty: anybody logs in), {@code locked},
 *     {@code des}, {@code md5}, {@code bcrypt}, {@code sha256}, {@code sha512}, {@code yescrypt},
 *     {@code unknown}
 * @param shell whether it ends in a shell
 */
public record Account(String name, long user, String hash, boolean shell, String from) {
  /** Whether its password is empty or kept in a way that is weak by today's measure. */
  public boolean weak() {
    return hash.equals("none") || hash.equals("des") || hash.equals("md5");
  }
}
