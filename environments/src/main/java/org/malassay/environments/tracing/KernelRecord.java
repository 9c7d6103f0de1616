package org.malassay.environments.tracing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One record of the recorder, as {@code record.h} describes it.
 *
 * @param type what it tells
 * @param flags see {@link Flag}
 * @param number of the call, as it is told
 * @param abi by which the call was made; of a HELLO, that of the recorder's kernel
 * @param guest the cookie
 * @param from when it began, in nanoseconds since the machine was switched on
 * @param to when it ended
 * @param process its id as the guest sees it
 * @param thread its id as the guest sees it
 * @param parent the process that made this one
 * @param lost how many calls that change descriptors or folders were not told so far
 * @param result of the call, or as wait(2) has it
 * @param arguments six numbers
 * @param pieces what was read from the program's memory: an empty place for what could not be
 * @param port the local port of the socket, 0 for none
 * @param data all that follows the header
 */
record KernelRecord(
    Type type,
    int flags,
    int number,
    Abi abi,
    long guest,
    long from,
    long to,
    int process,
    int thread,
    int parent,
    int lost,
    long result,
    List<Long> arguments,
    List<Optional<byte[]>> pieces,
    int port,
    ByteBuffer data) {

  static final int HEADER = 112;
  static final int PIECES = 3;
  static final int ARGUMENTS = 6;
  private static final int UNREADABLE = 0xFFFF;
  static final int MAX_ERRNO = 4095;

  /** What a record tells; the numbers are those of {@code enum type}. */
  enum Type {
    CALL(1),
    FORK(2),
    EXEC(3),
    EXIT(4),
    BEGIN(5),
    END(6),
    HELLO(16),
    ACCOUNT(17),
    COUNTS(18),
    CHECKED(19),
    FAILURE(20);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    static Optional<Type> of(int number) {
      for (Type type : values()) {
        if (type.number == number) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    }
  }

  /** A bit of the flags; the numbers are those of {@code enum flag}. */
  enum Flag {
    CUT(1),
    REFUSED(2),
    EMULATED(4),
    OWN(8),
    THREAD(16),
    SHARED(32),
    LAST(64),
    WHOLE(128);

    private final int bit;

    Flag(int bit) {
      this.bit = bit;
    }

    int bit() {
      return bit;
    }
  }

  /** Each time from its beginning. */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether the call of this record succeeded. */
  boolean succeeded() {
    return result >= 0 || result < -MAX_ERRNO;
  }

  boolean is(Flag flag) {
    return (flags & flag.bit()) != 0;
  }

  /**
   * Reads one.
   *
   * @param in as many bytes as the record says that it has
   * @return empty when this is none
   */
  static Optional<KernelRecord> read(ByteBuffer in) {
    ByteBuffer at = in.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (at.remaining() < HEADER) {
      return Optional.empty();
    }
    at.getShort(); // its size
    Optional<Type> type = Type.of(at.get() & 0xFF);
    int flags = at.get() & 0xFF;
    int number = at.getShort() & 0xFFFF;
    Optional<Abi> abi = Abi.of(at.getShort() & 0xFFFF);
    if (type.isEmpty() || abi.isEmpty()) {
      return Optional.empty();
    }
    long guest = at.getLong();
    long from = at.getLong();
    long to = at.getLong();
    int process = at.getInt();
    int thread = at.getInt();
    int parent = at.getInt();
    int lost = at.getInt();
    long result = at.getLong();
    List<Long> arguments = new ArrayList<>(ARGUMENTS);
    for (int i = 0; i < ARGUMENTS; i++) {
      arguments.add(at.getLong());
    }
    int[] lengths = new int[PIECES];
    for (int i = 0; i < PIECES; i++) {
      lengths[i] = at.getShort() & 0xFFFF;
    }
    int port = at.getShort() & 0xFFFF;
    ByteBuffer data = at.slice();
    List<Optional<byte[]>> pieces = new ArrayList<>(PIECES);
    for (int length : lengths) {
      if (length == UNREADABLE) {
        pieces.add(Optional.empty());
      } else if (length > at.remaining()) {
        return Optional.empty();
      } else {
        byte[] piece = new byte[length];
        at.get(piece);
        pieces.add(Optional.of(piece));
      }
    }
    return Optional.of(
        new KernelRecord(
            type.get(),
            flags,
            number,
            abi.get(),
            guest,
            from,
            to,
            process,
            thread,
            parent,
            lost,
            result,
            arguments,
            pieces,
            port,
            data));
  }
}
