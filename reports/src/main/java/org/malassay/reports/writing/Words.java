package org.malassay.reports.writing;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.malassay.options.Option;
import org.malassay.sample.SafeText;

/** The words of reports in one language: English, or Japanese in the terms of the thesis. */
public final class Words {
  /** The language of what people read. */
  public static final Option<Words> LANG =
      Option.of("lang", "LANGUAGE", "en", "language of report.html: en or ja", Words::of);

  private static final List<String> LANGUAGES = List.of("en", "ja");

  /** Where the name of an environment ends and that of its defence or variant begins. */
  private static final Pattern KIND = Pattern.compile("[+ ]");

  private static final double LEAST_P = 0.001;
  private static final double PER_CENT = 100;

  private final String language;
  private final ResourceBundle bundle;

  private Words(String language, ResourceBundle bundle) {
    this.language = language;
    this.bundle = bundle;
  }

  /**
   * The words of this language.
   *
   * @throws IllegalArgumentException if there are none; the message says which there are
   */
  public static Words of(String language) {
    if (!LANGUAGES.contains(language)) {
      throw new IllegalArgumentException("there is no such language; there is: en, ja");
    }
    return new Words(
        language,
        ResourceBundle.getBundle(
            Words.class.getPackageName() + ".words",
            Locale.forLanguageTag(language),
            Words.class.getClassLoader(),
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES)));
  }

  /** As HTML names it, such as {@code ja}. */
  public String language() {
    return language;
  }

  /**
   * The words of this key, with these values in their places. Values are printable already.
   *
   * @throws java.util.MissingResourceException if there is no such key
   */
  public String get(String key, Object... values) {
    String pattern = bundle.getString(key);
    return pattern.indexOf('{') < 0 && pattern.indexOf('\'') < 0
        ? pattern // which says the same, and is asked for once a row
        : new MessageFormat(pattern, Locale.ROOT).format(values);
  }

  /** The titles of the columns of a table, which stand in one text. */
  public List<String> titles(String key) {
    return List.of(get(key).split("\\|", -1));
  }

  /** The words whose keys begin so, without that beginning. */
  public Map<String, String> beginningWith(String prefix) {
    Map<String, String> some = new TreeMap<>();
    bundle.keySet().stream()
        .filter(key -> key.startsWith(prefix))
        .forEach(key -> some.put(key.substring(prefix.length()), get(key)));
    return some;
  }

  /** All keys that there are. */
  Set<String> keys() {
    return bundle.keySet();
  }

  /** The pattern of a key, with the places of its values. */
  String pattern(String key) {
    return bundle.getString(key);
  }

  /** An environment, by its thesis's name where it has one there, whatever defence or variant. */
  public String environment(String name) {
    String kind = KIND.split(name, 2)[0];
    String key = "environment." + kind;
    return SafeText.printable(
        bundle.containsKey(key) ? get(key) + name.substring(kind.length()) : name);
  }

  /** A share from 0 to 1 in whole per cent, such as {@code 32 %}. */
  public String percent(double share) {
    return rounded(share) + " %";
  }

  /** The same of one that may be missing. */
  public String percent(OptionalDouble share) {
    return share.isPresent() ? percent(share.getAsDouble()) : get("none");
  }

  /** Both ends of a range of shares, such as {@code 22–43 %}. */
  public String percents(double low, double high) {
    return rounded(low) + "–" + rounded(high) + " %";
  }

  private static String rounded(double share) {
    return String.format(Locale.ROOT, "%.0f", PER_CENT * share);
  }

  /** A probability: {@code p = 0.016}, {@code p < 0.001}. */
  public String probability(double p) {
    return (p < LEAST_P ? "p " : "p = ") + digits(p);
  }

  /** The same in a column of its own: {@code 0.016}, {@code < 0.001}. */
  public String digits(double p) {
    return p < LEAST_P ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }

  /** A score or the mean of scores, to two digits where it has any: {@code 7}, {@code 1.25}. */
  public String score(double score) {
    return Wording.number(Math.round(score * PER_CENT) / PER_CENT);
  }

  /** The same of one that may be missing. */
  public String score(OptionalDouble score) {
    return score.isPresent() ? score(score.getAsDouble()) : get("none");
  }

  /** Several things after one another. */
  public String list(List<String> things) {
    int last = things.size() - 1;
    return last < 1
        ? String.join("", things)
        : String.join(get("list.between"), things.subList(0, last))
            + get("list.last")
            + things.get(last);
  }
}
