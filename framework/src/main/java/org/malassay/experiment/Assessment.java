package org.malassay.experiment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.malassay.behavior.BehaviorSummary;
import org.malassay.behavior.Recording;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.environment.Execution;
import org.malassay.environment.Libraries;
import org.malassay.infection.Infection;
import org.malassay.run.Service;
import org.malassay.score.Matched;
import org.malassay.verdict.Verdict;

/**
 * What one sample did in one guest, before it has a label.
 *
 * @param execution empty when the sample was not started, or the tool failed before it had ended
 * @param service empty when the sample was not started, or the tool failed
 * @param unsupported the system calls of it that the environment lacks
 * @param recording what of it was recorded; empty when the sample was not started
 * @param behavior what was seen, in numbers; empty likewise
 * @param matched what the rules found in it
 * @param infection how far a login session came; empty where the sample is none, or was not seen
 * @param libraries what its guest was given for it; empty when guests are never given any
 * @param waited how long its guest waited for its turn to start
 */
record Assessment(
    Verdict verdict,
    Optional<Execution> execution,
    Optional<Service> service,
    List<UnsupportedCall> unsupported,
    Optional<Recording> recording,
    Optional<BehaviorSummary> behavior,
    Matched matched,
    Optional<Infection> infection,
    Optional<Libraries> libraries,
    Duration waited) {

  /** What needed no guest, or got none. */
  static Assessment of(Verdict verdict) {
    return new Assessment(
        verdict,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Matched.NOTHING,
        Optional.empty(),
        Optional.empty(),
        Duration.ZERO);
  }
}
