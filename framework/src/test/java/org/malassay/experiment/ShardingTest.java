package org.malassay.experiment;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

class ShardingTest {
  private static Sharding of(String option, String variables) {
    return Sharding.of(
        Options.of(option.isEmpty() ? Map.of() : Map.of("shard", option)),
        Arrays.stream(variables.split(" "))
            .filter(it -> !it.isEmpty())
            .map(it -> it.split("="))
            .collect(toMap(it -> it[0], it -> it[1])));
  }

  @ParameterizedTest
  @CsvSource({
    "3/5, '', 3/5, ''",
    "03/005, '', 3/5, ''",
    "1/1, CI_NODE_INDEX=2 CI_NODE_TOTAL=5, 1/1, ''",
    "3/5, CI_NODE_INDEX=2 CI_NODE_TOTAL=5, 3/5, ''",
    "3/5, CI_NODE_INDEX=x CI_NODE_TOTAL=5, 3/5, ''",
    "'', '', 1/1, ''",
    "'', CI_NODE_INDEX=2 CI_NODE_TOTAL=5, 2/5, CI_NODE_INDEX=2 and CI_NODE_TOTAL=5 of GitLab",
    "'', CI_NODE_TOTAL=1, 1/1, ''",
    "'', CI_NODE_INDEX=1 CI_NODE_TOTAL=1, 1/1, ''",
    "'', SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_COUNT=5 SLURM_ARRAY_TASK_MIN=0"
        + " SLURM_ARRAY_TASK_MAX=4 SLURM_ARRAY_TASK_STEP=1, 5/5, SLURM_ARRAY_TASK_ID=4 and"
        + " SLURM_ARRAY_TASK_COUNT=5 of a Slurm array",
    "'', SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10"
        + " SLURM_ARRAY_TASK_MAX=19 SLURM_ARRAY_TASK_STEP=4, 2/3, SLURM_ARRAY_TASK_ID=14 and"
        + " SLURM_ARRAY_TASK_COUNT=3 of a Slurm array",
    "'', SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=1 SLURM_ARRAY_TASK_MIN=3, 1/1, ''",
    "'', SLURM_JOB_ID=3, 1/1, ''",
    "'', JOB_COMPLETION_INDEX=0 MALASSAY_SHARDS=3, 1/3, JOB_COMPLETION_INDEX=0 and"
        + " MALASSAY_SHARDS=3 of Kubernetes",
    "'', JOB_COMPLETION_INDEX=0 MALASSAY_SHARDS=1, 1/1, ''",
    "'', JOB_COMPLETION_INDEX=2 MALASSAY_SHARDS=3 CI_NODE_INDEX=1 CI_NODE_TOTAL=1, 3/3,"
        + " JOB_COMPLETION_INDEX=2 and MALASSAY_SHARDS=3 of Kubernetes",
  })
  void theOptionCountsElseTheVariablesThatTrulySplit(
      String option, String variables, String shard, String by) {
    Sharding sharding = of(option, variables);
    assertThat(sharding.shard()).hasToString(shard);
    assertThat(sharding.by().orElse("")).isEqualTo(by);
    Options given = Options.of(option.isEmpty() ? Map.of() : Map.of("shard", option));
    assertThat(sharding.over(given).inForce(new RunOptions().options()).get("shard"))
        .as("what the run's header has, where it is said")
        .isEqualTo(by.isEmpty() && option.isEmpty() ? null : shard);
  }

  @ParameterizedTest
  @CsvSource({
    "0/5, '', '-Dshard=0/5: no part of a corpus: the first number is from 1 to the second, such as"
        + " 1/5 to 5/5 (-Dshard=I/N: '",
    "6/5, '', '-Dshard=6/5: no part of a corpus: '",
    "0/0, '', '-Dshard=0/0: no part of a corpus: '",
    "x/y, '', '-Dshard=x/y: not two numbers such as 3/5 (-Dshard=I/N: '",
    "3, '', '-Dshard=3: not two numbers such as 3/5'",
    "-1/5, '', '-Dshard=-1/5: not two numbers such as 3/5'",
    "1/9999999999, '', '-Dshard=1/9999999999: not two numbers such as 3/5'",
    "'', CI_NODE_INDEX=6 CI_NODE_TOTAL=5, 'CI_NODE_INDEX=6 and CI_NODE_TOTAL=5 of GitLab: no part"
        + " of a corpus: '",
    "'', CI_NODE_INDEX=one CI_NODE_TOTAL=5, CI_NODE_INDEX=one is no number; say",
    "'', SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1"
        + " SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_STEP=1, the array of Slurm's that this task is"
        + " of is not evenly spaced (SLURM_ARRAY_TASK_ID=3 and",
    "'', SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=2, SLURM_ARRAY_TASK_MIN= is no number; say",
    "'', JOB_COMPLETION_INDEX=0, 'JOB_COMPLETION_INDEX=0 is given, as by an indexed job of"
        + " Kubernetes, but not how many pods it has: set the variable MALASSAY_SHARDS to its"
        + " completions; say'",
    "'', MALASSAY_SHARDS=5, 'MALASSAY_SHARDS=5 is given, but not which of them this is: an indexed"
        + " job of Kubernetes (completionMode: Indexed) says JOB_COMPLETION_INDEX; say'",
    "'', JOB_COMPLETION_INDEX=5 MALASSAY_SHARDS=5, 'JOB_COMPLETION_INDEX=5 and MALASSAY_SHARDS=5 of"
        + " Kubernetes: no part'",
    "'', JOB_COMPLETION_INDEX=0 MALASSAY_SHARDS=2 CI_NODE_INDEX=1 CI_NODE_TOTAL=3, 'the corpus is"
        + " split twice, by CI_NODE_INDEX=1 and CI_NODE_TOTAL=3 of GitLab and by'",
  })
  void whatCannotBeIsSaidWithWhatMendsIt(String option, String variables, String message) {
    assertThatThrownBy(() -> of(option, variables))
        .isInstanceOf(OptionException.class)
        .hasMessageStartingWith(message)
        .message()
        .contains("-Dshard=");
  }
}
