package org.malassay.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ready files for Slurm, on a real cluster of this one machine. In the place of Maven stands
 * what its two commands come to: the engine in environments without guests, and Remake.
 */
@Tag("slow")
class SlurmTest {
  @TempDir Path folder;

  @Test
  void anArrayOfShardsMakesOneRun() throws Exception {
    assumeTrue(Slurm.isInstalled(), "apt-get install slurm-wlm munge");
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    for (int i = 0; i < 4; i++) {
      Files.writeString(
          corpus.resolve("exits-" + i), "#!/bin/sh\n%d\n/etc/crontab\n%d\n".formatted(i % 2, i));
    }
    Path checkout = Files.createDirectories(folder.resolve("checkout"));
    Path examples = Path.of("..", ".ci/examples").toAbsolutePath().normalize();
    Map<String, String> path = Map.of("PATH", maven() + ":" + System.getenv("PATH"));
    try (Slurm slurm = Slurm.start(folder.resolve("slurm"))) {
      Slurm.Outcome array =
          slurm.run(
              checkout,
              path,
              "sbatch",
              "--parsable",
              "--array=4-8:2",
              examples.resolve("slurm.sbatch").toString(),
              "-Denv=box,crate",
              "-Dsamples=" + corpus,
              "-Dreports=csv");
      assertThat(array.status()).as(array.output()).isZero();
      String job = array.output().strip();
      Path log = folder.resolve("merge.log");

      Slurm.Outcome merged =
          slurm.run(
              checkout,
              path,
              "sbatch",
              "--wait",
              "--dependency=afterany:" + job,
              "--output=" + log,
              examples.resolve("slurm-merge.sbatch").toString(),
              job);

      for (int task : List.of(4, 6, 8)) {
        assertThat(checkout.resolve("malassay-%s-%d.log".formatted(job, task)))
            .content()
            .contains("warning: only shard " + (task - 2) / 2 + " of 3 of the corpus is run, ")
            .contains("SLURM_ARRAY_TASK_ID=" + task + " and SLURM_ARRAY_TASK_COUNT=3 of a Slurm");
      }
      assertThat(merged.status()).as(merged.output() + Files.readString(log)).isZero();
      assertThat(log).content().contains("## Malassay run ");
    }
    Path run = checkout.resolve("target/runs/latest");
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("results.csv"))) {
      String[] cells = line.split(",");
      rows.add(String.join(" ", cells[1], cells[2], cells[10]));
    }
    assertThat(rows)
        .containsExactly(
            "environment sample verdict",
            "box exits-0 EXECUTABLE",
            "box exits-1 NOT_EXECUTABLE",
            "box exits-2 EXECUTABLE",
            "box exits-3 NOT_EXECUTABLE",
            "crate exits-0 NOT_EXECUTABLE",
            "crate exits-1 NOT_EXECUTABLE",
            "crate exits-2 NOT_EXECUTABLE",
            "crate exits-3 NOT_EXECUTABLE");
    JsonNode header = new JsonMapper().readTree(run.resolve("run.json").toFile());
    assertThat(header.at("/merged/runs")).hasSize(3);
    assertThat(header.at("/merged/lost")).isEmpty();
  }

  /** A folder with a command of Maven's name. */
  private Path maven() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path services = MadeUpRun.services(folder.resolve("services"));
    Path command =
        Files.writeString(
            bin.resolve("mvn"),
            """
            #!/bin/bash
            options=() main=MADE_UP
            for word in "$@"; do
              case $word in -D*) options+=("$word") ;; esac
              case $word in -Druns=*) main=REMAKE ;; esac
            done
            exec JAVA "${options[@]}" -Dmalassay.directory="$PWD" -cp 'CLASS_PATH' "$main"
            """
                .replace("MADE_UP", MadeUpRun.class.getName())
                .replace("REMAKE", Remake.class.getName())
                .replace("JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString())
                .replace("CLASS_PATH", services + ":" + System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin;
  }
}
