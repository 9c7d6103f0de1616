package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The ready files that split a corpus say the same number wherever they say one. */
class ShardedExamplesTest {
  private static final Path EXAMPLES = Path.of(System.getProperty("malassay.root"), ".ci/examples");

  private static JsonNode yaml(String file) throws IOException {
    return new YAMLMapper().readTree(EXAMPLES.resolve(file).toFile());
  }

  /** The fields are those of Kubernetes' batch/v1, Job; nothing but a cluster checks them all. */
  @Test
  void aPodOfTheIndexedJobKnowsHowManyThereAre() throws IOException {
    JsonNode job = yaml("kubernetes.yml");
    assertThat(job.path("apiVersion").asText()).isEqualTo("batch/v1");
    assertThat(job.path("kind").asText()).isEqualTo("Job");
    JsonNode spec = job.path("spec");
    assertThat(spec.fieldNames())
        .toIterable()
        .isSubsetOf(
            "completionMode",
            "completions",
            "parallelism",
            "backoffLimitPerIndex",
            "activeDeadlineSeconds",
            "template");
    assertThat(spec.path("completionMode").asText()).isEqualTo("Indexed");
    assertThat(spec.at("/template/spec/restartPolicy").asText())
        .as("what backoffLimitPerIndex requires")
        .isEqualTo("Never");
    JsonNode container = spec.at("/template/spec/containers/0");
    assertThat(container.at("/env/0/name").asText()).isEqualTo("MALASSAY_SHARDS");
    assertThat(container.at("/env/0/value").isTextual()).as("a variable is text").isTrue();
    assertThat(container.at("/env/0/value").asText())
        .isEqualTo(spec.path("completions").asText())
        .isEqualTo(spec.path("parallelism").asText());
    assertThat(container.at("/command/2").asText()).contains("/shards/$JOB_COMPLETION_INDEX");
    JsonNode merge = yaml("kubernetes-merge.yml").at("/spec/template/spec");
    assertThat(merge.path("volumes")).isEqualTo(spec.at("/template/spec/volumes"));
    assertThat(merge.at("/containers/0/volumeMounts")).isEqualTo(container.path("volumeMounts"));
    assertThat(merge.at("/containers/0/command/2").asText()).contains("-Druns=", "/data/shards/*");
  }

  @Test
  void theMatrixCountsFromOneAndTheLastJobMerges() throws IOException {
    JsonNode jobs = yaml("github-matrix.yml").path("jobs");
    List<Integer> shards =
        StreamSupport.stream(jobs.at("/shard/strategy/matrix/shard").spliterator(), false)
            .map(JsonNode::asInt)
            .toList();
    assertThat(shards)
        .hasSizeGreaterThan(1)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, shards.size()).boxed().toList());
    assertThat(jobs.at("/shard/steps").toString())
        .contains("-Dshard=${{ matrix.shard }}/${{ strategy.job-total }}");
    assertThat(jobs.at("/merge/needs").asText()).isEqualTo("shard");
    assertThat(jobs.at("/merge/steps").toString()).contains("-Druns=");
  }
}
