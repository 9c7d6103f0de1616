package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Archives of cpio that no program would make. */
final class Cpios {
  private Cpios() {}

  static void file(ByteArrayOutputStream to, String name, byte[] content) {
    entry(to, name, 0100644, content);
  }

  static void entry(ByteArrayOutputStream to, String name, int mode, byte[] content) {
    byte[] bytes = name.getBytes(UTF_8);
    to.writeBytes(
        "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x"
            .formatted(1, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, bytes.length + 1, 0)
            .getBytes(UTF_8));
    to.writeBytes(bytes);
    to.write(0);
    to.writeBytes(new byte[-to.size() & 3]);
    to.writeBytes(content);
    to.writeBytes(new byte[-to.size() & 3]);
  }

  static void end(ByteArrayOutputStream to) {
    entry(to, "TRAILER!!!", 0, new byte[0]);
  }
}
