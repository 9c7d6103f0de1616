package org.malassay.raspbian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.malassay.environment.EnvironmentException;

/**
 * A kernel and a disk to boot.
 *
 * @param folder where the files lie that {@code build-image.sh} or {@code prepare-image.sh} makes
 * @param digest of their contents, in hexadecimal
 */
record Image(Path folder, String digest) {
  static final String KERNEL = "vmlinuz";
  static final String DISK = "disk.qcow2";
  static final String KEY = "key";
  static final String HOST_KEY = "host-key.pub";
  static final String KERNEL_VERSION = "kernel-version";
  private static final String DEBIAN = "debian";
  private static final String MACHINES = "machines";
  private static final String RASPI3B_TREE = "raspi3b.dtb";

  /** All that an image consists of. */
  static final List<String> FILES =
      List.of(
          KERNEL,
          DISK,
          KEY,
          HOST_KEY,
          KERNEL_VERSION,
          DEBIAN,
          MACHINES,
          RASPI3B_TREE,
          initrd(Board.VIRT),
          initrd(Board.RASPI3B));

  private static String initrd(Board board) {
    return "initrd-" + board.qemuName();
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  Path initrdFor(Board board) {
    return file(initrd(board));
  }

  /** The device tree that a board needs to be given; empty when QEMU makes it. */
  Optional<Path> deviceTreeFor(Board board) {
    return board == Board.RASPI3B ? Optional.of(file(RASPI3B_TREE)) : Optional.empty();
  }

  /** The drivers of a board that the kernel lacks; empty when it boots there. */
  List<String> lacksFor(Board board) throws EnvironmentException {
    for (String line : text(MACHINES).lines().toList()) {
      List<String> words = List.of(line.split(" "));
      if (words.get(0).equals(board.qemuName())) {
        return words.subList(1, words.size());
      }
    }
    throw new EnvironmentException(broken());
  }

  String kernelVersion() throws EnvironmentException {
    return text(KERNEL_VERSION).strip();
  }

  /** Which packages of Debian are in it. */
  String debian() throws EnvironmentException {
    return text(DEBIAN).strip();
  }

  private String text(String name) throws EnvironmentException {
    try {
      return Files.readString(file(name));
    } catch (IOException e) {
      throw new EnvironmentException(broken(), e);
    }
  }

  private String broken() {
    return "the image in %s is broken; delete that folder, and it is made again".formatted(folder);
  }
}
