package org.malassay.environments.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Exited;
import org.malassay.environment.Ending.Refused;
import org.malassay.environment.Ending.Signaled;
import org.malassay.files.Folders;
import org.malassay.sample.Sample;

/**
 * Odd ELF files, and how they end on Linux on ARM. {@code odd-elf.S} is what they are made of: a
 * program with many beginnings, each of which does one thing and exits with 7 when it worked.
 */
public final class OddElf {
  private static final Ending RUNS = new Exited(7);
  private static final Ending ENOEXEC = new Refused("ENOEXEC");
  private static final Ending SIGBUS = new Signaled(7);
  private static final Ending SIGSEGV = new Signaled(11);

  private static final int BLOCK = 128;
  private static final List<String> BLOCKS =
      List.of(
          "exits",
          "data",
          "heap",
          "stack",
          "mapping",
          "mapping read only",
          "ldm",
          "ldmdb",
          "stm",
          "ldrd",
          "strd",
          "push and pop",
          "thumb",
          "ldr",
          "vldm",
          "ldrex",
          "swp",
          "ldm nowhere",
          "stm to code",
          "raises SIGBUS",
          "raises SIGSEGV");

  // Where numbers of the headers stand.
  private static final int CLASS = 4;
  private static final int DATA = 5;
  private static final int VERSION = 6;
  private static final int OS_ABI = 7;
  private static final int ABI_VERSION = 8;
  private static final int TYPE = 16;
  private static final int ENTRY = 24;
  private static final int PROGRAMS = 28;
  private static final int SECTIONS = 32;
  private static final int HEADER_SIZE = 40;
  private static final int PROGRAM_COUNT = 44;
  private static final int SECTION_SIZE = 46;
  private static final int OFFSET = 4;
  private static final int ADDRESS = 8;
  private static final int IN_FILE = 16;
  private static final int IN_MEMORY = 20;
  private static final int FLAGS = 24;
  private static final int ALIGNMENT = 28;

  private static final int HEADERS = 52;
  private static final int HEADER = 32;
  private static final int PT_LOAD = 1;
  private static final int PT_INTERP = 3;
  private static final int PT_GNU_STACK = 0x6474e551;
  private static final int NAME = 64;

  private final byte[] good;
  private final Map<String, Odd> table = new LinkedHashMap<>();

  /**
   * One odd file.
   *
   * @param linux how it ends there
   * @param asByQemuUser false where qemu-user ends it otherwise
   */
  @SuppressWarnings("ArrayRecordComponent") // read once
  public record Odd(byte[] file, Ending linux, boolean asByQemuUser) {}

  private OddElf(byte[] good) {
    this.good = good;
    fill();
  }

  /** Writes all of them into a folder, each as a file by what is odd about it: to be a corpus. */
  public static void main(String[] folder) throws IOException {
    Path into = Files.createDirectories(Path.of(folder[0]));
    Path workshop = Files.createTempDirectory("odd-elf");
    try {
      for (Map.Entry<String, Odd> odd : table(new ArmPrograms(workshop)).entrySet()) {
        Files.write(into.resolve(odd.getKey()), odd.getValue().file());
      }
    } finally {
      Folders.delete(workshop);
    }
  }

  /** All of them, by what is odd about them. */
  public static Map<String, Odd> table(ArmPrograms arm) throws IOException {
    Sample program = arm.assembly("odd", resource("odd-elf.S"));
    return new OddElf(Files.readAllBytes(program.file())).table;
  }

  private void fill() {
    add("nothing", RUNS, file -> {});
    // What Linux does not read.
    add("class of 64 bits", RUNS, file -> file.put(CLASS, (byte) 2)).notByQemuUser();
    add("no class", RUNS, file -> file.put(CLASS, (byte) 0)).notByQemuUser();
    add("big-endian data", RUNS, file -> file.put(DATA, (byte) 2)).notByQemuUser();
    add("no version", RUNS, file -> file.put(VERSION, (byte) 0)).notByQemuUser();
    add("another header size", RUNS, file -> file.putShort(HEADER_SIZE, (short) 0)).notByQemuUser();
    add("another OS", RUNS, file -> file.put(OS_ABI, (byte) 97));
    add("an AppImage", RUNS, file -> file.position(ABI_VERSION).put(new byte[] {'A', 'I', 2}));
    add("padding", RUNS, file -> file.position(ABI_VERSION).put(new byte[] {-1, -1, -1, -1, -1}));
    add("more padding", RUNS, file -> file.position(13).put(new byte[] {-1, -1, -1}));
    add("sections beyond the end", RUNS, file -> file.putInt(SECTIONS, 0x7fff_fff0));
    add("sections of another size", RUNS, file -> file.putShort(SECTION_SIZE, (short) 77));
    add("headers at an odd offset", RUNS, this::moveHeaders);
    // The table of program headers. (One of another size, or none: nothing there to start.)
    add("headers of a page", RUNS, file -> file.putShort(PROGRAM_COUNT, (short) 128));
    add("more headers than a page", ENOEXEC, file -> file.putShort(PROGRAM_COUNT, (short) 129))
        .notByQemuUser();
    // The interpreter's name.
    addInterpreter("no name", ENOEXEC, 0, "");
    addInterpreter("only its end", ENOEXEC, 1, "\0");
    addInterpreter("without its end", ENOEXEC, 4, "/lib");
    addInterpreter("too long", ENOEXEC, 4097, "/lib\0");
    add(
            "an interpreter: beyond the end of the file",
            new Refused("EIO"),
            file -> name(file, 0x10_0000, 10))
        .notByQemuUser();
    addInterpreter("empty", new Refused("EACCES"), 2, "\0\0");
    addInterpreter("a folder", new Refused("EACCES"), 5, "/lib\0");
    addInterpreter("absent", new Refused("ENOENT"), 9, "/no/such\0");
    // Segments.
    add("200 MB of zeros", RUNS, file -> file.putInt(variables(file) + IN_MEMORY, 200 << 20));
    addKilled("512 MB of zeros", file -> file.putInt(variables(file) + IN_MEMORY, 512 << 20));
    addKilled("3 GB of zeros", file -> file.putInt(variables(file) + IN_MEMORY, 3 << 30));
    addKilled("less memory than file", file -> file.putInt(variables(file) + IN_MEMORY, 4));
    addKilled("no memory", file -> file.putInt(variables(file) + IN_MEMORY, 0));
    addKilled("less memory than code", file -> file.putInt(code(file) + IN_MEMORY, 256));
    addKilled("beyond 4 GB", file -> move(file, variables(file), 0xffff_f000));
    addKilled("another place in its page", file -> plus(file, variables(file) + OFFSET, 1));
    add(
        "another place, no bytes",
        RUNS,
        file -> {
          plus(file, variables(file) + OFFSET, 1);
          file.putInt(variables(file) + IN_FILE, 0);
        });
    add("no bytes", RUNS, file -> file.putLong(variables(file) + IN_FILE, 0));
    add(
        "beyond the end of the file",
        RUNS,
        file -> file.putLong(variables(file) + IN_FILE, 0x20000L << 32 | 0x20000));
    add("odd alignment", RUNS, file -> file.putInt(code(file) + ALIGNMENT, 3));
    add("descending", RUNS, file -> swap(file, code(file), variables(file)));
    add(
        "descending, movable",
        RUNS,
        file -> {
          swap(file, code(file), variables(file));
          file.putShort(TYPE, (short) 3);
        });
    add("the same twice", RUNS, file -> copy(file, code(file), stack(file)));
    add(
        "overlapping",
        SIGSEGV,
        file -> move(file, variables(file), file.getInt(code(file) + ADDRESS)));
    add("begins nowhere", SIGSEGV, file -> file.putInt(ENTRY, 0x7000_0000));
    // Data as code: without a word about the stack all that can be read can be executed.
    for (String place : List.of("data", "heap", "mapping", "mapping read only")) {
      addBlock(place, SIGSEGV);
      add(
          place + ", executable stack",
          SIGSEGV,
          file -> enter(file, place).putInt(stackFlags(file), 7));
      add(place + ", no stack header", RUNS, file -> noStack(enter(file, place))).notByQemuUser();
    }
    addBlock("stack", SIGSEGV);
    add("stack, executable", RUNS, file -> enter(file, "stack").putInt(stackFlags(file), 7));
    add("stack, no header", RUNS, file -> noStack(enter(file, "stack")));
    add("code without X", SIGSEGV, file -> file.putInt(code(file) + FLAGS, 4));
    add(
            "code without X and stack header",
            RUNS,
            file -> noStack(file).putInt(code(file) + FLAGS, 4))
        .notByQemuUser();
    add("code without R and X", SIGSEGV, file -> noStack(file).putInt(code(file) + FLAGS, 2));
    // Several words at an odd address.
    for (String mended : List.of("ldm", "ldmdb", "stm", "ldrd", "strd", "push and pop", "thumb")) {
      addBlock(mended, RUNS).notByQemuUser();
    }
    addBlock("ldr", RUNS);
    for (String not : List.of("vldm", "ldrex", "swp", "ldm nowhere", "stm to code")) {
      addBlock(not, SIGBUS);
    }
    // What else ends by these signals.
    addBlock("raises SIGBUS", SIGBUS);
    add("raises SIGSEGV, no stack header", SIGSEGV, file -> noStack(enter(file, "raises SIGSEGV")));
  }

  // ---- making one

  /** The row that was added last, to be changed. */
  private final class Last {
    private final String name;

    Last(String name) {
      this.name = name;
    }

    void notByQemuUser() {
      table.computeIfPresent(name, (same, odd) -> new Odd(odd.file(), odd.linux(), false));
    }
  }

  private Last add(String name, Ending linux, Consumer<ByteBuffer> change) {
    return add(name, linux, good, change);
  }

  private Last add(String name, Ending linux, byte[] from, Consumer<ByteBuffer> change) {
    byte[] file = from.clone();
    change.accept(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
    table.put(name, new Odd(file, linux, true));
    return new Last(name);
  }

  /** Linux finds out when the old program is gone; qemu-user mostly runs it. */
  private void addKilled(String name, Consumer<ByteBuffer> change) {
    add(name, SIGSEGV, change).notByQemuUser();
  }

  private Last addBlock(String block, Ending linux) {
    return add(block, linux, file -> enter(file, block));
  }

  private void addInterpreter(String how, Ending linux, int length, String path) {
    byte[] longer = Arrays.copyOf(good, good.length + 8192);
    System.arraycopy(path.getBytes(US_ASCII), 0, longer, good.length, path.length());
    add("an interpreter: " + how, linux, longer, file -> name(file, good.length, length))
        .notByQemuUser();
  }

  /** Makes a name of the header about the stack. */
  private static void name(ByteBuffer file, int offset, int length) {
    int header = stack(file);
    file.putInt(header, PT_INTERP).putInt(header + OFFSET, offset).putInt(header + IN_FILE, length);
  }

  private ByteBuffer enter(ByteBuffer file, String block) {
    plus(file, ENTRY, BLOCKS.indexOf(block) * BLOCK);
    return file;
  }

  private static void plus(ByteBuffer file, int at, int more) {
    file.putInt(at, file.getInt(at) + more);
  }

  /** To the same place in another page. */
  private static void move(ByteBuffer file, int header, int page) {
    file.putInt(header + ADDRESS, (page & ~0xfff) | (file.getInt(header + ADDRESS) & 0xfff));
  }

  private static int code(ByteBuffer file) {
    return header(file, PT_LOAD);
  }

  /** The last of those that are loaded. */
  private static int variables(ByteBuffer file) {
    int last = 0;
    for (int at = HEADERS; at < stack(file); at += HEADER) {
      last = file.getInt(at) == PT_LOAD ? at : last;
    }
    return last;
  }

  private static int stack(ByteBuffer file) {
    return header(file, PT_GNU_STACK);
  }

  private static int stackFlags(ByteBuffer file) {
    return stack(file) + FLAGS;
  }

  private static int header(ByteBuffer file, int type) {
    int at = HEADERS;
    while (file.getInt(at) != type) {
      at += HEADER;
    }
    return at;
  }

  private static ByteBuffer noStack(ByteBuffer file) {
    return file.putInt(stack(file), 0);
  }

  private static void copy(ByteBuffer file, int from, int to) {
    file.put(to, file, from, HEADER);
  }

  private static void swap(ByteBuffer file, int one, int other) {
    byte[] kept = new byte[HEADER];
    file.get(one, kept);
    copy(file, other, one);
    file.put(other, kept);
  }

  /** To the zeros behind the first instruction, three of which are enough for their new place. */
  private void moveHeaders(ByteBuffer file) {
    int from = file.getInt(PROGRAMS);
    int to = HEADERS + 1;
    byte[] headers = new byte[file.getShort(PROGRAM_COUNT) * HEADER];
    file.get(from, headers);
    file.put(to, headers).putInt(PROGRAMS, to);
  }

  // ---- many of them in one guest

  /**
   * A program that has files within itself, starts one after the other, and prints how each ended,
   * in the order of their names in the map.
   */
  public static Sample driver(ArmPrograms arm, Map<String, Odd> files) throws IOException {
    byte[] program = Files.readAllBytes(arm.source("driver", resource("odd-elf-driver.c")).file());
    int size = files.values().stream().mapToInt(odd -> NAME + 4 + odd.file().length).sum();
    ByteBuffer all =
        ByteBuffer.allocate(program.length + size + 8).order(ByteOrder.LITTLE_ENDIAN).put(program);
    files.forEach(
        (name, odd) ->
            all.put(Arrays.copyOf(name.getBytes(US_ASCII), NAME))
                .putInt(odd.file().length)
                .put(odd.file()));
    return arm.bytes("driver", all.putInt(program.length).putInt(files.size()).array());
  }

  /** How they end on Linux. */
  public static Map<String, Ending> linux(Map<String, Odd> files) {
    return files.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, file -> file.getValue().linux()));
  }

  /** What the driver printed, as endings. */
  public static Map<String, Ending> told(String output) {
    return output
        .lines()
        .map(line -> line.split("\t"))
        .collect(toMap(words -> words[0], words -> ending(words[1])));
  }

  private static Ending ending(String text) {
    String[] words = text.split(" ");
    return switch (words[0]) {
      case "exited" -> new Exited(Integer.parseInt(words[1]));
      case "signaled" -> new Signaled(Integer.parseInt(words[1]));
      default -> new Refused(words[1]);
    };
  }

  private static String resource(String name) {
    try (InputStream in = OddElf.class.getResourceAsStream("/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
