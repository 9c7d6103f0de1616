package org.malassay.firmware.survey;

import java.io.IOException;
import java.nio.file.Files;
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
import org.malassay.firmware.Start;

/** Facts of images that nobody has read. */
final class MadeUpImages {
  private MadeUpImages() {}

  static Mitigations mitigations(Answer nx, Pie pie, Relro relro, Answer canary) {
    return new Mitigations(
        nx,
        pie,
        relro,
        canary,
        Answer.UNKNOWN,
        0,
        0,
        Answer.NO,
        Answer.NO,
        Answer.YES,
        Answer.NO,
        Answer.NOT_APPLICABLE,
        Answer.NOT_APPLICABLE);
  }

  static Program program(String path, String sha256, Mitigations mitigations) {
    return new Program(
        path, sha256, 1000, "", "ARM", "program", mitigations, Optional.<Component>empty());
  }

  static Part part(Part.State state) {
    return new Part("", 0, 100, "squashfs", state, "made up", 1);
  }

  static ImageFacts facts(FirmwareImage image, Program... programs) {
    return facts(image, List.of(part(Part.State.READ)), List.of(), programs);
  }

  static ImageFacts facts(
      FirmwareImage image, List<Part> parts, List<Kernel> kernels, Program... programs) {
    return new ImageFacts(
        image,
        "ab".repeat(32),
        100,
        parts,
        programs.length,
        List.of(programs),
        List.of(),
        kernels,
        List.<Start>of(),
        List.<Account>of());
  }

  static Kernel kernel(Map<String, Kernel.Told> protections) {
    return new Kernel("3.10.14", "ARM", "", "banner", Map.of(), protections);
  }

  /**
   * An analysis by what is in the file: {@code weak} and {@code strong} are programs of that kind,
   * {@code damaged} cannot be read, {@code broken} is a defect of the reader.
   */
  static ImageFacts analyse(FirmwareImage image) throws IOException {
    String text = Files.readString(image.file());
    return switch (text) {
      case "damaged" -> throw new IOException("it is damaged\nfrom its beginning");
      case "broken" -> throw new IllegalStateException("a defect");
      case "encrypted" -> facts(image, List.of(part(Part.State.ENCRYPTED)), List.of());
      case "strong" ->
          facts(
              image,
              program(
                  "/bin/a",
                  "1".repeat(64),
                  mitigations(Answer.YES, Pie.YES, Relro.FULL, Answer.YES)));
      default ->
          facts(
              image,
              program(
                  "/bin/a",
                  "2".repeat(64),
                  mitigations(Answer.YES, Pie.NO, Relro.PARTIAL, Answer.UNKNOWN)));
    };
  }
}
