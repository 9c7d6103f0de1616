package org.malassay.experiment;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.malassay.elf.Architecture;
import org.malassay.environment.Environment;
import org.malassay.sample.Corpus;
import org.malassay.sample.FileFacts;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;
import org.malassay.verdict.VerdictRule;

/** Whether there is anything to measure: a green run of nothing would say that all is well. */
final class Programs {
  private Programs() {}

  /** One line that says so when nothing in a corpus is a program for an environment. */
  static Optional<String> noneFor(Environment environment, Corpus corpus) {
    if (corpus.samples().stream()
        .anyMatch(
            sample ->
                VerdictRule.beforeRunning(sample.facts(), environment.architectures()).isEmpty())) {
      return Optional.empty();
    }
    Map<String, Long> kinds =
        corpus.samples().stream()
            .map(Sample::facts)
            .collect(Collectors.groupingBy(Programs::kind, TreeMap::new, Collectors.counting()));
    return Optional.of(
        "nothing in the corpus is a program for %s (%s, or a script): it is %s"
            .formatted(
                environment.name(),
                environment.architectures().stream()
                    .map(Architecture::label)
                    .sorted()
                    .collect(Collectors.joining(", ")),
                kinds.entrySet().stream()
                    .map(kind -> kind.getValue() + " " + kind.getKey())
                    .collect(Collectors.joining(", "))));
  }

  private static String kind(FileFacts facts) {
    return SafeText.printable(
        facts.elf().isPresent()
            ? "%s for %s".formatted(facts.fileType(), facts.architecture())
            : facts.fileType());
  }
}
