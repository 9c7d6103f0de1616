package org.malassay.run;

import org.malassay.behavior.UnsupportedCall;

/**
 * How often a sample made a system call that the environment lacks, as a row tells it.
 *
 * @param name of the call: hostile text, as is the errno
 * @param errno the symbolic error that the call failed with, such as {@code ENOSYS}
 * @param count how many times
 */
public record UnsupportedCalls(String name, String errno, long count) {
  /** Those of an event. */
  public static UnsupportedCalls of(UnsupportedCall call) {
    return new UnsupportedCalls(call.name(), call.error(), call.count());
  }

  /** The calls in one word, such as {@code fork:ENOSYS:3}. */
  @Override
  public String toString() {
    return name + ":" + errno + ":" + count;
  }
}
