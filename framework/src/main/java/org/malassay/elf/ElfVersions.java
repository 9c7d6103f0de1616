package org.malassay.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the tables of symbol versions of an ELF file, whose layout is the same in both classes
 * (Linux Standard Base Core, 10.7, Symbol Versioning). They are chains: each record says how far
 * the next one is, so that a hostile file can make them endless.
 */
final class ElfVersions {
  private static final int VER_FLG_BASE = 1;
  private static final int VER_FLG_WEAK = 2;

  private static final int DEFINITION = 20;
  private static final int NEED = 16;
  private static final int NAME = 8;

  /** Of both tables and what hangs on their records; glibc's libc.so.6 has 50. */
  private static final int MOST_RECORDS = 4096;

  private final Bytes file;
  private final ByteOrder order;
  private final Names names;
  private int left = MOST_RECORDS;

  /** The names of the file, by their place in its table of strings. */
  interface Names {
    Optional<String> at(long offset) throws IOException;
  }

  ElfVersions(Bytes file, ByteOrder order, Names names) {
    this.file = file;
    this.order = order;
    this.names = names;
  }

  /**
   * The versions that the file defines, its own name left out.
   *
   * @param table where {@code DT_VERDEF} leads, in the file
   */
  Set<String> defined(long table) throws IOException {
    Set<String> defined = new LinkedHashSet<>();
    chain(
        table,
        DEFINITION,
        16,
        (at, record) -> {
          if ((record.getShort(2) & VER_FLG_BASE) == 0) {
            // The first name is its own; the others are those of its parents.
            ByteBuffer name = file.at(at + unsigned(record, 12), NAME).order(order);
            if (name.remaining() == NAME) {
              names.at(unsigned(name, 0)).ifPresent(defined::add);
            }
          }
        });
    return defined;
  }

  /**
   * The versions that the file needs, by the name of the library.
   *
   * @param table where {@code DT_VERNEED} leads, in the file
   */
  Map<String, Set<String>> needed(long table) throws IOException {
    Map<String, Set<String>> needed = new LinkedHashMap<>();
    chain(
        table,
        NEED,
        12,
        (at, record) -> {
          Optional<String> library = names.at(unsigned(record, 4));
          if (library.isPresent()) {
            needed
                .computeIfAbsent(library.get(), name -> new LinkedHashSet<>())
                .addAll(ofLibrary(at + unsigned(record, 8)));
          }
        });
    return needed;
  }

  private Set<String> ofLibrary(long first) throws IOException {
    Set<String> versions = new LinkedHashSet<>();
    chain(
        first,
        NEED,
        12,
        (at, record) -> {
          if ((record.getShort(4) & VER_FLG_WEAK) == 0) {
            names.at(unsigned(record, 8)).ifPresent(versions::add);
          }
        });
    return versions;
  }

  private interface Step {
    void take(long at, ByteBuffer record) throws IOException;
  }

  /** Takes each record up to the last one, or one that is not wholly there. */
  private void chain(long first, int size, int nextPosition, Step step) throws IOException {
    for (long at = first; left-- > 0; ) {
      ByteBuffer record = file.at(at, size).order(order);
      if (record.remaining() < size) {
        return;
      }
      step.take(at, record);
      long next = unsigned(record, nextPosition);
      if (next == 0) {
        return;
      }
      at += next;
    }
  }

  private static long unsigned(ByteBuffer record, int position) {
    return Integer.toUnsignedLong(record.getInt(position));
  }
}
