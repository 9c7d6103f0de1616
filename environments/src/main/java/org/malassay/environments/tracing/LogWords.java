package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.environments.tracing.CallTable.Call;

/**
 * The arguments of a call in the words of qemu-user's log, as the numbers and pieces of memory that
 * a record has.
 *
 * @param numbers as many as a record has
 * @param pieces as many as a record has; empty where the log tells an address only
 * @param unknown what the log says of an argument that no number stands for; empty for the others
 */
record LogWords(List<Long> numbers, List<Optional<byte[]>> pieces, List<Optional<String>> unknown) {
  private static final Pattern NUMBER = Pattern.compile("-?(?:0x[0-9a-f]{1,16}|\\d{1,19})");
  private static final Pattern NAMED = Pattern.compile("[a-z_]+=(.*)", Pattern.DOTALL);
  private static final Pattern INET =
      Pattern.compile(
          "\\{sin_family=AF_INET,sin_port=htons\\((\\d{1,5})\\),sin_addr=inet_addr\\(\"([0-9.]+)\"\\)}");
  private static final Pattern INET6 =
      Pattern.compile(
          "\\{sin6_family=AF_INET6,sin6_port=htons\\((\\d{1,5})\\),[^\"]*\"([0-9a-f:.]{1,45})\"[^\"]*}");
  private static final Pattern IPV4 = Pattern.compile("(?:\\d{1,3}\\.){3}\\d{1,3}");
  private static final Pattern UNIX =
      Pattern.compile("\\{sun_family=AF_UNIX,sun_path=\"(.*)\"}", Pattern.DOTALL);

  static final LogWords NONE = ofPieces();

  LogWords {
    numbers = List.copyOf(numbers);
    pieces = List.copyOf(pieces);
    unknown = List.copyOf(unknown);
  }

  /** Of a program that is executed. */
  static LogWords ofPieces(String... pieces) {
    List<Optional<byte[]>> all = new ArrayList<>();
    for (int i = 0; i < KernelRecord.PIECES; i++) {
      all.add(Optional.of((i < pieces.length ? pieces[i] : "").getBytes(UTF_8)));
    }
    return new LogWords(Collections.nCopies(KernelRecord.ARGUMENTS, 0L), all, List.of());
  }

  /** The status of an exit. */
  static int status(String argument) {
    return (int) ofDigits(argument) & 0xFF;
  }

  /** The number of a process. */
  static int process(String argument) {
    return NUMBER.matcher(argument).matches() ? (int) ofDigits(argument) : 0;
  }

  static LogWords of(Call call, List<String> said) {
    List<Long> numbers = new ArrayList<>();
    List<Optional<byte[]>> pieces = new ArrayList<>();
    List<Optional<String>> unknown = new ArrayList<>();
    for (int i = 0; i < Math.min(call.arguments().size(), KernelRecord.ARGUMENTS); i++) {
      String word = call.arguments().get(i);
      Optional<String> argument =
          i < said.size() ? Optional.of(bare(said.get(i))) : Optional.empty();
      boolean isPiece = Words.isPiece(word);
      Optional<byte[]> piece = isPiece ? argument.flatMap(it -> piece(word, it)) : Optional.empty();
      OptionalLong number =
          argument.isPresent() ? number(word, argument.get()) : OptionalLong.empty();
      if (isPiece) {
        pieces.add(piece);
      }
      numbers.add(piece.isPresent() ? 1 : number.orElse(0));
      unknown.add(
          piece.isEmpty() && number.isEmpty()
              ? argument.or(() -> Optional.of("?"))
              : Optional.empty());
    }
    while (numbers.size() < KernelRecord.ARGUMENTS) {
      numbers.add(0L);
    }
    while (pieces.size() < KernelRecord.PIECES) {
      pieces.add(Optional.of(new byte[0]));
    }
    return new LogWords(numbers, pieces.subList(0, KernelRecord.PIECES), unknown);
  }

  /** Without the name that some have. */
  private static String bare(String argument) {
    Matcher named = NAMED.matcher(argument);
    return named.matches() ? named.group(1) : argument;
  }

  /** The words of a list such as <code>{"sh","-c",NULL}</code>. */
  static List<String> list(String argument) {
    List<String> words = new ArrayList<>();
    if (argument.startsWith("{") && argument.endsWith("}")) {
      for (String word : argument.substring(1, argument.length() - 1).split(",(?=\"|NULL)", -1)) {
        text(word).ifPresent(words::add);
      }
    }
    return words;
  }

  /** The text in a pair of quotation marks. */
  static Optional<String> text(String argument) {
    return argument.length() >= 2 && argument.startsWith("\"") && argument.endsWith("\"")
        ? Optional.of(argument.substring(1, argument.length() - 1))
        : Optional.empty();
  }

  private static Optional<byte[]> piece(String word, String argument) {
    return switch (word) {
      case "sockaddr", "msghdr", "peer" -> address(argument);
      case "pair" -> Optional.empty();
      default -> text(argument).map(it -> it.getBytes(UTF_8));
    };
  }

  private static Optional<byte[]> address(String argument) {
    Matcher inet = INET.matcher(argument);
    if (inet.matches()) {
      return endpoint(2, 16, 4, inet);
    }
    Matcher inet6 = INET6.matcher(argument);
    if (inet6.matches()) {
      return endpoint(10, 28, 8, inet6);
    }
    Matcher unix = UNIX.matcher(argument);
    if (unix.matches()) {
      byte[] path = unix.group(1).getBytes(UTF_8);
      return Optional.of(
          ByteBuffer.allocate(3 + path.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putShort((short) 1)
              .put(path)
              .array());
    }
    return Optional.empty();
  }

  private static Optional<byte[]> endpoint(int family, int size, int at, Matcher said) {
    return bytes(said.group(2))
        .map(
            address ->
                ByteBuffer.allocate(size)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) family)
                    .order(ByteOrder.BIG_ENDIAN)
                    .putShort((short) Integer.parseInt(said.group(1)))
                    .position(at)
                    .put(address)
                    .array());
  }

  /** Of a number, never of a name: nobody is asked. */
  private static Optional<byte[]> bytes(String address) {
    if (!address.contains(":") && !IPV4.matcher(address).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(address).getAddress());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static OptionalLong number(String word, String argument) {
    if (argument.equals("NULL")) {
      return OptionalLong.of(0);
    }
    if (argument.equals("AT_FDCWD")) {
      return OptionalLong.of(Words.AT_FDCWD);
    }
    long sum = 0;
    for (String each : argument.split("\\|", -1)) {
      OptionalLong value = one(word, each);
      if (value.isEmpty()) {
        return value;
      }
      sum |= value.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  private static OptionalLong one(String word, String name) {
    if (NUMBER.matcher(name).matches()) {
      return OptionalLong.of(ofDigits(name));
    }
    if (word.equals("open")) {
      OptionalLong access = Symbols.OPEN_ACCESS.value(name);
      return access.isPresent() ? access : Symbols.OPEN_ARM.value(name);
    }
    String ours = word.equals("family") ? name.replaceFirst("^PF_", "AF_") : name;
    OptionalLong value = Symbols.of(word).map(it -> it.value(ours)).orElseGet(OptionalLong::empty);
    return value.isEmpty() && word.equals("clone") ? Symbols.SIGNALS.value(name) : value;
  }

  /** As in C: 0x and 0 tell hexadecimal and octal numbers. */
  private static long ofDigits(String digits) {
    try {
      if (digits.startsWith("0x")) {
        return Long.parseUnsignedLong(digits.substring(2), 16);
      }
      boolean isOctal =
          digits.length() > 1
              && digits.startsWith("0")
              && digits.indexOf('8') < 0
              && digits.indexOf('9') < 0;
      return Long.parseLong(digits, isOctal ? 8 : 10);
    } catch (NumberFormatException e) {
      return 0; // no number of 64 bits
    }
  }
}
