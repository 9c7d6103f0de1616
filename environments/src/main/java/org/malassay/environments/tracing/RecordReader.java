package org.malassay.environments.tracing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/** Makes records of what arrives, in pieces of any size. Used by one thread at a time. */
final class RecordReader {
  /** The largest record: the counts of a guest. */
  private static final int MOST = KernelRecord.HEADER + 1024 * Account.COUNT_BYTES;

  /** Where the type stands, behind the size. */
  private static final int TYPE = 2;

  private final Consumer<KernelRecord> records;
  private final ByteBuffer waiting = ByteBuffer.allocate(MOST).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * @param records takes each record as it is complete
   */
  RecordReader(Consumer<KernelRecord> records) {
    this.records = records;
  }

  /**
   * Takes the next bytes.
   *
   * @throws IOException if this is not what a recorder says; nothing more may be read then
   */
  void read(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int wanted = Math.min(needed() - waiting.position(), bytes.remaining());
      waiting.put(waiting.position(), bytes, bytes.position(), wanted);
      waiting.position(waiting.position() + wanted);
      bytes.position(bytes.position() + wanted);
      if (waiting.position() > TYPE && waiting.position() == needed()) {
        waiting.flip();
        KernelRecord record = KernelRecord.read(waiting).orElseThrow(RecordReader::none);
        waiting.clear();
        records.accept(record);
      }
    }
  }

  /** Its size and its type first. */
  private int needed() throws IOException {
    if (waiting.position() <= TYPE) {
      return TYPE + 1;
    }
    int size = waiting.getShort(0) & 0xFFFF;
    if (size < KernelRecord.HEADER
        || size > MOST
        || KernelRecord.Type.of(waiting.get(TYPE) & 0xFF).isEmpty()) {
      throw none();
    }
    return size;
  }

  private static IOException none() {
    return new IOException("said what is no record");
  }
}
