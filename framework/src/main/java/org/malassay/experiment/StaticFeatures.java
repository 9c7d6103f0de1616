package org.malassay.experiment;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.malassay.features.Extractor;
import org.malassay.features.FeatureSheet;
import org.malassay.run.RunDirectory;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;

/**
 * Makes the static features of the samples of a run, of each once, whatever the number of
 * environments. It is done in the turn of a sample's first guest, before that one starts: so no
 * more is at work side by side than there are guests, and no guest has less of the machine for it
 * than beside another guest. Safe for use by several threads.
 */
final class StaticFeatures {
  /** Samples of more bytes take memory, and go one by one. */
  private static final long LARGE = 1 << 20;

  private final Extractor extractor;
  private final RunDirectory directory;
  private final ConcurrentMap<String, Boolean> made = new ConcurrentHashMap<>();
  private final Semaphore large = new Semaphore(1, true);
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicReference<@Nullable String> first = new AtomicReference<>();

  StaticFeatures(Extractor extractor, RunDirectory directory) {
    this.extractor = extractor;
    this.directory = directory;
  }

  /**
   * Makes those of one sample, unless they are there. Where that fails, it is told at the end, and
   * changes no verdict.
   */
  void make(Sample sample) throws InterruptedException {
    if (extractor.parts().isEmpty() || made.putIfAbsent(sample.sha256(), true) != null) {
      return;
    }
    if (sample.size() > LARGE) {
      large.acquire();
      try {
        makeOnce(sample);
      } finally {
        large.release();
      }
    } else {
      makeOnce(sample);
    }
  }

  private void makeOnce(Sample sample) throws InterruptedException {
    try {
      Optional<FeatureSheet> there = directory.featureSheet(sample.sha256());
      if (there.filter(extractor::wouldMake).isEmpty()) {
        directory.writeFeatures(sample.sha256(), extractor.of(sample));
      }
    } catch (IOException | RuntimeException e) {
      // The last for a defect of ours, which must not cost the row.
      failed.incrementAndGet();
      first.compareAndSet(
          null, "%s: %s".formatted(SafeText.printable(sample.name()), Reason.of(e)));
    }
  }

  /** What went wrong, in one line. */
  Optional<String> fault() {
    return Optional.ofNullable(first.get())
        .map(
            why ->
                "static features of %d samples could not be made, of %s"
                    .formatted(failed.get(), why));
  }
}
