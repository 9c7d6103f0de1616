package org.malassay.reports.firmware;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.firmware.Account;
import org.malassay.firmware.Component;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Mitigations;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Mitigations.Pie;
import org.malassay.firmware.Mitigations.Relro;
import org.malassay.firmware.Part;
import org.malassay.firmware.Program;
import org.malassay.firmware.SourcePackage;
import org.malassay.firmware.Start;
import org.malassay.firmware.survey.Survey;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyPlan;
import org.malassay.options.Options;

/** A survey of images that nobody has read: each file says which facts it has. */
final class MadeUpSurvey {
  /** What a hostile image calls everything in it. */
  static final String HOSTILE =
      "</script><script>alert(1)</script>=cmd|' /C calc'!A0\u001b[31m\u202e";

  private final Path folder;
  private final Map<String, String> options = new HashMap<>();

  MadeUpSurvey(Path folder) throws IOException {
    this.folder = folder;
    options.put("firmware", Files.createDirectories(folder.resolve("images")).toString());
    options.put("firmware.cache", folder.resolve("cache").toString());
  }

  MadeUpSurvey option(String name, String text) {
    options.put(name, text);
    return this;
  }

  /** An image at VENDOR/PRODUCT/DAY/name: {@code old}, {@code new}, {@code hostile}, ... */
  MadeUpSurvey image(String name, String kind) throws IOException {
    Path file = folder.resolve("images").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, kind);
    return this;
  }

  /** Four images of two vendors over three years. */
  static SurveyDirectory study(Path folder) throws Exception {
    return new MadeUpSurvey(folder)
        .image("acme/router/2014-03-01/a.bin", "old")
        .image("acme/router/2020-03-01/b.bin", "new")
        .image("bravo/camera/2014-06-01/c.bin", "old2")
        .image("bravo/camera/2022-06-01/d.bin", "encrypted")
        .run("study");
  }

  SurveyDirectory run(String id) throws Exception {
    SurveyPlan plan =
        SurveyPlan.of(
            Options.of(options), folder.resolve("surveys"), id, Optional.empty(), Map.of());
    try (Survey survey =
        Survey.open(plan, MadeUpSurvey::facts, new PrintStream(OutputStream.nullOutputStream()))) {
      survey.awaitAll();
      return survey.directory();
    }
  }

  Options options() {
    return Options.of(options);
  }

  private static ImageFacts facts(FirmwareImage image) throws IOException {
    return switch (Files.readString(image.file())) {
      case "old" -> facts(image, Pie.NO, Relro.NONE, "2.6.36", "1.19.4", "1");
      case "old2" -> facts(image, Pie.NO, Relro.PARTIAL, "3.10.14", "1.19.4", "2");
      case "new" -> facts(image, Pie.YES, Relro.FULL, "4.4.60", "1.30.1", "3");
      case "hostile" -> hostile(image);
      case "sources" ->
          facts(image, Pie.NO, Relro.NONE, "2.6.36", "1.19.4", "5").asSources(sources("ash"));
      case "hostile sources" -> hostile(image).asSources(sources(HOSTILE));
      case "encrypted" ->
          new ImageFacts(
              image,
              "ee".repeat(32),
              4 << 20,
              List.of(new Part("", 0, 4 << 20, "unknown", Part.State.ENCRYPTED, "entropy", 0)),
              0,
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of());
      default -> throw new IOException("it is damaged");
    };
  }

  private static ImageFacts facts(
      FirmwareImage image, Pie pie, Relro relro, String kernel, String busybox, String digit) {
    Component component = new Component("busybox", busybox, "/bin/busybox", "rule busybox");
    List<Program> programs = new ArrayList<>();
    programs.add(
        new Program(
            "/bin/busybox",
            digit.repeat(64),
            1000,
            "",
            "ARM",
            "program",
            mitigations(pie, relro),
            Optional.of(component)));
    programs.add(
        new Program(
            "/lib/libc.so",
            "9".repeat(64),
            2000,
            "",
            "ARM",
            "library",
            mitigations(Pie.LIBRARY, Relro.PARTIAL),
            Optional.empty()));
    return new ImageFacts(
        image,
        digit.repeat(64),
        3 << 20,
        List.of(
            new Part("", 0, 1 << 20, "squashfs", Part.State.READ, "", 2),
            new Part("", 1 << 20, 2 << 20, "unknown", Part.State.UNKNOWN, "no format", 0)),
        2,
        programs,
        List.of(component),
        List.of(
            new Kernel(
                kernel,
                "ARM",
                "",
                "banner",
                Map.of("CONFIG_SECCOMP", new Kernel.Told("n", "ikconfig")),
                Map.of(
                    "aslr", new Kernel.Told("y", "ikconfig"),
                    "kaslr", new Kernel.Told("n", "ikconfig"),
                    "seccomp", new Kernel.Told("unknown", "")))),
        List.of(new Start("inittab", "/etc/inittab", "/sbin/telnetd", List.of("telnet"), true)),
        List.of(new Account("root", 0, "des", true, "/etc/shadow")));
  }

  private static SourcePackage sources(String text) {
    return new SourcePackage(
        List.of(
            new Component("busybox", "1.18.0", "/busybox/Makefile", "VERSION of its Makefile"),
            new Component("linux", "2.6.36", "/linux/Makefile", "VERSION of its Makefile")),
        List.of(
            new SourcePackage.SourceConfiguration(
                "/linux/.config",
                "2.6.36",
                Map.of("CONFIG_SECCOMP", new Kernel.Told("y", "/linux/.config")))),
        List.of(
            new SourcePackage.Patch(
                "/busybox/patches/1.patch", "busybox", text, List.of("CVE-2011-2716"))),
        0);
  }

  private static ImageFacts hostile(FirmwareImage image) {
    Component component = new Component(HOSTILE, HOSTILE, "/" + HOSTILE, HOSTILE);
    return new ImageFacts(
        image,
        "ff".repeat(32),
        1,
        List.of(new Part(HOSTILE, 0, 1, HOSTILE, Part.State.REFUSED, HOSTILE, 0)),
        1,
        List.of(
            new Program(
                "/" + HOSTILE,
                "f".repeat(64),
                1,
                "",
                HOSTILE,
                "program",
                mitigations(Pie.NO, Relro.NONE),
                Optional.of(component))),
        List.of(component),
        List.of(
            new Kernel(
                HOSTILE,
                HOSTILE,
                HOSTILE,
                HOSTILE,
                Map.of(),
                Map.of(HOSTILE, new Kernel.Told("y", HOSTILE)))),
        List.of(new Start("rc", "/" + HOSTILE, HOSTILE, List.of(HOSTILE), false)),
        List.of(new Account(HOSTILE, 0, "none", true, "/etc/passwd")));
  }

  private static Mitigations mitigations(Pie pie, Relro relro) {
    return new Mitigations(
        Answer.YES,
        pie,
        relro,
        Answer.NO,
        Answer.UNKNOWN,
        1,
        4,
        Answer.NO,
        Answer.NO,
        Answer.YES,
        Answer.NO,
        Answer.NOT_APPLICABLE,
        Answer.NOT_APPLICABLE);
  }
}
