package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.run.Result;

/**
 * One row of {@code behavior.csv}: what a harmless sample must be seen doing.
 *
 * @param call a pattern for the name of the system call, {@code program} for one that starts, or
 *     {@code conversation} for one whose process is known
 * @param words that stand in the event
 * @param notIn the environments whose recorder cannot see it, or the recorder {@code qemu-strace}
 */
record ExpectedEvent(String sample, String call, String words, List<String> notIn) {
  ExpectedEvent {
    notIn = List.copyOf(notIn);
  }

  static List<ExpectedEvent> all() throws IOException {
    return SampleSources.rows("behavior.csv").stream()
        .map(
            row ->
                new ExpectedEvent(
                    row.get("sample"),
                    row.get("call"),
                    row.get("words"),
                    List.of(row.get("not in").split(" ", -1))))
        .toList();
  }

  /**
   * Every row was seen in the run, or its environment cannot see it.
   *
   * @param environment or the recorder that it was told to use
   * @param results of that environment
   */
  static void assertSeen(Path run, String environment, Collection<Result> results)
      throws IOException {
    List<String> unseen = new ArrayList<>();
    for (ExpectedEvent expected : all()) {
      Result result =
          results.stream()
              .filter(it -> it.sample().equals(expected.sample))
              .findFirst()
              .orElseThrow(() -> new AssertionError("no sample is named " + expected.sample));
      List<Event> events = new ArrayList<>();
      EventLog.read(run.resolve(result.evidence()).resolve(EventLog.FILE), events::add);
      if (events.stream().anyMatch(expected::isIt) == expected.notIn.contains(environment)) {
        unseen.add("%s among %s".formatted(expected, events));
      }
    }
    assertThat(unseen).isEmpty();
  }

  private boolean isIt(Event event) {
    if (event instanceof Conversation said) {
      return call.equals("conversation")
          && said.process().isPresent()
          && said.toString().contains(words);
    }
    boolean named =
        event instanceof SystemCall made
            ? made.name().matches(call)
            : event instanceof ProgramStarted && call.equals("program");
    return named && event.toString().contains(words);
  }
}
