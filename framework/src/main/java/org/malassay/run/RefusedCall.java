package org.malassay.run;

import org.malassay.behavior.UnsupportedCall;

/**
 * What a row tells of an {@link UnsupportedCall}.
 *
 * @param name of the call: hostile text, as is the errno
 * @param errno the symbolic error that it was refused with, such as {@code ENOSYS}
 * @param count how many times
 */
public record RefusedCall(String name, String errno, long count) {
  /** That of an event. */
  public static RefusedCall of(UnsupportedCall call) {
    return new RefusedCall(call.name(), call.error(), call.count());
  }

  /** The call in one word, such as {@code fork:ENOSYS:3}. */
  @Override
  public String toString() {
    return name + ":" + errno + ":" + count;
  }
}
