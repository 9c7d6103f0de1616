package org.malassay.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.run.Shard;

/**
 * Which part of the corpus a run is of: what {@code -Dshard} says, else what CI systems and
 * clusters say in variables. GitHub Actions and Jenkins have none: their jobs pass the option.
 *
 * @param by the variables that say it; empty where the option does, or nothing
 */
record Sharding(Shard shard, Optional<String> by) {
  /** How many pods an indexed job has; of our own, since Kubernetes does not tell. */
  static final String TOTAL = "MALASSAY_SHARDS";

  private static final String MEND =
      "; say which part of the corpus to run by -Dshard=I/N, -Dshard=1/1 for the whole";

  /**
   * @throws OptionException if the option or the variables say what cannot be
   */
  static Sharding of(Options options, Map<String, String> variables) {
    Optional<Shard> given = options.find(Shard.OPTION);
    if (given.isPresent()) {
      return new Sharding(given.get(), Optional.empty());
    }
    Variables all = new Variables(variables);
    List<Sharding> told =
        Stream.of(all.gitlab(), all.slurm(), all.kubernetes()).flatMap(Optional::stream).toList();
    if (told.size() > 1) {
      throw new OptionException(
          "the corpus is split twice, by %s and by %s%s"
              .formatted(told.get(0).words(), told.get(1).words(), MEND));
    }
    return told.isEmpty() ? new Sharding(Shard.WHOLE, Optional.empty()) : told.get(0);
  }

  private String words() {
    return by.orElse("-D" + Shard.OPTION.name());
  }

  /** The options, with the shard as all write it where the option or variables say it. */
  Options over(Options options) {
    return by.isEmpty() && options.find(Shard.OPTION).isEmpty()
        ? options
        : options.with(Shard.OPTION, shard.toString());
  }

  /** What the user may not expect, one line each. */
  List<String> warnings(RunCorpus corpus) {
    List<String> warnings = new ArrayList<>();
    by.ifPresent(
        variables ->
            warnings.add(
                "only %s of the corpus is run, %d of %d samples, as %s say; -Dshard=1/1 runs the whole"
                    .formatted(
                        shard.inWords(),
                        corpus.chosen().samples().size(),
                        corpus.all().samples().size(),
                        variables)));
    if (corpus.chosen().samples().isEmpty()) {
      warnings.add(
          "%s is empty: none of the samples is in it, and nothing is measured"
              .formatted(shard.inWords()));
    }
    return warnings;
  }

  /** What is told by variables; only what truly splits counts. */
  private record Variables(Map<String, String> values) {

    /** Of a job with {@code parallel}: from 1, and the total of a job without it is 1. */
    Optional<Sharding> gitlab() {
      String index = "CI_NODE_INDEX";
      String total = "CI_NODE_TOTAL";
      return values.containsKey(index) && values.containsKey(total)
          ? sharding(number(index), number(total), List.of(index, total), "GitLab")
          : Optional.empty();
    }

    /** Of a job array, from its least index in steps. */
    Optional<Sharding> slurm() {
      String id = "SLURM_ARRAY_TASK_ID";
      String count = "SLURM_ARRAY_TASK_COUNT";
      if (!values.containsKey(id) || !values.containsKey(count) || number(count) == 1) {
        return Optional.empty();
      }
      int least = number("SLURM_ARRAY_TASK_MIN");
      int step = values.containsKey("SLURM_ARRAY_TASK_STEP") ? number("SLURM_ARRAY_TASK_STEP") : 1;
      int last = number("SLURM_ARRAY_TASK_MAX");
      if (step < 1
          || (number(id) - least) % step != 0
          || (last - least) / step + 1 != number(count)) {
        throw new OptionException(
            "the array of Slurm's that this task is of is not evenly spaced (%s)%s"
                .formatted(
                    named(List.of(id, count, "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX")),
                    MEND));
      }
      return sharding(
          (number(id) - least) / step + 1, number(count), List.of(id, count), "a Slurm array");
    }

    /** Of a pod of an indexed job, from 0. */
    Optional<Sharding> kubernetes() {
      String index = "JOB_COMPLETION_INDEX";
      if (values.containsKey(index) != values.containsKey(TOTAL)) {
        throw new OptionException(
            values.containsKey(index)
                ? "%s is given, as by an indexed job of Kubernetes, but not how many pods it has: set the variable %s to its completions%s"
                    .formatted(named(List.of(index)), TOTAL, MEND)
                : "%s is given, but not which of them this is: an indexed job of Kubernetes (completionMode: Indexed) says %s%s"
                    .formatted(named(List.of(TOTAL)), index, MEND));
      }
      return values.containsKey(index)
          ? sharding(number(index) + 1, number(TOTAL), List.of(index, TOTAL), "Kubernetes")
          : Optional.empty();
    }

    private Optional<Sharding> sharding(int index, int total, List<String> by, String whose) {
      String words = "%s of %s".formatted(named(by), whose);
      try {
        return Optional.of(new Sharding(new Shard(index, total), Optional.of(words)))
            .filter(it -> !it.shard.isWhole());
      } catch (IllegalArgumentException e) {
        throw new OptionException("%s: %s%s".formatted(words, e.getMessage(), MEND));
      }
    }

    private int number(String name) {
      String text = values.getOrDefault(name, "");
      if (!text.matches("\\d{1,9}")) {
        throw new OptionException("%s=%s is no number%s".formatted(name, text, MEND));
      }
      return Integer.parseInt(text);
    }

    private String named(List<String> names) {
      return String.join(
          " and ", names.stream().map(it -> it + "=" + values.getOrDefault(it, "")).toList());
    }
  }
}
