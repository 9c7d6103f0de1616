package org.malassay.raspbian;

import java.nio.file.Path;

/**
 * A booted machine that was stopped and saved.
 *
 * @param folder where its files lie
 * @param digest of the saved state and of what booting wrote to the disk, in hexadecimal
 */
record Template(Path folder, String digest) {
  static final String RAM = "ram";
  static final String STATE = "state";

  /** What booting changed, on top of the image's disk. */
  static final String DISK = "disk.qcow2";

  /** QEMU asks for a kernel, although a clone has it in its memory: a page of zeros will do. */
  static final String NO_KERNEL = "no-kernel";

  Path file(String name) {
    return folder.resolve(name);
  }
}
