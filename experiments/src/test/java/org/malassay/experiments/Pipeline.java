package org.malassay.experiments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A ready-made pipeline, as its CI system reads it.
 *
 * @param scripts what is run, a shell each, in order
 * @param kept the paths of what is kept of a run
 */
record Pipeline(List<Script> scripts, List<String> kept) {
  /**
   * One shell.
   *
   * @param folder where it is run, below the workspace; may be empty
   */
  record Script(String folder, String text) {}

  static Pipeline ofGithub(Path file) throws IOException {
    List<Script> scripts = new ArrayList<>();
    List<String> kept = new ArrayList<>();
    for (JsonNode step : yaml(file).at("/jobs/malassay/steps")) {
      if (step.has("run")) {
        scripts.add(
            new Script(step.path("working-directory").asText(""), step.path("run").asText()));
      }
      if (step.path("uses").asText().startsWith("actions/upload-artifact")) {
        kept.addAll(step.at("/with/path").asText().lines().toList());
      }
    }
    return new Pipeline(scripts, kept);
  }

  /** GitLab runs before_script and script in one shell, and after_script in another. */
  static Pipeline ofGitlab(Path file) throws IOException {
    JsonNode job = yaml(file).path("malassay");
    List<String> main = new ArrayList<>(lines(job.path("before_script")));
    main.addAll(lines(job.path("script")));
    return new Pipeline(
        List.of(
            new Script("", String.join("\n", main)),
            new Script("", String.join("\n", lines(job.path("after_script"))))),
        lines(job.at("/artifacts/paths")));
  }

  private static List<String> lines(JsonNode array) {
    List<String> lines = new ArrayList<>();
    array.forEach(line -> lines.add(line.asText()));
    return lines;
  }

  private static JsonNode yaml(Path file) throws IOException {
    return new YAMLMapper().readTree(file.toFile());
  }

  static Pipeline ofJenkins(Path file) throws IOException {
    String text = Files.readString(file);
    return new Pipeline(
        matches(text, "(?s)\\bsh (?:'''(.*?)'''|'([^']*)')").map(it -> new Script("", it)).toList(),
        matches(text, "archiveArtifacts artifacts: '([^']*)'")
            .flatMap(it -> Stream.of(it.split(", ")))
            .map(it -> it.replaceFirst("/\\*\\*$", ""))
            .toList());
  }

  private static Stream<String> matches(String text, String regex) {
    Matcher matcher = Pattern.compile(regex).matcher(text);
    return matcher
        .results()
        .map(result -> result.group(1) != null ? result.group(1) : result.group(2))
        .toList()
        .stream();
  }
}
