package org.malassay.environments.tracing;

import java.util.Map;

/** The system calls of Linux on 32-bit ARM, as {@code recorder/calls.tbl} has them. */
public final class ArmCalls {
  private ArmCalls() {}

  /** Their names by the numbers that programs make them by; ARM's private ones begin at 0xf0000. */
  public static Map<Integer, String> names() {
    return CallTable.namesOfArm();
  }
}
