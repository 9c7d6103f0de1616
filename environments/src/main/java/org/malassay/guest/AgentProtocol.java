package org.malassay.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;

/**
 * The frames that go to and come from the agent: one byte of type, four bytes of length, and as
 * many bytes; numbers are big-endian. The other end is {@code agent.c}.
 */
public final class AgentProtocol {
  private static final int HEADER = 5;

  /** More than the agent ever puts into one frame. */
  private static final int MAX_PAYLOAD = 64 * 1024;

  private AgentProtocol() {}

  /** The header of a file; its bytes, as many as said, must follow. */
  public static byte[] file(String path, long size) {
    byte[] name = path.getBytes(UTF_8);
    long length = 2 + name.length + size;
    if (name.length > Short.MAX_VALUE || length > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException("too long for a frame: " + length + " bytes");
    }
    return ByteBuffer.allocate(HEADER + 2 + name.length)
        .put((byte) 'F')
        .putInt((int) length)
        .putShort((short) name.length)
        .put(name)
        .array();
  }

  /** Starts the sample; the file size is the largest that it may write. */
  public static byte[] run(Duration time, long outputBytes, long fileBytes) {
    return command('R', 24)
        .putLong(time.toMillis())
        .putLong(outputBytes)
        .putLong(fileBytes)
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

  /** Ends the agent. */
  public static byte[] quit() {
    return command('Q', 0).array();
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
        case 'S' -> new AgentEvent.Hello(in.get(), in.get(), in.getShort() & 0xFFFF);
        case 'U' -> new AgentEvent.ServiceUp(nanos(in));
        case 'D' -> new AgentEvent.ServiceEnd(ending(in.get(), in.getInt(), text(in)));
        case 'L' -> new AgentEvent.ServiceLog(in.slice());
        case 'F' -> new AgentEvent.FileWritten();
        case '1' -> new AgentEvent.SampleOutput(false, in.slice());
        case '2' -> new AgentEvent.SampleOutput(true, in.slice());
        case 'X' -> sampleEnd(in);
        case 'H' -> new AgentEvent.ProbeBytes(in.slice());
        case 'P' ->
            new AgentEvent.ProbeEnd(
                nanos(in), Optional.of(text(in)).filter(error -> !error.isEmpty()));
        case 'E' -> new AgentEvent.Failure(text(in));
        default -> throw new IOException("the guest's agent sent a frame of type " + (int) type);
      };
    }

    private static AgentEvent sampleEnd(ByteBuffer in) throws IOException {
      int how = in.get();
      int code = in.getInt();
      Duration duration = nanos(in);
      Duration cpu = nanos(in);
      long stdout = in.getLong();
      long stderr = in.getLong();
      int survivors = in.getInt();
      long killed = in.getLong();
      return new AgentEvent.SampleEnd(
          ending(how, code, text(in)),
          duration,
          cpu,
          stdout,
          stderr,
          survivors,
          killed < 0 ? OptionalLong.empty() : OptionalLong.of(killed));
    }

    private static Ending ending(int how, int code, String error) throws IOException {
      return switch (how) {
        case 0 -> new Ending.Exited(code);
        case 1 -> new Ending.Signaled(code);
        case 2 -> new Ending.Stopped(code == reason(Limit.DISK) ? Limit.DISK : Limit.TIME);
        case 3 -> new Ending.Refused(error);
        default -> throw new IOException("the guest's agent told of an unknown ending: " + how);
      };
    }

    private static Duration nanos(ByteBuffer in) {
      return Duration.ofNanos(in.getLong());
    }

    /** Evaluated last in every frame: takes the rest of it. */
    private static String text(ByteBuffer in) {
      return UTF_8.decode(in).toString();
    }
  }
}
