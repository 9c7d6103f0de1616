package org.malassay.environments.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.malassay.environments.host.Tools;
import org.malassay.sample.Sample;

/** Harmless ARM programs that need a loader and libraries; each exits with status 7. */
public final class DynamicPrograms {
  private static final String ARMEL = "arm-linux-gnueabi-gcc";
  private static final String ARMHF = "arm-linux-gnueabihf-gcc";
  private static final String EXITS =
      """
      #include <stdio.h>
      int main(void) { puts("loaded"); return fflush(stdout) == 0 ? 7 : 1; }
      """;

  /** Of musl it uses what no header of another C library spells differently. */
  private static final String WITHOUT_HEADERS =
      """
      int puts(const char *);
      void exit(int);
      void _start(void) { puts("loaded"); exit(7); }
      """;

  private final Path folder;
  private final ArmPrograms files;

  public DynamicPrograms(Path folder) {
    this.folder = folder;
    this.files = new ArmPrograms(folder);
  }

  /** One for soft-float, which Debian's image for armhf has no loader for. */
  public Sample armel() throws IOException {
    return program(EXITS, ARMEL);
  }

  /** One for soft-float that Linux runs, and qemu-user ends by SIGBUS. */
  public Sample movingWordsAtAnOddAddress() throws IOException {
    return program(
        """
        static int words[4];
        int main(void) {
          __asm__ volatile("ldm %0, {r4, r5}" ::"r"((char *)words + 1) : "r4", "r5", "memory");
          return 7;
        }
        """,
        ARMEL);
  }

  /** One for 64 bits, for which Raspberry Pi OS of 32 bits has a kernel and no more. */
  public Sample aarch64() throws IOException {
    return program(EXITS, "aarch64-linux-gnu-gcc");
  }

  /** One for hard-float with what every image has. */
  public Sample armhf() throws IOException {
    return program(EXITS, ARMHF);
  }

  /** One that musl loads, whose libc it calls without the start files of another one. */
  public Sample musl() throws IOException {
    Path libc = library("libc.so", "int puts(const char *s) { return 0; } void exit(int s) {}");
    return program(
        WITHOUT_HEADERS,
        ARMHF,
        "-nostdlib",
        "-fno-builtin",
        "-Wl,--dynamic-linker=/lib/ld-musl-armhf.so.1",
        libc.toString());
  }

  /** One that needs {@code libvendor.so.1}. */
  public Sample ofVendor() throws IOException {
    return program(
        "int vendors(void); int main(void) { return vendors(); }",
        ARMHF,
        vendorsFolder().resolve("libvendor.so.1").toString());
  }

  /** One with an interpreter of another path. */
  public Sample withInterpreter(String path) throws IOException {
    return program(EXITS, ARMHF, "-Wl,--dynamic-linker=" + path);
  }

  /** The folder that has {@code libvendor.so.1}. */
  public Path vendorsFolder() throws IOException {
    Path lib = folder.resolve("vendor");
    if (!Files.exists(lib)) {
      Files.createDirectory(lib);
      Files.copy(
          library("libvendor.so.1", "int vendors(void) { return 7; }"),
          lib.resolve("libvendor.so.1"));
    }
    return lib;
  }

  private Path library(String name, String source) throws IOException {
    return compile(
        source,
        name,
        ARMHF,
        "-shared",
        "-fPIC",
        "-nostdlib",
        "-fno-builtin",
        "-Wl,-soname," + name);
  }

  private Sample program(String source, String compiler, String... options) throws IOException {
    return files.bytes(
        "program", Files.readAllBytes(compile(source, "program", compiler, options)));
  }

  private Path compile(String source, String name, String compiler, String... options)
      throws IOException {
    Path here = Files.createTempDirectory(folder, "dynamic");
    Files.writeString(here.resolve("source.c"), source);
    List<String> command = new ArrayList<>(List.of(compiler, "-O1", "-w", "-o", name, "source.c"));
    command.addAll(List.of(options));
    Tools.run(command, here, Duration.ofMinutes(1), line -> {});
    return here.resolve(name);
  }
}
