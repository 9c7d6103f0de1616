package org.malassay.environment;

/**
 * A system call that the guest refused because the environment lacks it, not because of what the
 * sample asked of it: {@code fork} in a unikernel, which has one address space.
 *
 * @param name as in Linux's tables, such as {@code fork}; or {@code open:} and the path of the
 *     program that should have loaded the sample, and that the sample itself looked for. Hostile
 *     text, as is the errno
 * @param errno the symbolic error that it was refused with, such as {@code ENOSYS}
 * @param count how many times
 */
public record RefusedCall(String name, String errno, long count) {

  /** The call in one word, such as {@code fork:ENOSYS:3}. */
  @Override
  public String toString() {
    return name + ":" + errno + ":" + count;
  }
}
