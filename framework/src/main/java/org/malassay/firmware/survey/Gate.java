package org.malassay.firmware.survey;

import java.util.ArrayList;
import java.util.List;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Program;
import org.malassay.sample.SafeText;

/** What makes an image break a build: a vendor's requirements, and a baseline. */
record Gate(List<Requirement> required) {

  /**
   * What the programs of an image lack, a line each, by the order of their paths. An image without
   * a program that could be judged fulfils nothing: a gate that nothing passes through protects
   * nothing. Nor does one of which some is not understood: what lies there may lack anything.
   */
  List<String> violations(ImageFacts facts) {
    if (required.isEmpty()) {
      return List.of();
    }
    List<Program> judged = facts.programs().stream().filter(Gate::isJudged).toList();
    if (judged.isEmpty()) {
      return List.of("no program was found in it, so that none can have what is required");
    }
    List<String> violations = new ArrayList<>();
    Understanding understanding = new Understanding(facts);
    if (understanding.outcome() != Surveyed.Outcome.READ) {
      violations.add(
          ("not all of it was read, and what was not may lack anything: %d bytes of it nobody"
                  + " understands%s")
              .formatted(
                  understanding.unread(), understanding.isCut() ? ", and parts are cut" : ""));
    }
    for (Program program : judged) {
      List<String> lacks =
          required.stream()
              .filter(it -> it.of(program.mitigations()) == Answer.NO)
              .map(Requirement::label)
              .toList();
      if (!lacks.isEmpty()) {
        violations.add(
            "%s: %s".formatted(SafeText.printable(program.path()), String.join(", ", lacks)));
      }
    }
    return violations;
  }

  /** How many answers could not be told, and let a program pass. */
  long untold(ImageFacts facts) {
    return facts.programs().stream()
        .filter(Gate::isJudged)
        .flatMap(program -> required.stream().map(it -> it.of(program.mitigations())))
        .filter(answer -> answer == Answer.UNKNOWN)
        .count();
  }

  /** Modules and objects are no programs: nothing that is required exists for them. */
  static boolean isJudged(Program program) {
    return program.kind().equals("program") || program.kind().equals("library");
  }

  /**
   * Why nothing was compared, where one of the two has programs and the other none: then that
   * nothing protects less says nothing.
   */
  static List<String> uncompared(ImageFacts before, ImageFacts after) {
    long was = before.programs().stream().filter(Gate::isJudged).count();
    long is = after.programs().stream().filter(Gate::isJudged).count();
    if ((was == 0) == (is == 0)) {
      return List.of();
    }
    String against = SafeText.printable(before.image().name());
    return List.of(
        is == 0
            ? "no program was found in it, and %d in %s: nothing could be compared"
                .formatted(was, against)
            : "no program was found in %s, and %d in this one: nothing could be compared"
                .formatted(against, is));
  }

  /** What protects less than in the baseline, a line each. */
  static List<String> weakened(List<ImageChange> changes, String against) {
    return changes.stream()
        .filter(change -> change.kind() == ImageChange.Kind.WEAKENED)
        .map(
            change ->
                SafeText.printable(
                    "%s %s: %s, and %s in %s"
                        .formatted(
                            change.what(),
                            change.name(),
                            change.after(),
                            change.before(),
                            against)))
        .toList();
  }
}
