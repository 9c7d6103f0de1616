package org.malassay.label;

import org.malassay.sample.Sample;

/** A source of reports on samples. */
interface LabelSource {

  /**
   * Looks the sample up by its hashes. May wait for its turn at a service. Never fails for reasons
   * that lie outside this program: these are an answer.
   *
   * @throws InterruptedException if interrupted while waiting
   */
  Lookup find(Sample sample) throws InterruptedException;
}
