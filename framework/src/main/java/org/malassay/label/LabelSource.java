package org.malassay.label;

import org.malassay.sample.Sample;

/** Where reports on samples come from. */
interface LabelSource {

  /**
   * Looks the sample up by its hashes. May wait for its turn at a service. Never fails for reasons
   * that lie outside this program: these are an answer.
   *
   * @throws InterruptedException if interrupted while waiting
   */
  Lookup find(Sample sample) throws InterruptedException;
}
