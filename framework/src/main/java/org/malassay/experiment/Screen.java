package org.malassay.experiment;

import java.nio.charset.Charset;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.sample.Corpus;
import org.malassay.sample.Corpus.Member;
import org.malassay.sample.Corpus.Unread;
import org.malassay.sample.SafeText;

/**
 * What can be shown on the console.
 *
 * @param charset of the user's locale
 */
record Screen(Charset charset) {

  /** By {@code LC_ALL}, {@code LC_CTYPE} or {@code LANG}. */
  static Screen ofTheLocale() {
    return new Screen(
        Charset.forName(System.getProperty("native.encoding", Charset.defaultCharset().name())));
  }

  /**
   * Makes hostile text printable. Characters that the locale lacks become escapes, not one and the
   * same character.
   */
  String shown(String hostile) {
    return SafeText.printable(hostile, charset);
  }

  /** Why names of this corpus are shown with escapes, and what mends it. */
  Optional<String> problem(Corpus corpus) {
    boolean all =
        Stream.concat(
                corpus.members().stream().map(Member::path),
                corpus.unread().stream().map(Unread::path))
            .allMatch(path -> charset.newEncoder().canEncode(path));
    return all
        ? Optional.empty()
        : Optional.of(
            "the locale's charset %s cannot show names of this corpus, which are shown with escapes: set LC_ALL=C.UTF-8"
                .formatted(charset.name()));
  }
}
