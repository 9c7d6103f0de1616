package org.malassay.reports.comparison;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.environment.Piece;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

/**
 * A login session of the suites that are tried with defences: one tries a bypass, or does a task of
 * administration, and says what became of it in a line of its own. The suites' names are those of
 * {@code suites.tsv}.
 *
 * @param kind what it tries
 * @param name the suite's own
 */
record SuiteSession(Kind kind, String name) {
  /** What is tried. */
  enum Kind {
    /** A way around a defence. */
    BYPASS("bypass"),
    /** A task of administration. */
    TASK("task"),
    /** A task that is done by a way that was made for it: no defence breaks it by itself. */
    WAY_OUT("task");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    private static Kind of(String column) {
      return valueOf(column.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  private static final String SUFFIX = ".session";
  private static final int LONGEST = 1 << 20;

  /** Hostile text: nothing else than this is read of it. */
  private static final Pattern LINE =
      Pattern.compile(
          "malassay (bypass|task) ([a-z0-9-]{1,40}): "
              + "(open|closed|not applicable|not told|works|warns|breaks)(?: \\(([ -~]{1,200})\\))?");

  private static final Map<String, SuiteSession> ALL = read();

  private static Map<String, SuiteSession> read() {
    Map<String, SuiteSession> all = new LinkedHashMap<>();
    try (InputStream in = SuiteSession.class.getResourceAsStream("suites.tsv")) {
      if (in == null) {
        throw new IllegalStateException("missing in the build: suites.tsv");
      }
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        String[] columns = line.split("\t", 2);
        all.put(columns[1], new SuiteSession(Kind.of(columns[0]), columns[1]));
      }
      return Collections.unmodifiableMap(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of the suites, in their order, by name. */
  static Map<String, SuiteSession> all() {
    return ALL;
  }

  /** The one that a row is of; empty where it is of another sample. */
  static Optional<SuiteSession> of(Result row) {
    String file = row.sample().substring(row.sample().lastIndexOf('/') + 1);
    return row.facts().isLoginSession() && file.endsWith(SUFFIX)
        ? Optional.ofNullable(ALL.get(file.substring(0, file.length() - SUFFIX.length())))
        : Optional.empty();
  }

  /**
   * What the session says became of it: what its terminal showed has exactly one line about it, and
   * the outcome is one of its kind. Everything else is told as not told.
   */
  SuiteAnswer answer(RunDirectory run, Result row) throws IOException {
    Path file = run.evidence(row).folder().resolve(Piece.STDOUT.name());
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return SuiteAnswer.NOT_TOLD;
    }
    String shown;
    try (InputStream in = Files.newInputStream(file)) {
      shown = new String(in.readNBytes(LONGEST), ISO_8859_1);
    }
    Optional<SuiteAnswer> found = Optional.empty();
    for (String line : shown.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()
          && matcher.group(1).equals(kind.word)
          && matcher.group(2).equals(name)) {
        Optional<SuiteAnswer> told = SuiteAnswer.of(kind, matcher.group(3), matcher.group(4));
        if (told.isEmpty() || found.isPresent()) {
          return SuiteAnswer.NOT_TOLD;
        }
        found = told;
      }
    }
    return found.orElse(SuiteAnswer.NOT_TOLD);
  }
}
