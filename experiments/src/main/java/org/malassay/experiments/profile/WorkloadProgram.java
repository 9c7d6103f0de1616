package org.malassay.experiments.profile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.environments.host.Tools;
import org.malassay.experiments.profile.ServiceFile.Step;
import org.malassay.sample.Digest;
import org.malassay.sample.FileFactsReader;
import org.malassay.sample.Sample;

/** Makes the program of a workload, {@code workload.c} with its data, and libraries beside it. */
final class WorkloadProgram {
  static final String FOLDER = "/run/malassay-workload/";
  private static final String COMPILER = "arm-linux-gnueabihf-gcc";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path root;
  private final Path work;
  private final ServiceFile service;

  /**
   * @param root of the checkout
   * @param work a folder for what is made
   */
  WorkloadProgram(Path root, Path work, ServiceFile service) {
    this.root = root;
    this.work = work;
    this.service = service;
  }

  /**
   * The sample of a workload.
   *
   * @param preloaded libraries that the service is started with, by name
   */
  Sample sample(String workload, List<Step> steps, Map<String, byte[]> preloaded)
      throws IOException {
    Path folder = Files.createTempDirectory(work, workload);
    Files.writeString(folder.resolve("steps.h"), header(steps, preloaded), ISO_8859_1);
    Path program = folder.resolve(service.service() + "-" + workload);
    compile(
        folder,
        List.of(
            "-marm",
            "-static",
            "-nostdlib",
            "-Os",
            "-ffreestanding",
            "-fno-stack-protector",
            "-fno-builtin",
            "-I",
            folder.toString(),
            "-o",
            program.toString(),
            root.resolve("experiments/profile/workload.c").toString()));
    byte[] bytes = Files.readAllBytes(program);
    Digest digest = Digest.of(bytes);
    return new Sample(
        program.getFileName().toString(),
        program,
        digest.sha256(),
        digest.md5(),
        bytes.length,
        FileFactsReader.read(bytes));
  }

  /**
   * The library that sets a filter.
   *
   * @param calls the text of {@code calls.h}
   */
  byte[] filter(String calls) throws IOException {
    Path folder = Files.createTempDirectory(work, "filter");
    Files.writeString(folder.resolve("calls.h"), calls, UTF_8);
    return library("environments/defence/service-filter.c", folder);
  }

  /** The library that stands for an exploit. */
  byte[] standIn() throws IOException {
    return library("experiments/profile/standin.c", Files.createTempDirectory(work, "standin"));
  }

  private byte[] library(String source, Path folder) throws IOException {
    Path made = folder.resolve("library.so");
    compile(
        folder,
        List.of(
            "-shared",
            "-fPIC",
            "-Os",
            "-I",
            folder.toString(),
            "-o",
            made.toString(),
            root.resolve(source).toString()));
    return Files.readAllBytes(made);
  }

  private static void compile(Path folder, List<String> options) throws IOException {
    if (!Tools.isInstalled(COMPILER)) {
      throw new IOException(
          COMPILER
              + " is not on this machine: Debian's package gcc-arm-linux-gnueabihf (mvn test"
              + " -Dsetup -Denv=raspbian installs it)");
    }
    List<String> command = new ArrayList<>(List.of(COMPILER, "-Wall", "-Wno-unused"));
    command.addAll(options);
    Tools.run(command, folder, PATIENCE, line -> {});
  }

  // --- data as C -------------------------------------------------------------------------------

  private String header(List<Step> steps, Map<String, byte[]> preloaded) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    service.files().forEach((path, text) -> files.put(path, text.getBytes(UTF_8)));
    preloaded.forEach((name, bytes) -> files.put(FOLDER + name, bytes));
    StringBuilder header = new StringBuilder();
    header.append("struct file { const char *path, *contents; unsigned size; };\n");
    header.append(
        "struct step { int asks; const char *text; unsigned size; const char *expected;"
            + " unsigned times, bytes; };\n");
    header.append("#define PORT %d%n".formatted(service.port()));
    header.append("static const char *const START[] = {");
    service.start().forEach(word -> header.append(text(word)).append(", "));
    header.append("0};\nstatic const char *const ENVIRONMENT[] = {");
    if (!preloaded.isEmpty()) {
      header
          .append(text("PATH=/usr/sbin:/usr/bin:/sbin:/bin"))
          .append(", ")
          .append(text("LD_PRELOAD=" + String.join(":", inFolder(preloaded))))
          .append(", ");
    }
    header.append("0};\n");
    script(header, "PREPARE", service.prepare());
    script(header, "STOP", service.stop());
    script(header, "LOADED", LOADED.formatted(service.program()));
    header.append("static const struct file FILES[] = {\n");
    files.forEach(
        (path, bytes) ->
            header.append("{%s, %s, %d},%n".formatted(text(path), text(bytes), bytes.length)));
    header.append("};\nstatic const struct step STEPS[] = {\n");
    for (Step step : steps) {
      String ask = step.ask();
      String run = step.run();
      if (ask != null) {
        byte[] sent = ask.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(UTF_8);
        header.append(
            "{1, %s, %d, %s, %d, %d},%n"
                .formatted(
                    text(sent),
                    sent.length,
                    text(step.expect() == null ? "" : step.expect()),
                    step.times() == null ? 1 : step.times(),
                    step.bytes() == null ? 0 : step.bytes()));
      } else if (run != null) {
        header.append("{0, %s, 0, \"\", 0, 0},%n".formatted(text(inFolder(run))));
      }
    }
    return header.append("};\n").toString();
  }

  /** What is mapped into the service's processes from files: what it has loaded by then. */
  private static final String LOADED =
      """
      for p in /proc/[0-9]*; do
        if [ "$(readlink $p/exe)" = "$(readlink -f %s)" ]; then cat $p/maps; fi
      done > maps
      """;

  private static List<String> inFolder(Map<String, byte[]> names) {
    return names.keySet().stream().map(name -> FOLDER + name).toList();
  }

  private static String inFolder(String script) {
    return "cd " + FOLDER + " && {\n" + script.strip() + "\n}";
  }

  private static void script(StringBuilder header, String name, String script) {
    header.append("static const char %s[] = %s;%n".formatted(name, text(inFolder(script))));
  }

  private static String text(String text) {
    return text(text.getBytes(UTF_8));
  }

  /** A string of C: every byte but a letter or digit by its number, in pieces. */
  private static String text(byte[] bytes) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < bytes.length; i++) {
      text.append("\\%03o".formatted(bytes[i] & 0xff));
      if (i % 4000 == 3999) {
        text.append("\"\n\"");
      }
    }
    return text.append('"').toString();
  }
}
