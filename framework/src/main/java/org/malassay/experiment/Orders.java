package org.malassay.experiment;

import org.malassay.environment.Order;
import org.malassay.sample.Sample;

/**
 * How samples are run, by their kind: at a terminal's pace, a login session takes longer than a
 * program.
 *
 * @param files how programs and scripts are run
 * @param sessions how login sessions are typed
 */
record Orders(Order files, Order sessions) {
  Order of(Sample sample) {
    return sample.facts().isLoginSession() ? sessions : files;
  }
}
