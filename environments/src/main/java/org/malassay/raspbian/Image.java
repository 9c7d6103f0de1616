package org.malassay.raspbian;

import java.nio.file.Path;

/**
 * A kernel and a disk to boot.
 *
 * @param folder where the files lie that {@code build-image.sh} makes
 * @param digest of their contents, in hexadecimal
 */
record Image(Path folder, String digest) {
  static final String KERNEL = "vmlinuz";
  static final String INITRD = "initrd";
  static final String DISK = "disk.qcow2";
  static final String KEY = "key";
  static final String HOST_KEY = "host-key.pub";
  static final String KERNEL_VERSION = "kernel-version";

  Path file(String name) {
    return folder.resolve(name);
  }
}
