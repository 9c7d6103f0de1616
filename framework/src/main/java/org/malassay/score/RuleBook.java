package org.malassay.score;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules of a run: those of the project, and those of the user's folder. Immutable. */
public final class RuleBook {
  /** The files of the project's own rules, in the folder {@code rules} of this package. */
  static final List<String> OWN =
      List.of("hides.yaml", "stays.yaml", "contacts.yaml", "takes-over.yaml", "destroys.yaml");

  private static final long LARGEST_FILE = 1 << 20;
  private static final int MOST_FILES = 20_000;
  private static final int DEEPEST = 20;
  private static final int DIGITS = 12;

  private final List<RuleReader.Search> searches;
  private final List<RuleReader.Joined> joined;
  private final List<Unevaluated> unevaluated;
  private final String digest;

  /**
   * A rule that is right and cannot be evaluated.
   *
   * @param id as in its file
   * @param title in one line
   * @param file where it stands
   * @param why what it asks for that nobody tells, and what there is
   */
  public record Unevaluated(String id, String title, String file, String why) {}

  RuleBook(RuleReader reader, String digest) {
    this.searches = reader.searches();
    this.joined = reader.joined();
    this.unevaluated = reader.unevaluated();
    this.digest = digest;
  }

  /** The project's own rules. */
  public static RuleBook own() {
    return load(Optional.empty());
  }

  /**
   * The project's own rules, and those in a folder and the folders below it.
   *
   * @throws RuleException if one is wrong, or the folder has none; the message names the file, the
   *     rule, the field and what is allowed
   */
  public static RuleBook load(Optional<Path> folder) {
    RuleReader reader = new RuleReader();
    MessageDigest digest = sha256();
    for (String name : OWN) {
      byte[] text = own(name);
      digest.update(text);
      reader.read(name, text);
    }
    for (Path file : folder.map(RuleBook::files).orElse(List.of())) {
      byte[] text = bytes(file);
      digest.update(text);
      reader.read(file.toString(), text);
    }
    reader.join();
    return new RuleBook(reader, HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS));
  }

  /**
   * The rules of one file, and no others.
   *
   * @param name of the file, for messages
   * @throws RuleException if one is wrong
   */
  public static RuleBook of(String name, byte[] text) {
    RuleReader reader = new RuleReader();
    reader.read(name, text);
    reader.join();
    return new RuleBook(
        reader, HexFormat.of().formatHex(sha256().digest(text)).substring(0, DIGITS));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] own(String name) {
    try (InputStream in = RuleBook.class.getResourceAsStream("rules/" + name)) {
      if (in == null) {
        throw new IllegalStateException("missing in the build: rules/" + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> found = Files.walk(folder, DEEPEST)) {
      List<Path> files =
          found
              .filter(
                  path -> path.toString().matches("(?s).*\\.ya?ml") && Files.isRegularFile(path))
              .sorted()
              .limit(MOST_FILES + 1L)
              .toList();
      if (files.isEmpty()) {
        throw new RuleException(folder + ": there is no file *.yml or *.yaml in this folder");
      }
      if (files.size() > MOST_FILES) {
        throw new RuleException("%s: more than %d files".formatted(folder, MOST_FILES));
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw new RuleException(folder + ": this is no folder that can be read");
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new RuleException("%s: larger than %d bytes".formatted(file, LARGEST_FILE));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new RuleException(file + ": it cannot be read: " + e.getMessage());
    }
  }

  /** Stands for exactly these rules: a score by others has another. */
  public String digest() {
    return digest;
  }

  /** The rules that are evaluated; those that are only part of a correlation not among them. */
  public List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    searches.stream()
        .filter(search -> !search.silent())
        .map(RuleReader.Search::rule)
        .forEach(rules::add);
    joined.stream().map(RuleReader.Joined::rule).forEach(rules::add);
    return rules;
  }

  /** Those that cannot be evaluated, and why. */
  public List<Unevaluated> unevaluated() {
    return unevaluated;
  }

  /** Such as {@code 42 rules, 27 more not evaluated}. */
  public String inWords() {
    return "%d rules%s"
        .formatted(
            rules().size(),
            unevaluated.isEmpty() ? "" : ", %d more not evaluated".formatted(unevaluated.size()));
  }

  /** Matches the events of one sample. */
  public RuleMatcher matcher() {
    return matcher(RuleMatcher.Listener.NOBODY);
  }

  /** Matches the events of one sample, and tells each that fulfils a rule as it is seen. */
  public RuleMatcher matcher(RuleMatcher.Listener listener) {
    return new RuleMatcher(searches, joined, listener);
  }
}
