package org.malassay.environment;

/** How the execution of a sample came to its end. */
public sealed interface Ending {

  /** The sample's first process exited by itself. */
  record Exited(int status) implements Ending {}

  /**
   * A signal ended the sample's first process.
   *
   * @param signal the Linux/ARM signal number
   */
  record Signaled(int signal) implements Ending {}

  /** The sample was still running when it reached a limit, and was stopped. */
  record Stopped(Limit limit) implements Ending {}

  /**
   * The kernel refused to start the file.
   *
   * @param errno the symbolic error, such as {@code ENOEXEC}
   */
  record Refused(String errno) implements Ending {}

  /**
   * The sample took the guest down with it, by power-off, reboot, panic or the like.
   *
   * @param how what was seen of it, for the reader
   */
  record GuestDown(String how) implements Ending {}

  /**
   * The emulator in the place of a kernel did not do what Linux does, so that what came of it tells
   * nothing of the sample.
   *
   * @param what what it did not take or mend, and what does
   */
  record NotAsLinux(String what) implements Ending {}

  /** The limits that stop a sample. */
  enum Limit {
    TIME,
    DISK
  }
}
