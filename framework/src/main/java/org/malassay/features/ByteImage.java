package org.malassay.features;

/**
 * The bytes of a file as a grey picture, line after line, as wide as Nataraj et al. make it by the
 * file's size (Malware Images: Visualization and Automatic Classification, VizSec 2011, table 1).
 * The rest of the last line is black.
 */
final class ByteImage {
  private ByteImage() {}

  static void of(Head head, Findings into) {
    byte[] bytes = head.bytes();
    if (bytes.length == 0) {
      return; // there is no picture without a line
    }
    int width = width(head.size());
    into.number("image_width", width);
    into.number("image_height", Png.height(bytes, width));
    into.piece(
        FeaturePiece.IMAGE,
        "the sample's bytes as a grey image, %d wide".formatted(width),
        "image/png",
        Png.grey(bytes, width));
  }

  /** Of a file of so many bytes; 1 kB is 1024 of them. */
  static int width(long size) {
    long kilobytes = size >> 10;
    if (kilobytes < 10) {
      return 32;
    }
    if (kilobytes < 30) {
      return 64;
    }
    if (kilobytes < 60) {
      return 128;
    }
    if (kilobytes < 100) {
      return 256;
    }
    if (kilobytes < 200) {
      return 384;
    }
    if (kilobytes < 500) {
      return 512;
    }
    return kilobytes < 1000 ? 768 : 1024;
  }
}
