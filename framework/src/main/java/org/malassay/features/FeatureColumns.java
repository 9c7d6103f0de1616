package org.malassay.features;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The names of the numbers, in the order of {@code features.csv}. Readers depend on both: a new one
 * goes to the end, and those of opcodes and imports are lists that do not depend on the samples.
 */
public final class FeatureColumns {
  /** Those that have columns. */
  static final List<String> OPCODES = words("opcodes.list");

  static final List<String> IMPORTS = words("imports.list");

  /** All of them. */
  public static final List<String> ALL = all();

  private FeatureColumns() {}

  static String ofByte(int value) {
    return "byte_%02x".formatted(value);
  }

  static String ofOpcode(String opcode) {
    return "opcode_" + opcode;
  }

  static String ofImport(String name) {
    return "import_" + name;
  }

  private static List<String> all() {
    List<String> all =
        new ArrayList<>(
            List.of(
                "size",
                "bytes_read",
                "segments",
                "sections",
                "entropy",
                "entropy_window_mean",
                "entropy_window_deviation",
                "entropy_window_least",
                "entropy_window_greatest",
                "entropy_segment_least",
                "entropy_segment_greatest",
                "entropy_section_least",
                "entropy_section_greatest",
                "entropy_text",
                "entropy_rodata",
                "entropy_data",
                "strings",
                "strings_bytes",
                "strings_mean_length",
                "strings_longest",
                "strings_entropy",
                "strings_urls",
                "strings_ipv4",
                "strings_paths",
                "image_width",
                "image_height",
                "libraries",
                "imports",
                "code_bytes",
                "code_data_bytes",
                "code_mapped",
                "entropy_code",
                "opcodes",
                "opcodes_arm",
                "opcodes_thumb",
                "opcodes_a64",
                "opcodes_other",
                "opcodes_undefined"));
    IntStream.range(0, 256).mapToObj(FeatureColumns::ofByte).forEach(all::add);
    OPCODES.stream().map(FeatureColumns::ofOpcode).forEach(all::add);
    IMPORTS.stream().map(FeatureColumns::ofImport).forEach(all::add);
    return List.copyOf(all);
  }

  private static List<String> words(String file) {
    try (InputStream in =
        Objects.requireNonNull(FeatureColumns.class.getResourceAsStream(file), file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Pattern.compile("\n")
          .splitAsStream(text)
          .filter(line -> !line.startsWith("#"))
          .flatMap(Pattern.compile("\\s+")::splitAsStream)
          .filter(word -> !word.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
