package org.malassay.environments.machine;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.GuestException;
import org.malassay.environments.agent.Commands;
import org.malassay.environments.agent.Transcript;
import org.malassay.sample.Sample;

/** How a guest is spoken to: it takes one sample in, starts it, and hears what becomes of it. */
public interface Session extends Commands, AutoCloseable {
  /** The agent in a guest. */
  String AGENT = "/usr/local/sbin/malassay-agent";

  /** The ways to speak to a clone. A guest that was booted is spoken to by SSH. */
  enum Kind {
    AGENT,
    SSH;

    /** By its name in small letters. */
    public static Kind of(String text) {
      return switch (text) {
        case "agent" -> AGENT;
        case "ssh" -> SSH;
        default -> throw new IllegalArgumentException("neither agent nor ssh");
      };
    }
  }

  /**
   * Puts the sample into the guest, executable.
   *
   * @param path where to, in letters that mean nothing to a shell
   * @throws IOException if it cannot be; its message says why
   */
  void deliver(Sample sample, String path) throws IOException, GuestException, TimeoutException;

  /**
   * Puts a file into the guest that the sample needs, executable. Called before {@link #deliver}.
   *
   * @param path where to, in letters that mean nothing to a shell; its folder is made
   * @throws IOException if it cannot be; its message says why
   */
  void supply(String path, byte[] contents) throws IOException, GuestException, TimeoutException;

  /**
   * Starts the sample that was delivered.
   *
   * @param order a command of the agent's
   * @return what the agent tells from now on
   */
  Transcript start(byte[] order) throws IOException;

  /** What is said of a guest whose session ended under its sample. */
  String silence();

  /** Drops it, whatever the guest has to say to that. */
  @Override
  void close();
}
