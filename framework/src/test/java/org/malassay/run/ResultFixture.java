package org.malassay.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.malassay.behavior.BehaviorSummary;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Recording;
import org.malassay.environment.Libraries;
import org.malassay.infection.Infection;
import org.malassay.infection.StageSeen;
import org.malassay.label.Label;
import org.malassay.sample.FileFacts;
import org.malassay.verdict.Verdict;

/** Made-up results for tests. */
public final class ResultFixture {
  private static final int COMMANDS = 9;

  private ResultFixture() {}

  public static Result result(String environment, String sha256, Verdict verdict, double threat) {
    return result(environment, sha256, verdict, threat, 1);
  }

  static Result result(
      String environment, String sha256, Verdict verdict, double threat, int repetition) {
    return result(
        environment, sha256, verdict, threat, repetition, Recording.OFF, Optional.empty());
  }

  /** A login session that reached these stages, by rules of this digest; all of it was seen. */
  public static Result session(String environment, String sha256, String rules, String... stages) {
    return session(
        environment,
        sha256,
        Verdict.executable(),
        1,
        FacetState.OBSERVED,
        infection(COMMANDS, rules, stages));
  }

  /**
   * A login session.
   *
   * @param calls how they were recorded, and processes
   */
  public static Result session(
      String environment,
      String sha256,
      Verdict verdict,
      int repetition,
      FacetState calls,
      Infection infection) {
    return result(
        environment,
        sha256,
        verdict,
        0,
        repetition,
        Recording.OFF.with(Facet.CALLS, calls).with(Facet.PROCESSES, calls),
        Optional.of(infection));
  }

  /** A session of nine commands of which so many were typed; the third one reached the stages. */
  public static Infection infection(int typed, String rules, String... stages) {
    return new Infection(
        typed,
        COMMANDS,
        Stream.of(stages)
            .map(it -> new StageSeen(it, true, 1, 3, Duration.ZERO, "A rule", "an event"))
            .toList(),
        rules);
  }

  private static Result result(
      String environment,
      String sha256,
      Verdict verdict,
      double threat,
      int repetition,
      Recording recording,
      Optional<Infection> infection) {
    return new Result(
        "run",
        environment,
        "folder/name-" + sha256,
        sha256,
        "md5",
        7,
        FileFacts.script("/bin/sh"),
        verdict,
        OptionalInt.of(0),
        Optional.empty(),
        false,
        OptionalLong.of(12),
        OptionalLong.empty(),
        200,
        Optional.of(
            new Service(
                true,
                2,
                1,
                Optional.of(false),
                Optional.of(true),
                OptionalDouble.of(1.5),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.of(new Availability(List.of(1, 2, 1), List.of(1, 1, 0))))),
        Label.missing("nobody was asked"),
        OptionalDouble.of(threat),
        3,
        0,
        0,
        List.of(),
        "",
        "evidence/" + environment + "/" + sha256 + (repetition == 1 ? "" : "-r" + repetition),
        Instant.parse("2026-01-02T03:04:05.678Z"),
        List.of(new UnsupportedCalls("fork", "ENOSYS", 3)),
        false,
        Optional.of(recording.with(Facet.SERVICE, FacetState.OBSERVED)),
        1,
        Optional.of(
            new BehaviorSummary(
                0, 0, 0, 0, 0, 1, 0, OptionalLong.empty(), OptionalLong.empty(), Optional.empty())),
        Optional.empty(),
        Optional.of(
            new Libraries(
                List.of(new Libraries.Added("/lib/ld-linux.so.3", "libc6:armel 2.36-9")),
                List.of("libfoo.so.1: no source has it"))),
        repetition,
        infection);
  }
}
