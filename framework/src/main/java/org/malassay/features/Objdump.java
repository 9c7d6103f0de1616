package org.malassay.features;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GNU objdump, of which each call disassembles a piece of raw code: it never sees the file that the
 * code is from, whose headers are hostile. Each has little time and memory, may write no file, and
 * yields the processor to whoever wants it; what it prints is bounded, too.
 */
final class Objdump {
  private static final List<String> FOR_32 =
      List.of(
          "arm-linux-gnueabihf-objdump", "arm-linux-gnueabi-objdump", "aarch64-linux-gnu-objdump");
  private static final List<String> FOR_64 = List.of("aarch64-linux-gnu-objdump");

  /** A line of an instruction that is one: its opcode stands behind the address and a tab. */
  private static final Pattern INSTRUCTION =
      Pattern.compile("\\s*[0-9a-f]+:\\t([a-z][a-z0-9.]{0,23})(?:\\s.*)?");

  private static final Pattern NONE = Pattern.compile("\\s*[0-9a-f]+:\\t.*(?i:undefined).*");

  /** What stands for bytes that are no instruction. */
  static final String UNDEFINED = "";

  private static final int SECONDS = 120;
  private static final int PROCESSOR_SECONDS = 30;
  private static final long MEMORY = 1L << 30;

  /** More than any line of an instruction has. */
  private static final int LINE = 256;

  /** More than the lines of two bytes of code have, on average. */
  private static final int PRINTED_PER_BYTE = 64;

  private final List<Path> folders;

  /**
   * @param folders in which programs are looked for
   */
  Objdump(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  static Objdump onPath() {
    return new Objdump(
        Pattern.compile(File.pathSeparator)
            .splitAsStream(Optional.ofNullable(System.getenv("PATH")).orElse(""))
            .filter(folder -> folder.startsWith("/"))
            .map(Path::of)
            .toList());
  }

  /** Why code of an instruction set cannot be disassembled; empty when it can. */
  Optional<String> missing(InstructionSet set) {
    if (find(names(set)).isEmpty()) {
      return Optional.of("there is no %s (-Dsetup installs it)".formatted(names(set).get(0)));
    }
    return List.of("timeout", "nice", "prlimit").stream()
        .filter(tool -> find(List.of(tool)).isEmpty())
        .findFirst()
        .map(tool -> "there is no %s, which bounds objdump".formatted(tool));
  }

  private static List<String> names(InstructionSet set) {
    return set.isOf64() ? FOR_64 : FOR_32;
  }

  private Optional<String> find(List<String> names) {
    return names.stream()
        .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .map(Path::toString)
        .findFirst();
  }

  /**
   * Its version, as it says it, since opcodes have their names from it; empty where it does not.
   */
  Optional<String> version() {
    StringBuilder version = new StringBuilder();
    try {
      run(
          List.of("--version"),
          InstructionSet.ARM,
          new byte[0],
          line -> version.append(version.isEmpty() ? line : ""));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.of(version.toString());
  }

  /**
   * Disassembles code.
   *
   * @param opcodes is told each, as objdump writes it, or {@link #UNDEFINED}; runs of zeros are
   *     padding, and left out
   * @throws IOException if it cannot; the message says why
   */
  void disassemble(InstructionSet set, ByteOrder order, byte[] code, Consumer<String> opcodes)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("-D", "-b", "binary", "--no-show-raw-insn"));
    arguments.addAll(set.arguments());
    if (order == ByteOrder.BIG_ENDIAN && !set.isOf64()) {
      arguments.add("-EB"); // of 64 bits, instructions are little-endian in any case
    }
    arguments.add("/dev/stdin");
    run(arguments, set, code, line -> tell(line, opcodes));
  }

  /**
   * @param lines is told each line that it prints, of its beginning
   */
  private void run(List<String> arguments, InstructionSet set, byte[] input, Consumer<String> lines)
      throws IOException, InterruptedException {
    List<String> command = command(set);
    command.addAll(arguments);
    Path file = Files.createTempFile("malassay-code", ".bin"); // for its owner alone
    Process process;
    try {
      Files.write(file, input);
      process = start(command, file);
    } finally {
      Files.delete(file); // the process has it open
    }
    try {
      read(process.getInputStream(), (input.length + LINE) * (long) PRINTED_PER_BYTE, lines);
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException("objdump ended with status " + status);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> command(InstructionSet set) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(path("timeout"), "--signal=KILL", String.valueOf(SECONDS)));
    command.addAll(List.of(path("nice"), "-n", "10"));
    command.addAll(
        List.of(
            path("prlimit"),
            "--as=" + MEMORY,
            "--cpu=" + PROCESSOR_SECONDS,
            "--fsize=0",
            "--core=0",
            "--nofile=32"));
    command.add(
        find(names(set)).orElseThrow(() -> new IOException(missing(set).orElse("no objdump"))));
    return command;
  }

  private String path(String tool) throws IOException {
    return find(List.of(tool)).orElseThrow(() -> new IOException("there is no " + tool));
  }

  private static Process start(List<String> command, Path input) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(input.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("LC_ALL", "C");
    return builder.start();
  }

  private static void read(InputStream printed, long most, Consumer<String> lines)
      throws IOException {
    StringBuilder line = new StringBuilder();
    long left = most;
    try (InputStream in = new BufferedInputStream(printed, 64 << 10)) {
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (--left < 0) {
          throw new IOException("objdump printed more than code can need");
        }
        if (c == '\n') {
          lines.accept(line.toString());
          line.setLength(0);
        } else if (line.length() < LINE) {
          line.append((char) c);
        }
      }
    }
  }

  private static void tell(String line, Consumer<String> opcodes) {
    Matcher instruction = INSTRUCTION.matcher(line);
    if (instruction.matches()) {
      opcodes.accept(instruction.group(1));
    } else if (NONE.matcher(line).matches()) {
      opcodes.accept(UNDEFINED);
    }
  }
}
