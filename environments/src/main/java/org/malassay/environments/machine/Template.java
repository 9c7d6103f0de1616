package org.malassay.environments.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.malassay.environment.GuestException;

/**
 * A booted machine that was stopped and saved.
 *
 * @param folder where its files lie
 * @param digest of the saved state and of what booting wrote to the disk, in hexadecimal
 */
public record Template(Path folder, String digest) {
  public static final String RAM = "ram";
  public static final String STATE = "state";

  /** What booting changed, on top of the image's disk. */
  public static final String DISK = "disk.qcow2";

  /** What the SSH session that waits in the machine has said already. */
  static final String GREETING = "greeting";

  /** How its recorder is to be spoken to, or why there is none; see {@link GuestRecorder}. */
  static final String RECORDER = "recorder";

  /** QEMU asks for a kernel, although a clone has it in its memory: a page of zeros will do. */
  static final String NO_KERNEL = "no-kernel";

  /** The contents of one of its files. */
  byte[] read(String name) throws GuestException {
    try {
      return Files.readAllBytes(file(name));
    } catch (IOException e) {
      throw new GuestException("the template in %s is broken: %s".formatted(folder, e), e);
    }
  }

  /** One of its files. */
  public Path file(String name) {
    return folder.resolve(name);
  }
}
