package org.malassay.environments.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Limits;
import org.malassay.environment.Used;
import org.malassay.environments.agent.AgentEvent.CallCount;

/**
 * The frames that go to and come from the agent: one byte of type, four bytes of length, and as
 * many bytes; numbers are big-endian. The other end is {@code agent.c}.
 */
public final class AgentProtocol {
  private static final int HEADER = 5;

  /** More than the agent ever puts into one frame. */
  private static final int MAX_PAYLOAD = 64 * 1024;

  /**
   * A line of a frame of unsupported calls, such as {@code fork ENOSYS 3}, or {@code
   * open:/lib/ld.so.1 ENOENT 1}.
   */
  private static final Pattern CALL_COUNT =
      Pattern.compile("([a-z0-9_]{1,40}(?::/[!-~]{1,100})?) (E[A-Z0-9]{1,15}) (\\d{1,18})\n");

  private static final Pattern ERRNO = Pattern.compile("E[A-Z0-9]{1,15}");

  private static final int MOST_STATUS = 255;
  private static final int MOST_SIGNAL = 64;
  private static final int MOST_PROCESSES = 1 << 22; // PID_MAX_LIMIT of Linux

  /**
   * More than the system calls of Linux; a sample that makes up others cannot fill a row with them.
   */
  private static final int MAX_CALLS = 500;

  private AgentProtocol() {}

  /**
   * The header of a file; its bytes, as many as said, must follow.
   *
   * @throws IllegalArgumentException if it is too large for a frame, which holds 4 GiB
   */
  public static byte[] file(String path, long size) {
    byte[] name = path.getBytes(UTF_8);
    long length = 2 + name.length + size;
    if (name.length > Short.MAX_VALUE || length > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("it is too large for a guest: " + size + " bytes");
    }
    return ByteBuffer.allocate(HEADER + 2 + name.length)
        .put((byte) 'F')
        .putInt((int) length)
        .putShort((short) name.length)
        .put(name)
        .array();
  }

  /**
   * Marks the sample that is started next, so that a recorder of system calls knows it.
   *
   * @param cookie by which it knows it
   */
  public static byte[] mark(long cookie) {
    return command('T', Long.BYTES).putLong(cookie).array();
  }

  /**
   * Starts the sample.
   *
   * @param forShell true when a shell runs it if the kernel does not know what it is
   * @param arguments none of which holds a NUL
   */
  public static byte[] run(Limits limits, boolean forShell, List<String> arguments) {
    byte[] order = order(limits, forShell, arguments);
    return command('R', order.length).put(order).array();
  }

  /**
   * What {@link #run} says, without a frame: the limits, and the arguments, each ended by a NUL.
   */
  public static byte[] order(Limits limits, boolean forShell, List<String> arguments) {
    byte[] words =
        arguments.stream().map(word -> word + '\0').collect(Collectors.joining()).getBytes(UTF_8);
    return ByteBuffer.allocate(4 * Long.BYTES + words.length)
        .putLong(limits.time().toMillis())
        .putLong(limits.outputBytes())
        .putLong(limits.diskBytes())
        .putLong(forShell ? 1 : 0)
        .put(words)
        .array();
  }

  /** Asks the service for its page. */
  public static byte[] probe(Duration timeout) {
    return command('P', 4).putInt((int) timeout.toMillis()).array();
  }

  /** Stops the sample because of a limit. */
  public static byte[] stop(Limit limit) {
    return command('K', 1).put((byte) reason(limit)).array();
  }

  /**
   * Tells the guest of the network that it is in.
   *
   * @param nameserver the address of who knows names there
   */
  public static byte[] network(String nameserver) {
    byte[] address = nameserver.getBytes(UTF_8);
    return command('I', address.length).put(address).array();
  }

  /** Has the log that qemu-user writes of the sample's system calls told. */
  public static byte[] log() {
    return command('Q', 0).array();
  }

  /** The sample is to have no capabilities. */
  public static byte[] withoutCapabilities() {
    return command('V', 0).array();
  }

  /**
   * Reads a file.
   *
   * @param path in the guest, without a NUL
   * @param most how many bytes of it
   */
  public static byte[] read(String path, int most) {
    byte[] name = path.getBytes(UTF_8);
    return command('G', Long.BYTES + name.length).putLong(most).put(name).array();
  }

  /** Asks what the guest has used. */
  public static byte[] usage() {
    return command('M', 0).array();
  }

  private static ByteBuffer command(char type, int length) {
    return ByteBuffer.allocate(HEADER + length).put((byte) type).putInt(length);
  }

  private static int reason(Limit limit) {
    return switch (limit) {
      case TIME -> 0;
      case DISK -> 1;
    };
  }

  /** Makes events of what arrives, in pieces of any size. */
  public static final class Reader {
    private final Consumer<AgentEvent> events;
    private final byte[] frame = new byte[HEADER + MAX_PAYLOAD];
    private int length;

    /**
     * @param events takes each event as it is complete
     */
    public Reader(Consumer<AgentEvent> events) {
      this.events = events;
    }

    /**
     * Takes the next bytes.
     *
     * @throws IOException if this is not what an agent says; nothing more may be read then
     */
    public void read(byte[] bytes) throws IOException {
      for (int at = 0; at < bytes.length; ) {
        int n = Math.min(bytes.length - at, needed() - length);
        System.arraycopy(bytes, at, frame, length, n);
        at += n;
        length += n;
        if (length >= HEADER && length == needed()) {
          events.accept(event());
          length = 0;
        }
      }
    }

    private int needed() throws IOException {
      if (length < HEADER) {
        return HEADER;
      }
      int payload = ByteBuffer.wrap(frame, 1, 4).getInt();
      if (payload < 0 || payload > MAX_PAYLOAD) {
        throw new IOException(
            "the guest's agent sent a frame of %d bytes".formatted(payload & 0xFFFF_FFFFL));
      }
      return HEADER + payload;
    }

    private AgentEvent event() throws IOException {
      byte[] payload = new byte[length - HEADER];
      System.arraycopy(frame, HEADER, payload, 0, payload.length);
      char type = (char) (frame[0] & 0xFF);
      try {
        return event(type, ByteBuffer.wrap(payload));
      } catch (BufferUnderflowException e) {
        throw new IOException("the guest's agent sent a short frame of type " + (int) type, e);
      }
    }

    private static AgentEvent event(char type, ByteBuffer in) throws IOException {
      return switch (type) {
        case 'S' -> new AgentEvent.Hello(in.get(), in.getShort() & 0xFFFF, in.get() != 0);
        case 'U' -> new AgentEvent.ServiceUp();
        case 'D' -> new AgentEvent.ServiceEnd(ending(in.get(), in.getInt(), text(in)));
        case 'L' -> new AgentEvent.ServiceLog(in.slice());
        case 'F' -> new AgentEvent.FileWritten();
        case '1' -> new AgentEvent.SampleOutput(false, in.slice());
        case '2' -> new AgentEvent.SampleOutput(true, in.slice());
        case 'C' -> new AgentEvent.UnsupportedCalls(unsupportedCalls(in));
        case 'R' -> new AgentEvent.Recorded(in.slice());
        case 'N' -> new AgentEvent.RefusedForks(atLeastZero(in.getLong()));
        case 'X' -> sampleEnd(in);
        case 'H' -> new AgentEvent.ProbeBytes(in.slice());
        case 'P' ->
            new AgentEvent.ProbeEnd(
                nanos(in), Optional.of(text(in)).filter(error -> !error.isEmpty()));
        case 'B' -> new AgentEvent.FileBytes(in.slice());
        case 'Z' ->
            new AgentEvent.FileEnd(
                atLeastZero(in.getLong()),
                in.getInt(),
                in.get() != 0,
                Optional.of(text(in)).filter(error -> !error.isEmpty()));
        case 'M' -> new AgentEvent.Usage(used(in));
        case 'E' -> new AgentEvent.Failure(text(in));
        default -> throw new IOException("the guest's agent sent a frame of type " + (int) type);
      };
    }

    private static List<CallCount> unsupportedCalls(ByteBuffer in) throws IOException {
      String text = text(in);
      Map<String, CallCount> calls = new LinkedHashMap<>(); // one a name and error
      Matcher line = CALL_COUNT.matcher(text);
      int at = 0;
      while (at < text.length() && calls.size() < MAX_CALLS) {
        if (!line.region(at, text.length()).lookingAt()) {
          throw new IOException("the guest's agent told of unsupported calls in words unknown");
        }
        calls.put(
            line.group(1) + line.group(2),
            new CallCount(line.group(1), line.group(2), Long.parseLong(line.group(3))));
        at = line.end();
      }
      return List.copyOf(calls.values());
    }

    private static Optional<Used> used(ByteBuffer in) {
      OptionalLong cpu = known(in.getLong());
      OptionalLong memory = known(in.getLong());
      OptionalLong peak = known(in.getLong());
      OptionalLong processes = known(in.getLong());
      OptionalLong sent = known(in.getLong());
      OptionalLong received = known(in.getLong());
      return cpu.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Used(
                  Duration.ofNanos(cpu.getAsLong()),
                  memory,
                  peak,
                  processes.isPresent()
                      ? OptionalInt.of((int) Math.min(processes.getAsLong(), MOST_PROCESSES))
                      : OptionalInt.empty(),
                  sent,
                  received));
    }

    /** All ones: unknown. */
    private static OptionalLong known(long number) {
      return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
    }

    private static AgentEvent sampleEnd(ByteBuffer in) throws IOException {
      int how = in.get();
      int code = in.getInt();
      Duration duration = nanos(in);
      Duration cpu = nanos(in);
      long stdout = atLeastZero(in.getLong());
      long stderr = atLeastZero(in.getLong());
      int survivors = (int) within(in.getInt(), MOST_PROCESSES);
      long killed = in.getLong();
      return new AgentEvent.SampleEnd(
          ending(how, code, text(in)), duration, cpu, stdout, stderr, survivors, known(killed));
    }

    private static Ending ending(int how, int code, String error) throws IOException {
      return switch (how) {
        case 0 -> new Ending.Exited((int) within(code, MOST_STATUS));
        case 1 -> new Ending.Signaled((int) within(code, MOST_SIGNAL));
        case 2 -> new Ending.Stopped(code == reason(Limit.DISK) ? Limit.DISK : Limit.TIME);
        case 3 -> new Ending.Refused(errno(error));
        default -> throw new IOException("the guest's agent told of an unknown ending: " + how);
      };
    }

    private static Duration nanos(ByteBuffer in) throws IOException {
      return Duration.ofNanos(atLeastZero(in.getLong()));
    }

    private static long atLeastZero(long number) throws IOException {
      return within(number, Long.MAX_VALUE);
    }

    private static long within(long number, long most) throws IOException {
      if (number < 0 || number > most) {
        throw new IOException("the guest's agent told of a number that cannot be: " + number);
      }
      return number;
    }

    private static String errno(String text) throws IOException {
      if (!ERRNO.matcher(text).matches()) {
        throw new IOException("the guest's agent told of an error in words unknown");
      }
      return text;
    }

    /** Takes the rest of a frame; evaluated last. */
    private static String text(ByteBuffer in) {
      return UTF_8.decode(in).toString();
    }
  }
}
