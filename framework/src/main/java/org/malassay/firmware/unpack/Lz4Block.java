package org.malassay.firmware.unpack;

/** The decompression of one block of LZ4, after the description of its format. */
final class Lz4Block {
  private Lz4Block() {}

  static byte[] decompress(byte[] in, int most) throws DamagedException {
    return decompress(in, most, new byte[0]);
  }

  /**
   * @param before what came before the block, which it may refer to
   */
  static byte[] decompress(byte[] in, int most, byte[] before) throws DamagedException {
    Window out = new Window(most, before);
    int at = 0;
    while (at < in.length) {
      int token = in[at++] & 0xff;
      int literals = token >> 4;
      if (literals == 15) {
        int more;
        do {
          more = at(in, at++);
          literals = Window.longer(literals, more);
        } while (more == 255);
      }
      out.literals(in, at, literals);
      at += literals;
      if (at == in.length) {
        break; // the last sequence has literals alone
      }
      int distance = at(in, at) | at(in, at + 1) << 8;
      at += 2;
      int length = (token & 15) + 4;
      if (length == 19) {
        int more;
        do {
          more = at(in, at++);
          length = Window.longer(length, more);
        } while (more == 255);
      }
      out.repeat(distance, length);
    }
    return out.bytes();
  }

  private static int at(byte[] in, int at) throws DamagedException {
    if (at >= in.length) {
      throw new DamagedException("lz4: ends early");
    }
    return in[at] & 0xff;
  }
}
