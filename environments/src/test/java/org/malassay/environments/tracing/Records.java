package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.malassay.environments.tracing.KernelRecord.Flag;

/** Makes records as the recorder does, one after the other, a microsecond each. */
final class Records {
  static final int RUN = 0x1a2b3c4d;

  /** The cookie of the first guest of that run. */
  static final long GUEST = (long) RUN << Integer.SIZE;

  static final byte[] UNREADABLE = new byte[0];

  private final Abi abi;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long guest = GUEST;
  private long time = 1_000_000_000;
  private int process = 10;
  private int thread = 10;
  private int lost;
  private int flags;

  private Records(Abi abi) {
    this.abi = abi;
  }

  /** Of a kernel where ARM programs run by themselves. */
  static Records arm() {
    return new Records(Abi.ARM);
  }

  /** Of one where qemu-user runs them. */
  static Records emulated() {
    Records records = new Records(Abi.X86_64);
    return records.with(Flag.EMULATED);
  }

  static byte[] text(String text) {
    return (text + "\0").getBytes(UTF_8);
  }

  /** An address of IPv4. */
  static byte[] inet(int port, int... address) {
    ByteBuffer out = ByteBuffer.allocate(16).put((byte) 2).put((byte) 0).putShort((short) port);
    for (int each : address) {
      out.put((byte) each);
    }
    return out.array();
  }

  /** A {@code struct open_how}. */
  static byte[] openHow(long... numbers) {
    ByteBuffer out =
        ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long each : numbers) {
      out.putLong(each);
    }
    return out.array();
  }

  Records of(long cookie) {
    guest = cookie;
    return this;
  }

  Records in(int process) {
    return in(process, process);
  }

  Records in(int process, int thread) {
    this.process = process;
    this.thread = thread;
    return this;
  }

  Records lost(int calls) {
    lost = calls;
    return this;
  }

  /** The flags of what follows. */
  Records with(Flag... these) {
    flags = 0;
    for (Flag flag : these) {
      flags |= flag.bit();
    }
    return this;
  }

  Records begin() {
    return add(KernelRecord.Type.BEGIN, 0, 0, 1, List.of());
  }

  Records fork(int child, Flag... more) {
    return forked(child, child, more);
  }

  /** A thread of the process. */
  Records newThread(int id) {
    return forked(process, id, Flag.THREAD, Flag.SHARED);
  }

  private Records forked(int child, int id, Flag... more) {
    int parent = process;
    int before = flags;
    int maker = thread;
    in(child, id);
    for (Flag flag : more) {
      flags |= flag.bit();
    }
    add(KernelRecord.Type.FORK, 0, 0, parent, List.of());
    flags = before;
    return in(parent, maker);
  }

  Records exec(String path, String... arguments) {
    return add(
        KernelRecord.Type.EXEC,
        0,
        0,
        0,
        List.of(text(path), text(String.join("\0", arguments))),
        7,
        8);
  }

  /** The end of a thread. */
  Records exit(long result, Flag... more) {
    int before = flags;
    for (Flag flag : more) {
      flags |= flag.bit();
    }
    add(KernelRecord.Type.EXIT, 0, result, 0, List.of());
    flags = before;
    return this;
  }

  Records end() {
    return add(KernelRecord.Type.END, 0, 0, 0, List.of());
  }

  /** A call by its name on ARM. */
  Records call(String name, long result, List<byte[]> pieces, long... arguments) {
    return add(KernelRecord.Type.CALL, number(name), result, 0, pieces, arguments);
  }

  Records call(String name, long result, long... arguments) {
    return call(name, result, List.of(), arguments);
  }

  /** A call with one path or other piece. */
  Records call(String name, long result, byte[] piece, long... arguments) {
    return call(name, result, List.of(piece), arguments);
  }

  Records open(String path, long result, long flags) {
    return abi == Abi.ARM
        ? call("open", result, text(path), 0x10000, flags, 0644)
        : call("openat", result, text(path), Words.AT_FDCWD, 0x10000, flags, 0644);
  }

  int number(String name) {
    for (int number = 0; number < 512; number++) {
      if (CallTable.find(abi, number).name().equals(name)) {
        return number;
      }
    }
    throw new IllegalArgumentException(name);
  }

  /** What is told of the guest at its end. */
  Records account(long... numbers) {
    ByteBuffer data = ByteBuffer.allocate(10 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long number : numbers) {
      data.putLong(number);
    }
    return raw(KernelRecord.Type.ACCOUNT, data.array());
  }

  Records counts(Object... namesCallsAndFailures) {
    ByteBuffer data =
        ByteBuffer.allocate(namesCallsAndFailures.length / 3 * Account.COUNT_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < namesCallsAndFailures.length; i += 3) {
      data.putShort((short) number((String) namesCallsAndFailures[i]))
          .putShort((short) abi.number())
          .putInt(0)
          .putLong((Integer) namesCallsAndFailures[i + 1])
          .putLong((Integer) namesCallsAndFailures[i + 2]);
    }
    return raw(KernelRecord.Type.COUNTS, data.array());
  }

  Records raw(KernelRecord.Type type, byte[] data) {
    return add(type, 0, 0, 0, data, new int[KernelRecord.PIECES]);
  }

  private Records add(
      KernelRecord.Type type,
      int number,
      long result,
      int parent,
      List<byte[]> pieces,
      long... arguments) {
    List<Long> padded = new ArrayList<>();
    for (int i = 0; i < KernelRecord.ARGUMENTS; i++) {
      padded.add(i < arguments.length ? arguments[i] : 0L);
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    int[] lengths = new int[KernelRecord.PIECES];
    for (int i = 0; i < pieces.size(); i++) {
      data.writeBytes(pieces.get(i));
      lengths[i] = pieces.get(i) == UNREADABLE ? 0xFFFF : pieces.get(i).length;
    }
    return add(type, number, result, parent, data.toByteArray(), lengths, padded);
  }

  private Records add(
      KernelRecord.Type type, int number, long result, int parent, byte[] data, int[] lengths) {
    return add(type, number, result, parent, data, lengths, List.of(0L, 0L, 0L, 0L, 0L, 0L));
  }

  private Records add(
      KernelRecord.Type type,
      int number,
      long result,
      int parent,
      byte[] data,
      int[] lengths,
      List<Long> arguments) {
    ByteBuffer out =
        ByteBuffer.allocate(KernelRecord.HEADER + data.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) out.capacity()).put((byte) type.number()).put((byte) flags);
    out.putShort((short) number).putShort((short) abi.number());
    out.putLong(guest).putLong(time).putLong(time + 500);
    time += 1000;
    out.putInt(process).putInt(thread).putInt(parent).putInt(lost).putLong(result);
    arguments.forEach(out::putLong);
    for (int length : lengths) {
      out.putShort((short) length);
    }
    out.putShort((short) 0).put(data);
    bytes.writeBytes(out.array());
    return this;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
