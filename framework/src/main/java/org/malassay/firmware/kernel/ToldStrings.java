package org.malassay.firmware.kernel;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.malassay.firmware.Kernel.Told;
import org.malassay.firmware.text.Literals;

/** What strings of a kernel tell of its options: {@code told.yaml}. */
final class ToldStrings {
  /** How it is said that a string is not there. */
  static final String NO = "no ";

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory()).registerModule(new Jdk8Module());

  private static final List<Row> ROWS = rows();
  private static final Literals LITERALS = Literals.of(ROWS.stream().map(Row::literal).toList());

  /** A row of the table: an option or a mark, and a string or the name of an exported symbol. */
  record Row(
      Optional<String> option,
      Optional<String> mark,
      Optional<String> string,
      Optional<String> symbol,
      Optional<String> value,
      Optional<String> since) {
    Row {
      if (option.isPresent() == mark.isPresent() || string.isPresent() == symbol.isPresent()) {
        throw new IllegalArgumentException(
            "told.yaml, %s%s: an option or a mark, a string or a symbol"
                .formatted(string.orElse(""), symbol.orElse("")));
      }
    }

    /** The names of exported symbols stand in a table with NUL between them. */
    String literal() {
      return string.orElseGet(() -> "\0" + symbol.orElse("") + "\0");
    }

    String words() {
      return string.map("string \"%s\""::formatted).orElseGet(() -> "symbol " + symbol.orElse(""));
    }
  }

  private final BitSet there = new BitSet();

  private ToldStrings() {}

  private static List<Row> rows() {
    try (InputStream in =
        Objects.requireNonNull(ToldStrings.class.getResourceAsStream("told.yaml"))) {
      return List.copyOf(YAML.readValue(in, new TypeReference<List<Row>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("told.yaml of the framework cannot be read", e);
    }
  }

  static ToldStrings of(byte[] kernel) {
    ToldStrings told = new ToldStrings();
    LITERALS.scan(kernel, (literal, from) -> told.there.set(literal));
    return told;
  }

  /** What is told of options, given the kernel's version. */
  Map<String, Told> options(String version) {
    Map<String, Told> options = new HashMap<>();
    for (int i = 0; i < ROWS.size(); i++) {
      Row row = ROWS.get(i);
      if (there.get(i) && row.option().isPresent()) {
        options.putIfAbsent(row.option().get(), new Told(row.value().orElse("y"), row.words()));
      }
    }
    for (Row row : ROWS) {
      boolean told = row.since().filter(since -> Versions.compare(version, since) >= 0).isPresent();
      if (told && row.option().isPresent()) {
        options.putIfAbsent(row.option().get(), new Told("n", NO + row.words()));
      }
    }
    return options;
  }

  Map<String, String> marks() {
    Map<String, String> marks = new HashMap<>();
    for (int i = 0; i < ROWS.size(); i++) {
      Row row = ROWS.get(i);
      if (there.get(i) && row.mark().isPresent()) {
        marks.put(row.mark().get(), row.words());
      }
    }
    return marks;
  }
}
