package org.malassay.firmware.unpack;

import java.util.List;

/** A file system, an archive, a compression or a container that is read. Without state. */
interface Format {
  /** As in {@code Part.format()}. */
  String name();

  /** At least one. */
  List<Magic> magics();

  /** Whether it is looked for at any place, and not at the beginning of something alone. */
  default boolean anywhere() {
    return true;
  }

  /**
   * Whether what begins here can be it, by its header: at once, without decompressing. So strict
   * that chance hardly passes.
   *
   * @throws DamagedException as good as false
   */
  boolean fits(Source in) throws DamagedException;

  /**
   * Reads it.
   *
   * @param in from its beginning to the end of what holds it, which is mostly more than it is
   * @throws DamagedException for what ends the reading: the part is cut if entries came out, else
   *     refused
   */
  void read(Source in, Output out) throws DamagedException;
}
