package org.malassay.reports.allure;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contents of {@code executor.json}: the CI system that a report was made by.
 *
 * @param name shown to the reader
 * @param type chooses the icon
 * @param buildName shown to the reader
 * @param buildUrl where the build is
 * @param buildOrder the number of the build, by which trends are ordered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Executor(
    String name,
    String type,
    @Nullable String buildName,
    String buildUrl,
    @Nullable Long buildOrder) {

  /** Empty when no CI system can be told from the environment variables. */
  static Optional<Executor> of(Map<String, String> variables) {
    if (variables.containsKey("GITHUB_RUN_ID")) {
      return Optional.of(
          new Executor(
              "GitHub Actions",
              "github",
              variables.get("GITHUB_WORKFLOW"),
              "%s/%s/actions/runs/%s"
                  .formatted(
                      variables.getOrDefault("GITHUB_SERVER_URL", "https://github.com"),
                      variables.getOrDefault("GITHUB_REPOSITORY", ""),
                      variables.get("GITHUB_RUN_ID")),
              number(variables.get("GITHUB_RUN_NUMBER"))));
    }
    @Nullable String gitlab = variables.get("CI_JOB_URL");
    if (gitlab != null) {
      return Optional.of(
          new Executor(
              "GitLab CI",
              "gitlab",
              variables.get("CI_JOB_NAME"),
              gitlab,
              number(variables.get("CI_PIPELINE_IID"))));
    }
    @Nullable String jenkins = variables.get("BUILD_URL");
    if (jenkins != null) {
      return Optional.of(
          new Executor(
              "Jenkins",
              "jenkins",
              variables.get("BUILD_TAG"),
              jenkins,
              number(variables.get("BUILD_NUMBER"))));
    }
    return Optional.empty();
  }

  private static @Nullable Long number(@Nullable String text) {
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null; // a build without a number is still a build
    }
  }
}
