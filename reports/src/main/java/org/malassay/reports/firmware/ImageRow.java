package org.malassay.reports.firmware;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.malassay.firmware.Component;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Mitigations.Answer;
import org.malassay.firmware.Part;
import org.malassay.firmware.Program;
import org.malassay.firmware.Start;
import org.malassay.firmware.survey.ImageChange;
import org.malassay.firmware.survey.Requirement;
import org.malassay.firmware.survey.Surveyed;

/**
 * What the figures of a survey need of one image: a thousandth of its row, so that those of
 * thousands of images fit into memory.
 *
 * @param shares of its programs and libraries that have each of these
 * @param protections of its kernel, by name: whether it has them, of those that can be told
 * @param components name and version of each, once
 * @param services that start by themselves
 * @param parts by state, their number and bytes
 */
record ImageRow(
    FirmwareImage image,
    String sha256,
    long size,
    Surveyed.Outcome outcome,
    String failure,
    long files,
    long programs,
    Map<Requirement, Share> shares,
    Optional<String> kernel,
    Map<String, Boolean> protections,
    List<Component> components,
    List<String> services,
    int doors,
    int accounts,
    int weakAccounts,
    Map<Part.State, Share> parts,
    long unread,
    String against,
    Map<ImageChange.Kind, Integer> changes,
    int violations,
    long tookMs) {

  static ImageRow of(Surveyed row) {
    Optional<ImageFacts> facts = row.facts();
    List<Program> judged =
        facts.stream().flatMap(it -> it.programs().stream()).filter(ImageRow::isJudged).toList();
    List<Kernel> kernels = facts.map(ImageFacts::kernels).orElse(List.of());
    List<Start> starts = facts.map(ImageFacts::starts).orElse(List.of());
    return new ImageRow(
        row.image(),
        facts.map(ImageFacts::sha256).orElse(""),
        row.size(),
        row.outcome(),
        row.failure(),
        facts.map(ImageFacts::files).orElse(0L),
        judged.size(),
        shares(judged),
        kernels.stream().map(Kernel::version).filter(it -> !it.isEmpty()).findFirst(),
        protections(kernels),
        components(facts),
        List.copyOf(new TreeSet<>(starts.stream().flatMap(it -> it.services().stream()).toList())),
        (int) starts.stream().filter(Start::debug).count(),
        facts.map(it -> it.accounts().size()).orElse(0),
        (int) facts.stream().flatMap(it -> it.accounts().stream()).filter(it -> it.weak()).count(),
        parts(facts),
        row.unread(),
        row.against(),
        changes(row),
        row.violations().size(),
        row.tookMs());
  }

  /** Modules and objects are no programs. */
  static boolean isJudged(Program program) {
    return program.kind().equals("program") || program.kind().equals("library");
  }

  private static Map<Requirement, Share> shares(List<Program> programs) {
    Map<Requirement, Share> shares = new EnumMap<>(Requirement.class);
    for (Requirement requirement : Requirement.values()) {
      long yes = 0;
      long told = 0;
      for (Program program : programs) {
        Answer answer = requirement.of(program.mitigations());
        yes += answer == Answer.YES ? 1 : 0;
        told += answer == Answer.YES || answer == Answer.NO ? 1 : 0;
      }
      shares.put(requirement, new Share(yes, told));
    }
    return shares;
  }

  private static Map<String, Boolean> protections(List<Kernel> kernels) {
    Map<String, Boolean> protections = new TreeMap<>();
    kernels.stream()
        .limit(1)
        .flatMap(kernel -> kernel.protections().entrySet().stream())
        .filter(it -> !it.getValue().value().equals("unknown"))
        .forEach(it -> protections.put(it.getKey(), !it.getValue().value().equals("n")));
    return protections;
  }

  private static List<Component> components(Optional<ImageFacts> facts) {
    Map<String, Component> once = new TreeMap<>();
    Stream<Component> all = facts.stream().flatMap(it -> it.components().stream());
    all.forEach(it -> once.putIfAbsent(it.name() + "\0" + it.version(), it));
    return List.copyOf(once.values());
  }

  private static Map<Part.State, Share> parts(Optional<ImageFacts> facts) {
    Map<Part.State, Share> parts = new EnumMap<>(Part.State.class);
    facts.stream()
        .flatMap(it -> it.parts().stream())
        .forEach(part -> parts.merge(part.state(), new Share(1, part.size()), Share::plus));
    return parts;
  }

  private static Map<ImageChange.Kind, Integer> changes(Surveyed row) {
    Map<ImageChange.Kind, Integer> changes = new EnumMap<>(ImageChange.Kind.class);
    row.changes().forEach(it -> changes.merge(it.kind(), 1, Integer::sum));
    return changes;
  }

  /** How many parts are in a state. */
  long parts(Part.State state) {
    return parts.getOrDefault(state, Share.NONE).yes();
  }

  /** How many changes are of a kind. */
  int changes(ImageChange.Kind kind) {
    return changes.getOrDefault(kind, 0);
  }

  /** The share of a requirement. */
  Share share(Requirement requirement) {
    return shares.getOrDefault(requirement, Share.NONE);
  }

  /** The year of its day. */
  Optional<Integer> year() {
    return image.date().map(it -> it.getYear());
  }
}
