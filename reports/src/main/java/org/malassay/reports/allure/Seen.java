package org.malassay.reports.allure;

import io.qameta.allure.model.Stage;
import io.qameta.allure.model.Status;
import io.qameta.allure.model.StepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.ProcessLife;
import org.malassay.behavior.Recording;
import org.malassay.reports.writing.BehaviorText;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.SafeText;

/**
 * What was seen of a sample, for its page: the tree of its processes as steps with their times, and
 * all of it as text.
 */
final class Seen {
  /** More than a reader unfolds; the text has more, and the log all. */
  private static final int MOST_STEPS = 100;

  private final Behavior behavior;
  private final Recording recording;
  private final Optional<String> saturation;
  private final long start;
  private int left = MOST_STEPS;

  private Seen(Behavior behavior, Recording recording, Optional<String> saturation, long start) {
    this.behavior = behavior;
    this.saturation = saturation;
    this.recording = recording;
    this.start = start;
  }

  /**
   * What the log among the evidence of a row tells; empty where there is none.
   *
   * @param start of the row's test, in milliseconds of the epoch
   */
  static Optional<Seen> of(RunDirectory run, Result result, long start) throws IOException {
    Path log = run.evidence(result).folder().resolve(EventLog.FILE);
    if (result.recording().isEmpty() || !Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    return Optional.of(
        new Seen(Behavior.of(log), result.recording().get(), result.saturation(), start));
  }

  String text() {
    return BehaviorText.of(behavior, recording, saturation);
  }

  List<StepResult> steps() {
    left = MOST_STEPS;
    return recording.tells(Facet.PROCESSES) ? steps(behavior.roots()) : List.of();
  }

  private List<StepResult> steps(List<ProcessLife> lives) {
    return lives.stream().filter(life -> left-- > 0).map(this::step).toList();
  }

  private StepResult step(ProcessLife life) {
    return new StepResult()
        .setName(
            SafeText.printable(
                "process %d: %s: %s"
                    .formatted(
                        life.process(),
                        BehaviorText.programs(life).orElse("the program of its parent"),
                        BehaviorText.end(life))))
        .setStatus(Status.PASSED)
        .setStage(Stage.FINISHED)
        .setStart(at(life.begun()))
        .setStop(at(life.ended().orElse(life.begun())))
        .setSteps(steps(life.children()));
  }

  private long at(Duration time) {
    return start + time.toMillis();
  }
}
