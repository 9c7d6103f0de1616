package org.malassay.environments.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.malassay.environments.host.Digests;
import org.malassay.environments.host.Tools;
import org.malassay.sample.FileFacts;
import org.malassay.sample.FileFactsReader;
import org.malassay.sample.Sample;

/** Harmless ARM programs, compiled from a few lines of C. */
public final class ArmPrograms {
  private static final String INCLUDES =
      """
      #define _GNU_SOURCE
      #include <arpa/inet.h>
      #include <errno.h>
      #include <fcntl.h>
      #include <net/if.h>
      #include <pthread.h>
      #include <sched.h>
      #include <signal.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      #include <sys/mount.h>
      #include <sys/ptrace.h>
      #include <sys/reboot.h>
      #include <sys/resource.h>
      #include <sys/socket.h>
      #include <sys/stat.h>
      #include <sys/syscall.h>
      #include <sys/uio.h>
      #include <sys/utsname.h>
      #include <sys/wait.h>
      #include <unistd.h>
      """;

  private final Path folder;

  public ArmPrograms(Path folder) {
    this.folder = folder;
  }

  /** A program with the given body of {@code main}. */
  public Sample program(String name, String body) throws IOException {
    return compiled("arm-linux-gnueabihf-gcc", name, body);
  }

  /** The same for the 64 bits of ARM. */
  public Sample wideProgram(String name, String body) throws IOException {
    return compiled("aarch64-linux-gnu-gcc", name, body);
  }

  /** The same for this machine's own architecture. */
  public Sample nativeProgram(String name, String body) throws IOException {
    return compiled("gcc", name, body);
  }

  /** A program of a whole source file of C. */
  public Sample source(String name, String source) throws IOException {
    return built(name, source, "arm-linux-gnueabihf-gcc", "-O1");
  }

  /** A program of nothing but this assembly, which begins at {@code _start}. */
  public Sample assembly(String name, String source) throws IOException {
    return built(
        name,
        source,
        "arm-linux-gnueabihf-gcc",
        "-nostdlib",
        "-s",
        "-Wl,--build-id=none",
        "-x",
        "assembler");
  }

  private Sample compiled(String compiler, String name, String body) throws IOException {
    return built(
        name,
        INCLUDES + "int main(int argc, char **argv) {\n" + body + "\n return 0;\n}\n",
        compiler,
        "-O1");
  }

  private Sample built(String name, String source, String compiler, String... options)
      throws IOException {
    Path here = Files.createTempDirectory(folder, "program");
    Files.writeString(here.resolve("program.c"), source);
    // Newer toolchains have times and offsets of 64 bits by default, and other system calls for
    // them.
    List<String> command =
        new ArrayList<>(List.of(compiler, "-static", "-w", "-U_TIME_BITS", "-U_FILE_OFFSET_BITS"));
    command.addAll(List.of(options));
    command.addAll(List.of("-o", "program", "program.c"));
    Tools.run(command, here, Duration.ofMinutes(1), line -> {});
    return bytes(name, Files.readAllBytes(here.resolve("program")));
  }

  public Sample text(String name, String text) throws IOException {
    return bytes(name, text.getBytes(UTF_8));
  }

  /** The same text where a shell is to run it. */
  public static Sample forShell(Sample text) {
    return new Sample(
        text.path(), text.file(), text.sha256(), text.md5(), text.size(), text.facts().withShell());
  }

  /** A file of so many zeros, which take no room. */
  public Sample large(long size) throws IOException {
    Path file = Files.createTempFile(folder, "sample", "");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
    return new Sample(
        "corpus/large",
        file,
        "0".repeat(64),
        "0".repeat(32),
        size,
        FileFacts.of(FileFacts.FileType.DATA));
  }

  /** A file with these contents. */
  public Sample bytes(String name, byte[] bytes) throws IOException {
    Path file = Files.write(Files.createTempFile(folder, "sample", ""), bytes);
    return new Sample(
        "corpus/" + name,
        file,
        HexFormat.of().formatHex(Digests.sha256().digest(bytes)),
        "0".repeat(32),
        bytes.length,
        FileFactsReader.read(bytes));
  }
}
