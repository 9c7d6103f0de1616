package org.malassay.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.elf.ElfLayout;
import org.malassay.elf.ElfSection;
import org.malassay.elf.ElfSegment;
import org.malassay.sample.SafeText;

/**
 * The entropy of a file's bytes after Shannon, in bits a byte: of the whole, of each segment and
 * section, and of windows of 256 bytes, as Lyda and Hamrock look for packed and encrypted programs
 * (Using Entropy Analysis to Find Encrypted and Packed Malware, IEEE Security and Privacy 5, 2007).
 * How often each byte occurs is counted on the way.
 */
final class ByteEntropy {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WINDOW = 256;

  /** How many windows are listed; those of larger files are made of more bytes. */
  private static final int MOST_WINDOWS = 4096;

  /** How many segments, and sections, are measured. */
  private static final int MOST_PLACES = 256;

  /** How many bytes of segments, and of sections, which may overlap, are measured. */
  private static final long MOST_BYTES = 4L * Head.MOST;

  /** Sections that programs have in common, by their columns. */
  private static final Map<String, String> COMMON =
      Map.of(".text", "entropy_text", ".rodata", "entropy_rodata", ".data", "entropy_data");

  private final byte[] bytes;
  private final Findings into;
  private final Map<String, Object> list = new LinkedHashMap<>();
  private long measured;

  private ByteEntropy(byte[] bytes, Findings into) {
    this.bytes = bytes;
    this.into = into;
  }

  static void of(Head head, Findings into) {
    ByteEntropy entropy = new ByteEntropy(head.bytes(), into);
    entropy.whole();
    entropy.windows();
    head.elf().ifPresent(entropy::places);
    entropy.write();
  }

  private void whole() {
    ByteCounts counts = ByteCounts.of(bytes, 0, bytes.length);
    for (int value = 0; value < 256; value++) {
      into.number(FeatureColumns.ofByte(value), counts.count(value));
    }
    if (bytes.length > 0) {
      into.number("entropy", counts.entropy());
      list.put("whole", rounded(counts.entropy()));
    }
  }

  private void windows() {
    List<Double> windows = windows(WINDOW);
    if (!windows.isEmpty()) {
      DoubleSummaryStatistics all =
          windows.stream().mapToDouble(Double::doubleValue).summaryStatistics();
      double mean = all.getAverage();
      double variance =
          windows.stream().mapToDouble(it -> (it - mean) * (it - mean)).average().orElse(0);
      into.number("entropy_window_mean", mean);
      into.number("entropy_window_deviation", Math.sqrt(variance));
      into.number("entropy_window_least", all.getMin());
      into.number("entropy_window_greatest", all.getMax());
    }
    int size = WINDOW;
    while (bytes.length / size > MOST_WINDOWS) {
      size *= 2;
    }
    list.put("window", size);
    list.put("windows", windows(size).stream().map(ByteEntropy::rounded).toList());
  }

  /** Of whole windows, one beside the other; what is left at the end is not enough. */
  private List<Double> windows(int size) {
    List<Double> windows = new ArrayList<>(bytes.length / size);
    for (int at = 0; at + size <= bytes.length; at += size) {
      windows.add(ByteCounts.of(bytes, at, at + size).entropy());
    }
    return windows;
  }

  private void places(ElfLayout elf) {
    into.number("segments", elf.segments().size());
    into.number("sections", elf.sections().size());
    List<Place> segments = new ArrayList<>();
    for (ElfSegment segment : firsts(elf.segments())) {
      if (segment.isLoaded()) {
        add("", segment.offset(), segment.fileSize(), segments);
      }
    }
    measured = 0;
    List<Place> sections = new ArrayList<>();
    for (ElfSection section : firsts(elf.sections())) {
      if (section.isInFile()) {
        add(elf.name(section), section.offset(), section.size(), sections);
      }
    }
    list.put("segments", segments);
    list.put("sections", sections);
    range("segment", segments);
    range("section", sections);
    for (Place section : sections) {
      if (COMMON.containsKey(section.name())) {
        into.number(COMMON.get(section.name()), section.entropy());
      }
    }
  }

  private static <T> List<T> firsts(List<T> all) {
    return all.subList(0, Math.min(MOST_PLACES, all.size()));
  }

  /**
   * @param name hostile text, made printable
   */
  private record Place(String name, long offset, int bytes, double entropy) {}

  private void add(String name, long offset, long size, List<Place> places) {
    Span span = Span.of(offset, size, bytes.length);
    measured += span.length();
    if (span.length() > 0 && measured <= MOST_BYTES) {
      double entropy = ByteCounts.of(bytes, span.from(), span.to()).entropy();
      places.add(new Place(SafeText.printable(name), offset, span.length(), rounded(entropy)));
    }
  }

  private void range(String kind, List<Place> places) {
    DoubleSummaryStatistics all = places.stream().mapToDouble(Place::entropy).summaryStatistics();
    if (all.getCount() > 0) {
      into.number("entropy_" + kind + "_least", all.getMin());
      into.number("entropy_" + kind + "_greatest", all.getMax());
    }
  }

  private void write() {
    try {
      into.piece(
          FeaturePiece.ENTROPY,
          "entropy of the sample's file: whole, windows, segments, sections",
          "application/json",
          JSON.writeValueAsBytes(list));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // numbers and printable names
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
