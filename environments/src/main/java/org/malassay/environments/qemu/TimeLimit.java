package org.malassay.environments.qemu;

import java.time.Duration;

/**
 * How long a sample may run on a host that is busy with others too: its time does not pass while
 * the guest's processor is ready to run and the host runs something else. So a verdict depends
 * neither on how many guests run side by side nor on what else the host does.
 *
 * @param limit how long it may run on a host of its own
 */
public record TimeLimit(Duration limit) {
  /** A sample is given up after so many times its limit: the host is too busy to measure on. */
  private static final int MOST = 30;

  /** After how long, whatever the host did, the sample is not waited for any more. */
  public Duration most() {
    return limit.multipliedBy(MOST);
  }

  /**
   * How much longer it may run, provided that the host gives the guest all its time from now on;
   * zero or less when its time is up.
   *
   * @param ran how long ago it was started
   * @param waited how much of that the host held it back
   */
  public Duration left(Duration ran, Duration waited) {
    return limit.plus(waited).minus(ran);
  }

  /** True when the host has held the sample back for too long. */
  public boolean isHopeless(Duration ran) {
    return ran.compareTo(most()) >= 0;
  }
}
