package org.malassay.environments.internet;

/** What is said on one connection. Called by one thread at a time. */
interface Dialogue {
  /** The connection is open, and the guest waits for the other side to begin. */
  default void begin() {}

  /** The guest says something. */
  void hear(byte[] bytes);

  /** Some time passed. */
  default void tick() {}

  /** The guest says nothing more. */
  default void end() {}
}
