package org.malassay.experiment;

import java.util.List;
import java.util.stream.IntStream;
import org.malassay.run.Repetitions;
import org.malassay.run.ResultKey;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;

/**
 * A sample that is to be measured in an environment.
 *
 * @param repetition which measurement of it there; 1 for the first one
 */
record Measurement(Sample sample, int repetition) {

  /** The whole corpus once, then once more: what disturbs the host for a while meets others. */
  static List<Measurement> of(List<Sample> samples, int repeat) {
    return IntStream.rangeClosed(1, repeat)
        .boxed()
        .flatMap(repetition -> samples.stream().map(sample -> new Measurement(sample, repetition)))
        .toList();
  }

  /** What its row is about. */
  ResultKey key(String environment) {
    return new ResultKey(environment, sample.sha256(), repetition);
  }

  /** The name of its test; that of the first one does not depend on how many there are. */
  String displayName() {
    return "%s [%s]%s"
        .formatted(
            SafeText.printable(sample.name()), sample.shortId(), Repetitions.words(repetition));
  }
}
