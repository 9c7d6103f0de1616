package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.malassay.behavior.Endpoint;
import org.malassay.environments.tracing.CallTable.Call;

/**
 * The arguments of a call as words, in the manner of strace, and what they are about.
 *
 * @param arguments as many words as the call has arguments
 * @param paths the paths among them, in their order; empty where one could not be read
 * @param text the first string that is no path
 * @param endpoint the address of a socket of IPv4 or IPv6 among them
 * @param socket the path of a Unix socket among them
 * @param pair the two descriptors that it returned
 * @param openFlags those of openat2, which lie in memory; 0 where there are none
 */
record Words(
    List<String> arguments,
    List<Optional<String>> paths,
    Optional<String> text,
    Optional<Endpoint> endpoint,
    Optional<String> socket,
    List<Integer> pair,
    long openFlags) {

  static final int AT_FDCWD = -100;
  static final int O_CREAT = 0100;
  static final int O_TMPFILE = 020000000;
  static final int O_CLOEXEC = 02000000;

  /** The lengths at which the recorder cuts: {@code record.h}. */
  private static final int STRING = 256;

  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int O_ACCMODE = 3;

  Words {
    arguments = List.copyOf(arguments);
    paths = List.copyOf(paths);
    pair = List.copyOf(pair);
  }

  static Words of(Call call, KernelRecord record) {
    return new Speaker(call, record).speak();
  }

  /** Whether an argument of this word in calls.tbl is read from memory. */
  static boolean isPiece(String word) {
    return switch (word) {
      case "path", "exe", "str", "name", "data", "how", "sockaddr", "msghdr", "peer", "pair" ->
          true;
      default -> false;
    };
  }

  private static final class Speaker {
    private final Call call;
    private final KernelRecord record;
    private final Iterator<Optional<byte[]>> pieces;
    private final List<String> said = new ArrayList<>();
    private final List<Optional<String>> paths = new ArrayList<>();
    private Optional<String> text = Optional.empty();
    private Optional<Endpoint> endpoint = Optional.empty();
    private Optional<String> socket = Optional.empty();
    private List<Integer> pair = List.of();
    private long openFlags;

    Speaker(Call call, KernelRecord record) {
      this.call = call;
      this.record = record;
      this.pieces = record.pieces().iterator();
    }

    Words speak() {
      int register = 0;
      for (String word : call.arguments()) {
        if (word.equals("off") && !record.abi().isWide()) {
          register += register % 2; // a number of 64 bits begins with an even register
          said.add(Long.toString(argument(register) | argument(register + 1) << Integer.SIZE));
          register += 2;
        } else {
          if (!isModeOfNothing(word, register)) {
            said.add(isPiece(word) ? piece(word, register) : number(word, argument(register)));
          }
          register++;
        }
      }
      return new Words(said, paths, text, endpoint, socket, pair, openFlags);
    }

    private long argument(int register) {
      return register < KernelRecord.ARGUMENTS ? record.arguments().get(register) : 0;
    }

    /** The mode of a file that is not made: whatever stands there. */
    private boolean isModeOfNothing(String word, int register) {
      return word.equals("mode")
          && register > 0
          && call.arguments().get(register - 1).equals("open")
          && (argument(register - 1) & (O_CREAT | O_TMPFILE)) == 0;
    }

    private String number(String word, long value) {
      return switch (word) {
        case "fd", "int", "pid", "id" -> Integer.toString((int) value);
        case "dirfd" -> (int) value == AT_FDCWD ? "AT_FDCWD" : Integer.toString((int) value);
        case "uint" ->
            record.abi().isWide()
                ? Long.toUnsignedString(value)
                : Integer.toUnsignedString((int) value);
        case "off" -> Long.toString(value);
        case "mode" -> "0" + Integer.toOctalString((int) value & 07777777);
        case "ptr", "buf" -> value == 0 ? "NULL" : hex(value);
        case "hex" -> hex(value);
        case "open" -> open((int) value);
        case "clone" -> cloneFlags(value);
        default -> symbol(word, value & 0xFFFF_FFFFL);
      };
    }

    private static String hex(long value) {
      return value == 0 ? "0" : "0x" + Long.toHexString(value);
    }

    private static String symbol(String word, long value) {
      Optional<Symbols> symbols = Symbols.of(word);
      if (symbols.isEmpty()) {
        return hex(value);
      }
      return Symbols.isChoice(word) ? symbols.get().one(value) : symbols.get().all(value);
    }

    private String open(int value) {
      String access = Symbols.OPEN_ACCESS.one(value & O_ACCMODE);
      int others = value & ~O_ACCMODE;
      Symbols flags = record.abi().isArm() ? Symbols.OPEN_ARM : Symbols.OPEN_OTHER;
      return others == 0 ? access : access + "|" + flags.all(others & 0xFFFF_FFFFL);
    }

    /** The lowest byte is the signal that the parent gets. */
    private static String cloneFlags(long value) {
      long flags = value & 0xFFFF_FF00L;
      long signal = value & 0xFF;
      String names = flags == 0 ? "" : symbol("clone", flags);
      if (signal == 0) {
        return names.isEmpty() ? "0" : names;
      }
      return (names.isEmpty() ? "" : names + "|") + Symbols.SIGNALS.one(signal);
    }

    private String piece(String word, int register) {
      long address = argument(register);
      Optional<byte[]> piece = pieces.hasNext() ? pieces.next() : Optional.empty();
      if (word.equals("name") && piece.isPresent() && piece.get().length == 0) {
        return hex(address); // another option's
      }
      boolean isPath = word.equals("path") || word.equals("exe");
      if (address == 0 || piece.isEmpty()) {
        if (isPath) {
          paths.add(Optional.empty());
        }
        return address == 0 ? "NULL" : hex(address);
      }
      byte[] bytes = piece.get();
      return switch (word) {
        case "data" -> quoted(bytes) + (bytes.length < length(register + 1) ? "..." : "");
        case "sockaddr", "msghdr", "peer" -> address(bytes, address);
        case "pair" -> pair(bytes, address);
        case "how" -> how(bytes, address);
        default -> string(bytes, isPath);
      };
    }

    private long length(int register) {
      return record.abi().isWide() ? argument(register) : argument(register) & 0xFFFF_FFFFL;
    }

    private String string(byte[] bytes, boolean isPath) {
      int end = bytes.length > 0 && bytes[bytes.length - 1] == 0 ? bytes.length - 1 : bytes.length;
      String said = new String(bytes, 0, end, UTF_8);
      if (isPath) {
        paths.add(Optional.of(said));
      } else if (text.isEmpty()) {
        text = Optional.of(said);
      }
      return quote(said) + (bytes.length >= STRING ? "..." : "");
    }

    private String pair(byte[] bytes, long address) {
      if (bytes.length < 2 * Integer.BYTES) {
        return hex(address);
      }
      ByteBuffer both = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      pair = List.of(both.getInt(), both.getInt());
      return pair.toString();
    }

    /** The three numbers of a {@code struct open_how}: openat2(2). */
    private String how(byte[] bytes, long address) {
      if (bytes.length < 3 * Long.BYTES) {
        return hex(address);
      }
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      openFlags = in.getLong();
      return "{flags=%s, mode=%s, resolve=%s}"
          .formatted(open((int) openFlags), number("mode", in.getLong()), hex(in.getLong()));
    }

    private String address(byte[] bytes, long address) {
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.length < 2) {
        return hex(address);
      }
      int family = in.getShort(0) & 0xFFFF;
      if (family == AF_INET && bytes.length >= 8) {
        endpoint = Optional.of(endpoint(in, 4, 4));
      } else if (family == AF_INET6 && bytes.length >= 24) {
        endpoint = Optional.of(endpoint(in, 8, 16));
      } else if (family == AF_UNIX && bytes.length > 2) {
        socket = Optional.of(unixPath(bytes));
      } else {
        return symbol("family", family) + ":" + quoted(in.position(2).slice());
      }
      return endpoint.map(Endpoint::toString).orElseGet(() -> quote(socket.orElse("")));
    }

    private static Endpoint endpoint(ByteBuffer in, int at, int length) {
      byte[] address = new byte[length];
      in.get(at, address);
      int port = (in.get(2) & 0xFF) << 8 | (in.get(3) & 0xFF);
      return Endpoint.of(address, port);
    }

    /** One that begins with a zero is a name without a file; it is shown with an @, as by ss(8). */
    private static String unixPath(byte[] bytes) {
      boolean isAbstract = bytes[2] == 0;
      int from = isAbstract ? 3 : 2;
      int to = from;
      while (to < bytes.length && bytes[to] != 0) {
        to++;
      }
      return (isAbstract ? "@" : "") + new String(bytes, from, to - from, UTF_8);
    }

    private static String quoted(ByteBuffer bytes) {
      byte[] rest = new byte[bytes.remaining()];
      bytes.get(rest);
      return quoted(rest);
    }

    /** Bytes that are not text as escapes of C. */
    private static String quoted(byte[] bytes) {
      StringBuilder text = new StringBuilder("\"");
      for (byte b : bytes) {
        int value = b & 0xFF;
        switch (value) {
          case '\n' -> text.append("\\n");
          case '\r' -> text.append("\\r");
          case '\t' -> text.append("\\t");
          case '"', '\\' -> text.append('\\').append((char) value);
          default -> {
            if (value >= ' ' && value < 0x7F) {
              text.append((char) value);
            } else {
              text.append(String.format(Locale.ROOT, "\\x%02x", value));
            }
          }
        }
      }
      return text.append('"').toString();
    }

    private static String quote(String text) {
      return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
  }
}
