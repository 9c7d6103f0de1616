package org.malassay.environments.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.environment.EnvironmentException;

/**
 * A kernel and a disk to boot.
 *
 * @param folder where its files lie
 * @param digest of their contents, in hexadecimal
 */
public record Image(Path folder, String digest) {
  public static final String KERNEL = "vmlinuz";
  public static final String DISK = "disk.qcow2";
  public static final String KEY = "key";
  public static final String HOST_KEY = "host-key.pub";
  public static final String KERNEL_VERSION = "kernel-version";
  public static final String DEBIAN = "debian";

  /** The boards that its kernel was tried for, each with the drivers that it lacks. */
  public static final String BOARDS = "machines";

  /** The programs that {@code guest.sh} and its like call, each with its Debian package. */
  public static Map<String, String> builders() {
    Map<String, String> programs = new LinkedHashMap<>();
    programs.put("mmdebstrap", "mmdebstrap");
    programs.put("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf");
    programs.put("mke2fs", "e2fsprogs");
    programs.put("depmod", "kmod");
    programs.put("cpio", "cpio");
    programs.put("xz", "xz-utils");
    programs.put("ssh-keygen", "openssh-client");
    if (!System.getProperty("user.name").equals("root")) {
      programs.put("newuidmap", "uidmap"); // by which others than root have users of their own
    }
    return programs;
  }

  /** The file that is the first root of a kernel on a board. */
  public static String initrd(Board board) {
    return "initrd-" + board.qemuName();
  }

  /** One of its files. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  Path initrdFor(Board board) {
    return file(initrd(board));
  }

  /** The drivers of a board that the kernel lacks; empty when it boots there. */
  public List<String> lacksFor(Board board) throws EnvironmentException {
    for (String line : text(BOARDS).lines().toList()) {
      List<String> words = List.of(line.split(" "));
      if (words.get(0).equals(board.qemuName())) {
        return words.subList(1, words.size());
      }
    }
    throw new EnvironmentException(broken());
  }

  /** As {@code uname -r} tells it. */
  public String kernelVersion() throws EnvironmentException {
    return text(KERNEL_VERSION).strip();
  }

  /** Which packages of Debian are in it. */
  public String debian() throws EnvironmentException {
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
