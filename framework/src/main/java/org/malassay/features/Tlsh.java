package org.malassay.features;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.malassay.sample.Sample;

/**
 * Trend Micro's locality sensitive hash, in the form that others exchange: 128 buckets, a checksum
 * of one byte, a window of five, and {@code T1} before it (Oliver, Cheng, Chen: TLSH, A Locality
 * Sensitive Hash, CTC 2013; the reference implementation 4.12, github.com/trendmicro/tlsh, in what
 * the paper leaves open).
 */
public final class Tlsh {
  /** What stands for a file that can have no hash, as in the reference implementation. */
  public static final String NONE = "TNULL";

  private static final int SMALLEST = 50;
  private static final int WINDOW = 5;
  private static final int BUCKETS = 128;

  /** The permutation of Pearson, Fast Hashing of Variable-Length Text Strings, CACM 33 (1990). */
  private static final int[] PEARSON = {
    1, 87, 49, 12, 176, 178, 102, 166, 121, 193, 6, 84, 249, 230, 44, 163,
    14, 197, 213, 181, 161, 85, 218, 80, 64, 239, 24, 226, 236, 142, 38, 200,
    110, 177, 104, 103, 141, 253, 255, 50, 77, 101, 81, 18, 45, 96, 31, 222,
    25, 107, 190, 70, 86, 237, 240, 34, 72, 242, 20, 214, 244, 227, 149, 235,
    97, 234, 57, 22, 60, 250, 82, 175, 208, 5, 127, 199, 111, 62, 135, 248,
    174, 169, 211, 58, 66, 154, 106, 195, 245, 171, 17, 187, 182, 179, 0, 243,
    132, 56, 148, 75, 128, 133, 158, 100, 130, 126, 91, 13, 153, 246, 216, 219,
    119, 68, 223, 78, 83, 88, 201, 99, 122, 11, 92, 32, 136, 114, 52, 10,
    138, 30, 48, 183, 156, 35, 61, 26, 143, 74, 251, 94, 129, 162, 63, 152,
    170, 7, 115, 167, 241, 206, 3, 150, 55, 59, 151, 220, 90, 53, 23, 131,
    125, 173, 15, 238, 79, 95, 89, 16, 105, 137, 225, 224, 217, 160, 37, 123,
    118, 73, 2, 157, 46, 116, 9, 145, 134, 228, 207, 212, 202, 215, 69, 229,
    27, 188, 67, 124, 168, 252, 42, 4, 29, 108, 21, 247, 19, 205, 39, 203,
    233, 40, 186, 147, 198, 192, 155, 33, 164, 191, 98, 204, 165, 180, 117, 76,
    140, 36, 210, 172, 41, 54, 159, 8, 185, 232, 113, 196, 231, 47, 146, 120,
    51, 65, 28, 144, 254, 221, 93, 189, 194, 139, 112, 43, 71, 109, 184, 209
  };

  /**
   * The triplets of a window, a its newest byte: what tells each from the others, as the
   * permutation has it.
   */
  private static final int CHECKSUM = PEARSON[0];

  private static final int ABC = PEARSON[2];
  private static final int ABD = PEARSON[3];
  private static final int ACD = PEARSON[5];
  private static final int ACE = PEARSON[7];
  private static final int ABE = PEARSON[11];
  private static final int ADE = PEARSON[13];

  /**
   * The longest file of each value of the length, as the reference implementation has them: the
   * paper's logarithms, rounded as that implementation once rounded them.
   */
  private static final int[] LONGEST = {
    1, 2, 3, 5, 7, 11, 17, 25, 38, 57, 86, 129, 194, 291, 437, 656, 854, 1110, 1443, 1876, 2439,
    3171, 3475, 3823, 4205, 4626, 5088, 5597, 6157, 6772, 7450, 8195, 9014, 9916, 10907, 11998,
    13198, 14518, 15970, 17567, 19323, 21256, 23382, 25720, 28292, 31121, 34233, 37656, 41422,
    45564, 50121, 55133, 60646, 66711, 73382, 80721, 88793, 97672, 107439, 118183, 130002, 143002,
    157302, 173032, 190335, 209369, 230306, 253337, 278670, 306538, 337191, 370911, 408002, 448802,
    493682, 543050, 597356, 657091, 722800, 795081, 874589, 962048, 1058252, 1164078, 1280486,
    1408534, 1549388, 1704327, 1874759, 2062236, 2268459, 2495305, 2744836, 3019320, 3321252,
    3653374, 4018711, 4420582, 4862641, 5348905, 5883796, 6472176, 7119394, 7831333, 8614467,
    9475909, 10423501, 11465851, 12612437, 13873681, 15261050, 16787154
  };

  private Tlsh() {}

  static void of(Head head, Findings into) {
    if (head.isWhole()) {
      into.tlsh(of(head.bytes()));
    } else {
      into.missing(Part.TLSH, "the file is larger than %d bytes".formatted(Head.MOST));
    }
  }

  /**
   * The hash of a sample, by which near-duplicates are found; {@link #NONE} for one that has too
   * few bytes, or too few different ones.
   *
   * @return empty for a sample of more than 16 MiB
   * @throws IOException if its file cannot be read, or is no longer the one of the corpus
   */
  public static Optional<String> of(Sample sample) throws IOException {
    if (sample.size() > Head.MOST) {
      return Optional.empty();
    }
    try (InputStream in = sample.open()) {
      return Optional.of(of(in.readAllBytes()).orElse(NONE));
    }
  }

  /**
   * The hash of a file.
   *
   * @param file at most 16 MiB of bytes
   * @return empty when the file has fewer than 50 bytes, or too few different ones
   */
  public static Optional<String> of(byte[] file) {
    if (file.length < SMALLEST) {
      return Optional.empty();
    }
    int[] counts = new int[256];
    int checksum = 0;
    for (int i = WINDOW - 1; i < file.length; i++) {
      int a = file[i] & 0xff;
      int b = file[i - 1] & 0xff;
      int c = file[i - 2] & 0xff;
      int d = file[i - 3] & 0xff;
      int e = file[i - 4] & 0xff;
      checksum = PEARSON[PEARSON[PEARSON[CHECKSUM ^ a] ^ b] ^ checksum];
      // One by one: a loop over the triplets takes several times as long.
      counts[PEARSON[PEARSON[PEARSON[ABC ^ a] ^ b] ^ c]]++;
      counts[PEARSON[PEARSON[PEARSON[ABD ^ a] ^ b] ^ d]]++;
      counts[PEARSON[PEARSON[PEARSON[ACD ^ a] ^ c] ^ d]]++;
      counts[PEARSON[PEARSON[PEARSON[ACE ^ a] ^ c] ^ e]]++;
      counts[PEARSON[PEARSON[PEARSON[ABE ^ a] ^ b] ^ e]]++;
      counts[PEARSON[PEARSON[PEARSON[ADE ^ a] ^ d] ^ e]]++;
    }
    int[] buckets = Arrays.copyOf(counts, BUCKETS);
    long used = Arrays.stream(buckets).filter(count -> count > 0).count();
    int[] sorted = buckets.clone();
    Arrays.sort(sorted);
    int[] quartiles = {
      sorted[BUCKETS / 4 - 1], sorted[BUCKETS / 2 - 1], sorted[BUCKETS * 3 / 4 - 1]
    };
    return quartiles[2] == 0 || used <= BUCKETS / 2
        ? Optional.empty()
        : Optional.of(text(checksum, length(file.length), quartiles, buckets));
  }

  private static int length(int bytes) {
    int place = Arrays.binarySearch(LONGEST, bytes);
    return place < 0 ? -place - 1 : place;
  }

  private static String text(int checksum, int length, int[] quartiles, int[] buckets) {
    byte[] hash = new byte[3 + BUCKETS / 4];
    hash[0] = swapped(checksum);
    hash[1] = swapped(length);
    hash[2] = (byte) ((ratio(quartiles, 0) << 4) | ratio(quartiles, 1));
    for (int i = 0; i < BUCKETS; i++) {
      // From the last bucket to the first, two bits each.
      hash[hash.length - 1 - i / 4] |= (byte) (quarter(buckets[i], quartiles) << (i % 4 * 2));
    }
    return "T1" + HexFormat.of().withUpperCase().formatHex(hash);
  }

  /** With its halves exchanged, as the reference implementation writes the first bytes. */
  private static byte swapped(int value) {
    return (byte) ((value << 4) | ((value >> 4) & 0xf));
  }

  private static int ratio(int[] quartiles, int of) {
    return (int) (quartiles[of] * 100L / quartiles[2] % 16);
  }

  private static int quarter(int count, int[] quartiles) {
    return (int) Arrays.stream(quartiles).filter(quartile -> quartile < count).count();
  }
}
