package org.malassay.raspbian;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the tests of Raspberry Pi guests share. */
final class Machines {
  private Machines() {}

  /** The machines that this process runs. */
  static List<ProcessHandle> running() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").contains("qemu-system-"))
        .toList();
  }

  /** The folders of this process's machines. */
  static List<String> folders() throws Exception {
    String mark = "malassay-qemu-" + ProcessHandle.current().pid() + "-";
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(mark))
          .toList();
    }
  }
}
