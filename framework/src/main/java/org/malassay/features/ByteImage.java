package org.malassay.features;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The bytes of a file as a grey picture, line after line, as wide as Nataraj et al. make it by the
 * file's size (Malware Images: Visualization and Automatic Classification, VizSec 2011, table 1).
 * The rest of the last line is black.
 */
final class ByteImage {
  /** The widths of files of so many kB and more. */
  private static final NavigableMap<Integer, Integer> WIDTHS =
      new TreeMap<>(
          Map.of(0, 32, 10, 64, 30, 128, 60, 256, 100, 384, 200, 512, 500, 768, 1000, 1024));

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
    return WIDTHS.floorEntry((int) Math.min(size >> 10, Integer.MAX_VALUE)).getValue();
  }
}
